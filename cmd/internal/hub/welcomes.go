package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

const (
	// welcomesWaiting is how many parents may wait to hear that they have
	// registered. Overflow: dropped and logged, their page has said so already.
	welcomesWaiting = 256
	// welcomeWithin is how long the one attempt may take.
	welcomeWithin = 5 * time.Second
)

// welcomes tells parents who switch a browser on that notices will come this
// way, so that the first of an emergency is not the first that they see of it.
// It is, with the one-time code, a text to parents that nobody releases: it goes to whoever has
// just asked for it, and says nothing of any incident.
type welcomes struct {
	who    func() *people.Directory
	sender func(school string, channel alerting.Channel) (notice.Sender, bool)
	log    *slog.Logger
	inbox  chan welcome
}

// welcome is one browser that an account has switched on.
type welcome struct {
	account, endpoint string
	at                time.Time
}

func newWelcomes(who func() *people.Directory, c *couriers, log *slog.Logger) *welcomes {
	return &welcomes{who: who, sender: c.sender, log: log.With("component", "welcomes"), inbox: make(chan welcome, welcomesWaiting)}
}

// greet has the account told, if it is a parent's. It never waits.
func (w *welcomes) greet(account, endpoint string, now time.Time) {
	if a, ok := w.who().Account(account); !ok || a.Role != alerting.RoleParent {
		return
	}
	select {
	case w.inbox <- welcome{account, endpoint, now}:
	default:
		w.log.Warn("a parent was not told of having registered", "reason", "too many at once")
	}
}

// run tells them one after the other, until ctx ends: who still waits then is
// not told.
func (w *welcomes) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case one := <-w.inbox:
			if err := w.tell(ctx, one); err != nil && ctx.Err() == nil {
				w.log.Warn("a parent was not told of having registered", "error", err)
			}
		}
	}
}

// tell hands the text over for each school of the account, once.
func (w *welcomes) tell(ctx context.Context, one welcome) error {
	dir := w.who()
	a, _ := dir.Account(one.account)
	var failed []error
	for _, id := range a.Schools {
		s, _ := dir.School(id)
		sender, ok := w.sender(id, alerting.ChannelPush)
		if !ok {
			continue // this school's notices do not come this way
		}
		text, err := release.RenderRegistered(release.SchoolOf(s, s.Pickups))
		if err == nil {
			err = w.hand(ctx, sender, notice.Letter{
				ID: one.id(id), School: id, Address: one.account, Text: text, Mode: devices.Live, Deadline: time.Now().Add(welcomeWithin),
			})
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func (w *welcomes) hand(ctx context.Context, s notice.Sender, l notice.Letter) error {
	ctx, cancel := context.WithDeadline(ctx, l.Deadline)
	defer cancel()
	return s.Hand(ctx, l)
}

// id is the letter's: one browser's, each time that it is switched on.
func (w welcome) id(school string) string {
	sum := sha256.Sum256([]byte("registered\x00" + school + "\x00" + w.account + "\x00" + w.endpoint + "\x00" + strconv.FormatInt(w.at.UnixMilli(), 10)))
	return hex.EncodeToString(sum[:16])
}
