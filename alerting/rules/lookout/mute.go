package lookout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

const (
	// mostMutes is how many may hold in a school at once. Overflow: refused.
	mostMutes = 64
	// MutesListed is how many of a school's latest mutes can be read back.
	MutesListed = 100
	muteWithin  = 2 * time.Second
)

// Mute keeps a rule from raising anything new until a time, and gives the mute
// as it is: the one that holds where the id is the same. It is stored by then.
// It fails as rules.Mute.Check does, with alerting.ErrInvalid for a device that
// is no gate, ErrConflict where too many hold or one of that id has ended, and
// ErrUnavailable where the disk does not take it.
func (l *Lookout) Mute(ctx context.Context, m rules.Mute) (rules.Mute, error) {
	if _, gate := l.deps.Gate(devices.Address{School: m.School, Device: m.Device}); m.Device != "" && !gate {
		return m, fmt.Errorf("%w: %s is no gate: only what gates report can be muted", alerting.ErrInvalid, m.Device)
	}
	if err := m.Check(l.deps.School(m.School).Set); err != nil {
		return m, err
	}
	l.muting.Lock()
	defer l.muting.Unlock()
	var held int
	for _, o := range *l.mutes.Load() {
		if o.School == m.School && o.ID == m.ID {
			return o, nil
		}
		if o.School == m.School && o.Active(m.From) {
			held++
		}
	}
	if held >= mostMutes {
		return m, fmt.Errorf("%w: %d mutes hold in %s, and no more may", alerting.ErrConflict, held, m.School)
	}
	if err := l.stored(ctx, m, l.deps.Store.SaveMute); err != nil {
		return m, err
	}
	l.hold(m, m.From)
	l.log.Warn("gate rule was muted", "school", m.School, "gate", m.Device, "rule", m.Rule, "by", m.By, "until", m.Until)
	return m, nil
}

// Lift ends a mute before its time. One that has ended stays as it is. It fails
// with alerting.ErrNotFound for one that holds no more or never did, and
// ErrUnavailable.
func (l *Lookout) Lift(ctx context.Context, school, id, by string, now time.Time) error {
	l.muting.Lock()
	defer l.muting.Unlock()
	all := *l.mutes.Load()
	i := slices.IndexFunc(all, func(m rules.Mute) bool { return m.School == school && m.ID == id && m.Active(now) })
	if i < 0 {
		return fmt.Errorf("%w: no mute %s holds in %s", alerting.ErrNotFound, id, school)
	}
	m := all[i]
	m.Lifted, m.LiftedBy = now, by
	if err := l.stored(ctx, m, l.deps.Store.LiftMute); err != nil {
		return err
	}
	l.hold(m, now)
	l.log.Info("gate rule is heeded again", "school", school, "gate", m.Device, "rule", m.Rule, "by", by)
	return nil
}

// Mutes lists a school's latest mutes, those that have ended too, the latest
// first. It fails with alerting.ErrUnavailable.
func (l *Lookout) Mutes(ctx context.Context, school string) ([]rules.Mute, error) {
	ctx, stop := context.WithTimeout(ctx, muteWithin)
	defer stop()
	all, err := l.deps.Store.Mutes(ctx, school, MutesListed)
	if err != nil {
		l.log.Error("mutes could not be read", "school", school, "error", err)
		return nil, fmt.Errorf("mutes of gate rules: %w", alerting.ErrUnavailable)
	}
	return all, nil
}

// Held lists the mutes that hold in a school now.
func (l *Lookout) Held(school string, now time.Time) []rules.Mute {
	return slices.DeleteFunc(slices.Clone(*l.mutes.Load()), func(m rules.Mute) bool { return m.School != school || !m.Active(now) })
}

// Rules lists a school's rules, as they are now.
func (l *Lookout) Rules(school string) []*rules.Rule { return l.deps.School(school).Set.Rules() }

// recallMutes begins with the mutes that hold. Where they cannot be read none
// holds: what a gate reports is told rather than not.
func (l *Lookout) recallMutes(ctx context.Context, now time.Time) {
	l.muting.Lock()
	defer l.muting.Unlock()
	all, err := l.deps.Store.HeldMutes(ctx, now)
	if err != nil {
		l.log.Error("mutes could not be read: none holds", "error", err)
		return
	}
	l.mutes.Store(&all)
}

func (l *Lookout) stored(ctx context.Context, m rules.Mute, write func(context.Context, rules.Mute) error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), muteWithin)
	defer stop()
	err := write(ctx, m)
	if err != nil && !errors.Is(err, alerting.ErrConflict) {
		l.log.Error("a mute was not stored", "school", m.School, "rule", m.Rule, "error", err)
		return fmt.Errorf("mute: the disk did not take it: %w", alerting.ErrUnavailable)
	}
	return err
}

// hold puts a mute in place of the one of its id, and forgets those that hold
// no more. Whoever calls it has the lock.
func (l *Lookout) hold(m rules.Mute, now time.Time) {
	next := slices.DeleteFunc(slices.Clone(*l.mutes.Load()), func(o rules.Mute) bool {
		return o.School == m.School && o.ID == m.ID || !o.Active(now)
	})
	next = append(next, m)
	l.mutes.Store(&next)
}

// mute tells a gate which of its rules are muted now, and says when the next
// of the mutes ends.
func (l *Lookout) mute(g *gate, now time.Time) (until time.Time) {
	held := slices.DeleteFunc(slices.Clone(*l.mutes.Load()), func(m rules.Mute) bool {
		return m.School != g.at.School || !m.Active(now) || m.Device != "" && m.Device != g.at.Device
	})
	g.point.Mute(func(rule string) bool {
		return slices.ContainsFunc(held, func(m rules.Mute) bool { return m.Of(g.at.Device, rule) })
	})
	for _, m := range held {
		if until.IsZero() || m.Until.Before(until) {
			until = m.Until
		}
	}
	return until
}
