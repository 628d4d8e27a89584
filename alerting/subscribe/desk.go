package subscribe

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
)

// Deps is what a desk stands on.
type Deps struct {
	Book    Book
	People  func() *people.Directory
	Senders notice.Senders // the ways to the schools' parents
	Log     *slog.Logger
	Metrics prometheus.Registerer // nil counts for nobody
}

// Desk is where parents subscribe. Its methods may be called from anywhere.
type Desk struct {
	Deps
	metrics *metrics
	outbox  chan text // bounded; overflow: refused

	mu      sync.Mutex // guards what follows
	running *running
	guesses bounds
	texts   bounds
}

// bounds are the counts of one thing by who does it.
type bounds struct{ address, number, school *counts }

// New returns a desk; nobody is written to before Run.
func New(d Deps) *Desk {
	d.Log = d.Log.With("component", "subscriptions")
	return &Desk{
		Deps: d, metrics: newMetrics(d.Metrics), outbox: make(chan text, mostWaiting), running: newRunning(),
		guesses: bounds{newCounts(guessesOfAddress), newCounts(guessesOfNumber), newCounts(guessesOfSchool)},
		texts:   bounds{newCounts(textsOfAddress), newCounts(textsOfNumber), newCounts(textsOfSchool)},
	}
}

// Ask is what somebody types who wants to subscribe, or to come back.
type Ask struct {
	Code     string // the school's; "" to come back
	Number   string
	Language string
	From     string // the network that it comes from
}

// Begin draws a one-time code and has it sent to the number. id names it to
// Finish, and belongs to whoever asked alone. Whether the number is subscribed
// makes no difference to the answer. It fails with an alerting.Refusal.
func (d *Desk) Begin(ctx context.Context, a Ask, now time.Time) (id string, err error) {
	id, err = d.begin(ctx, a, now)
	d.metrics.count(stageBegin, err)
	return id, err
}

func (d *Desk) begin(ctx context.Context, a Ask, now time.Time) (string, error) {
	number, ok := people.NormalNumber(a.Number)
	switch {
	case !ok:
		return "", errNumber
	case !slices.Contains([]string{"zh", "en"}, a.Language):
		return "", errTongue
	}
	o := &oneTime{id: rand.Text(), wish: Wish{Number: number, Language: a.Language}, digits: drawDigits(), made: now, left: Tries}
	if a.Code != "" {
		code, err := d.codeOf(ctx, a.Code, a.From, number, now)
		if err != nil {
			return "", err
		}
		o.wish.School, o.secret = code.School, code.Secret
	}
	by, err := d.by(ctx, o)
	if err != nil {
		return "", err
	}
	return o.id, d.start(o, by, a.From, now)
}

// codeOf finds the code that somebody typed. Every guess is counted before it is
// looked at, so that many at once gain nothing.
func (d *Desk) codeOf(ctx context.Context, typed, from, number string, now time.Time) (Code, error) {
	school, secret := read(typed)
	if _, there := d.People().School(school); !there {
		school = "" // all that there are not are one
	}
	if err := d.count(d.guesses, from, number, school, now); err != nil {
		return Code{}, err
	}
	code, ok, err := d.Book.SubscriptionCode(ctx, school)
	if err != nil {
		return Code{}, unavailable(err)
	}
	if !ok || !code.is(secret) {
		return Code{}, errCode
	}
	d.mu.Lock()
	d.guesses.giveBack(from, number, school)
	d.mu.Unlock()
	return code, nil
}

// by is the school whose gateway carries the code; "" where nobody is to be
// written to, whose one-time code then is nobody's.
func (d *Desk) by(ctx context.Context, o *oneTime) (school string, err error) {
	s, found, err := d.Book.Subscriber(ctx, o.wish.Number) // also where it does not matter: it takes as long
	if err != nil {
		return "", unavailable(err)
	}
	if o.wish.School != "" {
		if !d.Offers(o.wish.School) {
			return "", errNoSMS
		}
		return o.wish.School, nil
	}
	if found {
		if k := slices.IndexFunc(s.Schools, d.Offers); k >= 0 {
			return s.Schools[k], nil
		}
	}
	o.digits = ""
	return "", nil
}

