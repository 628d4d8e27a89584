package subscribe

import (
	"context"
	"errors"
	"time"

	"example.org/campushub/alerting"
)

// Overview is a school's subscriptions as its officer sees them: how many, and
// never whose.
type Overview struct {
	School      string
	Code        Code // Secret is "" where none is good
	Offered     bool // there is a gateway that writes to the school's parents
	Subscribers int
}

// Overview says how a school's subscriptions stand.
func (d *Desk) Overview(ctx context.Context, school string) (Overview, error) {
	code, _, err := d.Book.SubscriptionCode(ctx, school)
	if err != nil {
		return Overview{}, unavailable(err)
	}
	n, err := d.Book.CountSubscribers(ctx, school)
	if err != nil {
		return Overview{}, unavailable(err)
	}
	return Overview{School: school, Code: code, Offered: d.Offers(school), Subscribers: n}, nil
}

// Issue draws a code of the school. The one before is good no more; whoever has
// subscribed with it stays.
func (d *Desk) Issue(ctx context.Context, school, by string, now time.Time) error {
	if !d.Offers(school) {
		return errNoSMS
	}
	if err := d.Book.IssueSubscriptionCode(ctx, DrawCode(school, by, now)); err != nil {
		return unavailable(err)
	}
	return nil
}

// Revoke ends the school's code: nobody subscribes with it any more, also not who
// has asked already and has not given the digits.
func (d *Desk) Revoke(ctx context.Context, school, by, why string, now time.Time) error {
	switch err := d.Book.RevokeSubscriptionCode(ctx, school, by, why, now); {
	case errors.Is(err, alerting.ErrConflict):
		return errNoCode
	case err != nil:
		return unavailable(err)
	}
	return nil
}
