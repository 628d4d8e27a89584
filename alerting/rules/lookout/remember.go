package lookout

import (
	"context"
	"maps"
	"time"

	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

const (
	// keepEvery is how often what has changed is written down, and keepAnyway
	// how often that the hub looks at all: both well within rules.Unbroken.
	keepEvery  = 10 * time.Second
	keepAnyway = time.Minute
	keepWithin = 5 * time.Second
	// committed is how long the engine may take to store what it was told: until
	// then a gate is not written down, and a start finds anew what was not stored.
	committed = 3 * time.Second
	// settle is how long a gate of which something is remembered is not looked
	// at after a start, unless it is heard before: devices come back one after
	// another, and what one remembers may be over.
	settle = 40 * time.Second
	// forget is how long what a gate did is remembered.
	forget = 7 * 24 * time.Hour
)

// Store keeps what outlives a restart.
type Store interface {
	// Gates reads what was written down since, and until when the hub looked.
	Gates(ctx context.Context, since time.Time) (all map[devices.Address]rules.Memory, until time.Time, err error)
	// KeepGates writes gates down, all or none, and that the hub looked until
	// now; it removes what was written before since.
	KeepGates(ctx context.Context, all map[devices.Address]rules.Memory, now, since time.Time) error
	// SaveMute adds a mute; it fails with alerting.ErrConflict where its id is
	// taken.
	SaveMute(ctx context.Context, m rules.Mute) error
	// LiftMute notes who ended a mute, and when.
	LiftMute(ctx context.Context, m rules.Mute) error
	// Mutes lists a school's latest mutes, the latest first.
	Mutes(ctx context.Context, school string, limit int) ([]rules.Mute, error)
	// HeldMutes lists those of every school that hold at a time.
	HeldMutes(ctx context.Context, now time.Time) ([]rules.Mute, error)
}

// written is what is to be written down.
type written struct {
	gates map[devices.Address]rules.Memory
	at    time.Time
}

// recall begins with what was known before the start. Where that cannot be
// read, what holds is found anew.
func (l *Lookout) recall(ctx context.Context, now time.Time) {
	all, until, err := l.deps.Store.Gates(ctx, now.Add(-forget))
	if err != nil {
		l.log.Error("what gates did before the start could not be read: what holds is found anew", "error", err)
		return
	}
	for at, m := range all {
		g := l.begin(at, now)
		if g == nil {
			continue // it is no gate any more
		}
		g.point.Recall(m, until, now)
		g.due = now.Add(settle)
		l.gates[at] = g
	}
}

// remember hands over what has changed, every keepEvery. It never waits: what
// was not taken yet is joined with the newer.
func (l *Lookout) remember(now time.Time) {
	if now.Before(l.keepAt) {
		return
	}
	l.keepAt = now.Add(keepEvery)
	w := written{gates: map[devices.Address]rules.Memory{}, at: now}
	for at, g := range l.gates {
		if g.point.Fresh() && now.Sub(g.said) >= committed && !l.waiting(at) {
			w.gates[at] = g.point.Memory()
		}
	}
	if len(w.gates) == 0 && now.Sub(l.kept) < keepAnyway {
		return
	}
	l.kept = now
	l.handOver(w)
}

// handOver joins what waits with the newer; there are no more than the gates.
func (l *Lookout) handOver(w written) {
	select {
	case older := <-l.written:
		maps.Copy(older.gates, w.gates)
		w.gates = older.gates
	default:
	}
	l.written <- w // there is room: nobody else puts anything in
}

// waiting reports whether something that a gate found is not said yet. A gate
// that waits is not written down: a start would take it for told.
func (l *Lookout) waiting(at devices.Address) bool {
	for _, d := range l.deeds {
		if d.gate == at {
			return true
		}
	}
	return false
}

// keep writes down until the loop has ended, and what it left last. What fails
// is not tried again as it was: a gate is written down with its next change.
func (l *Lookout) keep(ctx context.Context) {
	for w := range l.written {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
		if err := l.deps.Store.KeepGates(ctx, w.gates, w.at, w.at.Add(-forget)); err != nil {
			l.log.Error("what gates did was not written down: a restart finds anew what holds", "gates", len(w.gates), "error", err)
			l.metrics.unkept.Inc()
		}
		stop()
	}
}
