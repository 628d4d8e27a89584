package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// Call begins a roll call of everybody who is at a post now. The same id twice
// is the same call.
func (w *Watcher) Call(ctx context.Context, school, id, by string) error {
	return w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		s := w.of(school)
		if slices.ContainsFunc(s.calls, func(c Call) bool { return c.ID == id }) {
			return nil
		}
		c := Call{By: by, Call: duty.Call{ID: id, At: now}}
		for _, p := range s.watch(of).Board(now) {
			for _, shift := range p.Shifts {
				c.People = append(c.People, there(shift)...)
			}
		}
		slices.Sort(c.People)
		c.People = slices.Compact(c.People)
		if len(c.People) == 0 {
			return fmt.Errorf("%w: nobody is at a post", alerting.ErrConflict)
		}
		return w.called(school, s, c)
	})
}

// there lists who is at a shift's post, also those who owe nothing there.
func there(s duty.ShiftState) []string {
	out := slices.Clone(s.Unplanned)
	for _, p := range s.People {
		if p.Status == duty.Present {
			out = append(out, p.There)
		}
	}
	return out
}

// Reply takes what a person answers to a roll call. Whoever needs help raises
// an alarm; it comes first, and waits for no disk and for nothing here.
func (w *Watcher) Reply(ctx context.Context, school, id string, by alerting.Actor, help bool) error {
	if help {
		if err := w.help(ctx, school, id, by, time.Now()); err != nil {
			return err
		}
	}
	return w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		s := w.of(school)
		c, who, err := s.asks(of, id, by.Name)
		if err != nil {
			return err
		}
		same := func(r duty.Reply) bool { return r.Person == who && r.Help == help }
		if slices.ContainsFunc(c.Replies, same) {
			return nil
		}
		c.Replies = append(slices.Clone(c.Replies), duty.Reply{Person: who, Help: help, At: now, Received: now})
		return w.called(school, s, c)
	})
}

// asks finds the roll call that asks an account, and as whom.
func (s *state) asks(of School, id, account string) (c Call, who string, err error) {
	who, ok := of.Named(account)
	if !ok {
		return c, "", nobody(account)
	}
	at := slices.IndexFunc(s.calls, func(c Call) bool { return c.ID == id && slices.Contains(c.People, who) })
	if at < 0 {
		return c, "", fmt.Errorf("%w: no roll call %s asks %s", alerting.ErrNotFound, id, account)
	}
	return s.calls[at], who, nil
}

// called stores a roll call, and then lets it count.
func (w *Watcher) called(school string, s *state, c Call) error {
	if err := w.stored("roll call", func(ctx context.Context) error {
		return w.deps.Store.SaveCall(ctx, school, c)
	}); err != nil {
		return err
	}
	if at := slices.IndexFunc(s.calls, func(o Call) bool { return o.ID == c.ID }); at >= 0 {
		s.calls[at] = c
		return nil
	}
	s.calls = append(s.calls, c)
	s.calls = s.calls[max(len(s.calls)-maxCalls, 0):]
	return nil
}
