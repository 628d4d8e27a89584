package notice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/release"
)

// lane is one notice on its way to one school's parents over one channel.
type lane struct {
	post     *Post
	sent     Sent
	deadline time.Time
	language map[string]string // by address
	may      map[string]bool   // unsubscribe: by address

	mu      sync.Mutex // guards what follows
	posting Posting
	tried   []release.Recipient // since the figures were stored last
}

// run hands over what is left, batch by batch.
func (l *lane) run(ctx context.Context) {
	if l.sent.Replaced {
		l.end(ctx, endedReplaced)
		return
	}
	sender, ok := l.post.senders(l.posting.School, l.posting.Channel)
	if !ok {
		l.end(ctx, endedNoGateway)
		return
	}
	fan, err := l.cut(ctx)
	if err != nil {
		l.complain(ctx, err)
		return
	}
	for !fan.Done() {
		due, _ := fan.NextDue()
		if reason := l.wait(ctx, due); reason != "" {
			l.end(ctx, reason)
			return
		}
		if ctx.Err() != nil {
			return // the hub stops: the rest goes on after the next start
		}
		next, batch, taken := fan.Take(time.Now())
		fan = next
		if taken {
			l.settle(ctx, l.batch(ctx, sender, batch.Recipients))
		}
	}
	if errors.Is(context.Cause(ctx), errReplaced) {
		l.end(ctx, endedReplaced)
	}
}

// cut is the fan-out of whoever has not been tried.
func (l *lane) cut(ctx context.Context) (release.Fanout, error) {
	left, err := l.post.book.Left(ctx, l.posting)
	if err != nil {
		return release.Fanout{}, err
	}
	l.language, l.may = map[string]string{}, map[string]bool{}
	var to []release.Recipient
	for _, a := range left {
		l.language[a.Address], l.may[a.Address] = a.Language, a.Subscribed
		to = append(to, release.Recipient{Channel: l.posting.Channel, Address: a.Address})
	}
	return release.Cut(to, l.post.cfg.Batch, l.post.cfg.Pace, time.Now())
}

// wait waits until a batch is due; it returns why the rest is not told, "" if
// it is.
func (l *lane) wait(ctx context.Context, due time.Time) string {
	t := time.NewTimer(time.Until(due))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	switch {
	case errors.Is(context.Cause(ctx), errReplaced):
		return endedReplaced
	case time.Now().After(l.deadline):
		return endedExpired
	}
	return ""
}

// hand tries one letter a few times, and counts what came of it. A letter that
// the hub's stop cut off is not counted: it is tried again.
func (l *lane) hand(ctx context.Context, sender Sender, to release.Recipient) {
	letter := Letter{
		ID: l.id(to), School: l.posting.School, Address: to.Address, Text: only(l.sent.Text, l.language[to.Address]),
		Mode: l.sent.Mode, Deadline: l.deadline,
	}
	var err error
	for n := range attempts {
		if n > 0 && !pause(ctx, max(firstPause<<(n-1), deliver.PauseOf(err))) {
			return
		}
		if l.gone(ctx, to) {
			l.withdraw(to)
			return
		}
		if err = l.attempt(ctx, sender, letter); err == nil || deliver.IsPermanent(err) {
			break
		}
	}
	if err != nil && ctx.Err() != nil {
		return
	}
	l.count(to, err)
}

func (l *lane) attempt(ctx context.Context, sender Sender, letter Letter) error {
	ctx, cancel := context.WithTimeout(ctx, l.post.cfg.Attempt)
	defer cancel()
	return sender.Hand(ctx, letter)
}

// id is derived: the same letter after a restart is the same one to a gateway.
func (l *lane) id(to release.Recipient) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"letter", l.posting.Notice, l.posting.School, string(to.Channel), to.Address}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// only is the text in one language; in both where nobody knows which is read.
func only(t alerting.Text, language string) alerting.Text {
	switch language {
	case "":
		return t
	case "en":
		return alerting.Text{EN: t.EN}
	}
	return alerting.Text{ZH: t.ZH}
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// count adds one outcome to the figures.
func (l *lane) count(to release.Recipient, failed error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h, f := 1, 0
	if failed != nil {
		h, f = 0, 1
	}
	next, err := l.posting.Add(h, f, time.Now())
	if err != nil {
		l.post.log.Error("counting letters failed", "notice", l.posting.Notice, "error", err)
		return
	}
	l.post.metrics.tried(l.posting, next, failed)
	l.posting.Progress = next
	l.tried = append(l.tried, to)
	l.post.note(l.posting)
}

// gone reports whether somebody has unsubscribed since the notice was released.
// Who can't be asked about is told.
func (l *lane) gone(ctx context.Context, to release.Recipient) bool {
	if !l.may[to.Address] {
		return false
	}
	yet, err := l.post.book.Subscribes(ctx, l.posting.School, to.Address)
	if err != nil {
		l.complain(ctx, err)
		return false
	}
	return !yet
}

// withdraw takes somebody out of the figures who is told no more.
func (l *lane) withdraw(to release.Recipient) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posting.Progress = l.posting.Withdraw(1, time.Now())
	l.post.metrics.withdrawn(l.posting)
	l.tried = append(l.tried, to)
	l.post.note(l.posting)
}

// settle stores the figures, also while the hub stops.
func (l *lane) settle(ctx context.Context, tried []release.Recipient) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	l.mu.Lock()
	p := l.posting
	l.mu.Unlock()
	if err := l.post.book.Settle(ctx, p, tried); err != nil {
		l.complain(ctx, err)
	}
}

// end tells nobody more, and says why.
func (l *lane) end(ctx context.Context, reason string) {
	l.mu.Lock()
	if l.posting.Done.IsZero() {
		l.post.metrics.ended(l.posting, reason)
		l.posting.Ended, l.posting.Done = reason, time.Now()
	}
	p := l.posting
	l.mu.Unlock()
	l.post.note(p)
	if p.Ended != endedReplaced && p.Ended != "" {
		l.post.log.Warn("parents were not all told", "notice", p.Notice, "school", p.School, "channel", p.Channel,
			"reason", p.Ended, "left", p.Pending())
	}
	l.settle(ctx, nil)
}

func (l *lane) complain(ctx context.Context, err error) {
	if ctx.Err() == nil {
		l.post.log.Error("carrying a notice failed", "notice", l.posting.Notice, "school", l.posting.School,
			"channel", l.posting.Channel, "error", err)
	}
}