// Offers reports whether a school's parents can subscribe: whether it has a
// gateway that writes to them.
func (d *Desk) Offers(school string) bool {
	_, ok := d.Senders(school, alerting.ChannelSMS)
	return ok
}

// start has the code run and its text go out.
func (d *Desk) start(o *oneTime, by, from string, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if since, ok := d.running.since(o.wish.Number, now); ok && since < Gap {
		return errWait("number", Gap-since)
	}
	if err := d.texts.take(from, o.wish.Number, o.wish.School, now); err != nil {
		return err
	}
	if len(d.outbox) == cap(d.outbox) || !d.running.put(o, now) {
		return errBusy
	}
	d.outbox <- text{id: o.id, school: by, wish: o.wish, digits: o.digits, until: now.Add(GoodFor)} // has room: only this lock's holder puts
	return nil
}

func (d *Desk) count(b bounds, from, number, school string, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return b.take(from, number, school, now)
}

// take counts one more of each, or none.
func (b bounds) take(from, number, school string, now time.Time) error {
	wait, ok := b.address.take(from, now)
	if !ok {
		return errWait("address", wait)
	}
	if wait, ok = b.number.take(number, now); !ok {
		b.address.giveBack(from)
		return errWait("number", wait)
	}
	if wait, ok = b.school.take(school, now); !ok {
		b.address.giveBack(from)
		b.number.giveBack(number)
		return errWait("school", wait)
	}
	return nil
}

func (b bounds) giveBack(from, number, school string) {
	b.address.giveBack(from)
	b.number.giveBack(number)
	b.school.giveBack(school)
}

// Finish takes the digits that came by text message: the number is subscribed,
// and a session of its own begins. It fails with an alerting.Refusal.
func (d *Desk) Finish(ctx context.Context, id, digits string, now time.Time) (Session, error) {
	s, err := d.finish(ctx, id, digits, now)
	d.metrics.count(stageFinish, err)
	return s, err
}

func (d *Desk) finish(ctx context.Context, id, digits string, now time.Time) (Session, error) {
	d.mu.Lock()
	o, err := d.running.try(id, asciiDigits(digits), now)
	d.mu.Unlock()
	if err != nil {
		return Session{}, err
	}
	if o.wish.School != "" {
		switch code, ok, err := d.Book.SubscriptionCode(ctx, o.wish.School); {
		case err != nil:
			return Session{}, d.again(o, now, err)
		case !ok || !code.is(o.secret):
			return Session{}, errCode // revoked meanwhile
		}
	}
	who, err := d.Book.Subscribe(ctx, o.wish, now)
	switch {
	case errors.Is(err, alerting.ErrNotFound):
		return Session{}, errNobody
	case errors.Is(err, alerting.ErrConflict):
		return Session{}, errFull
	case err != nil:
		return Session{}, d.again(o, now, err)
	}
	return d.open(ctx, who, now)
}

// again lets right digits be given once more that a disk has cost.
func (d *Desk) again(o *oneTime, now time.Time, err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, newer := d.running.since(o.wish.Number, now); !newer {
		o.left = max(o.left, 1)
		d.running.put(o, now)
	}
	return unavailable(err)
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", alerting.ErrUnavailable, err) }

// asciiDigits are digits as somebody types them: full width, with blanks.
func asciiDigits(s string) string {
	var out []byte
	for _, c := range s {
		if '\uff10' <= c && c <= '\uff19' {
			c -= '\uff10' - '0'
		}
		if c != ' ' && c != '\u3000' && c < 0x80 && len(out) < 16 {
			out = append(out, byte(c))
		}
	}
	return string(out)
}
