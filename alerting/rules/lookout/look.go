package lookout

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// look steps every gate that is due, and does what is to be done.
func (l *Lookout) look(ctx context.Context, now time.Time) {
	all := slices.SortedFunc(maps.Keys(l.gates), func(a, b devices.Address) int {
		return cmp.Or(cmp.Compare(a.School, b.School), cmp.Compare(a.Device, b.Device))
	})
	for _, at := range all {
		if g := l.gates[at]; !now.Before(g.due) {
			l.step(g, now)
		}
	}
	l.act(ctx, now)
	l.count(now)
}

func (l *Lookout) step(g *gate, now time.Time) {
	g.point.Lose(l.lost(g, now), now)
	post := l.post(g, now)
	muted := l.mute(g, now)
	began := time.Now()
	l.show(g)
	changes := g.point.Step(g.school.Clock, post, now)
	l.metrics.took.Observe(time.Since(began).Seconds())
	g.looked, g.due = now, g.point.Next(g.school.Clock, now)
	if !muted.IsZero() && muted.Before(g.due) {
		g.due = muted
	}
	for _, c := range changes {
		l.metrics.changes.WithLabelValues(c.What).Inc()
		l.become(g, c, now)
	}
}

// become turns a change into what is to be done. No rule is logged by what it
// found: it may be confidential.
func (l *Lookout) become(g *gate, c rules.Change, now time.Time) {
	cond := engine.Condition{School: g.at.School, Kind: c.Rule.Kind, Object: g.object(c.Rule), Place: g.place}
	switch c.What {
	case rules.Raised, rules.Urgent:
		cond.Facts = c.Facts()
		l.say(g, deed{condition: cond, at: now})
	case rules.Cleared:
		if c.Rule.Kind == kindService || !standing(g.point, c.Rule.Kind) {
			l.say(g, deed{condition: cond, over: true, at: now})
		}
	case rules.Unknown:
		l.say(g, deed{condition: cond, unknown: true, at: now})
	case rules.Broken:
		l.log.Warn("gate rule was stopped and rests", "school", g.at.School, "gate", g.at.Device, "rule", c.Rule.ID, "error", c.Err)
		l.metrics.broken.WithLabelValues(g.at.School, c.Rule.ID).Set(1)
		l.say(g, deed{condition: service(g, c.Rule, alerting.FactRuleBroken), at: now})
	case rules.Mended:
		l.log.Info("gate rule works again", "school", g.at.School, "gate", g.at.Device, "rule", c.Rule.ID)
		l.metrics.broken.WithLabelValues(g.at.School, c.Rule.ID).Set(0)
		l.say(g, deed{condition: service(g, c.Rule), over: true, at: now})
	}
}

// say has the engine told of something that a gate found.
func (l *Lookout) say(g *gate, d deed) {
	d.gate = g.at
	l.do(d)
}

// object names what a condition is about: the gate, whose incidents of one kind
// are one. What is to be mended is told apart, also from what supervision finds
// of the same device.
func (g *gate) object(r *rules.Rule) string {
	name := g.at.Device
	if name == "" {
		name = string(rules.Counters)
	}
	if r.Kind == kindService {
		return name + "/" + r.ID
	}
	return name
}

// post is how the post at a gate stands; it is asked for once in postsEvery.
func (l *Lookout) post(g *gate, now time.Time) rules.Post {
	id := g.school.Set.Gate(g.at.Device).Post
	if id == "" || l.deps.Post == nil {
		return rules.Post{}
	}
	if now.Sub(g.asked) >= postsEvery {
		g.asked, g.guarded = now, l.deps.Post(g.at.School, id, now)
	}
	return g.guarded
}

// lost reports whether nobody hears a gate, or of the counters of a school,
// whether people may have passed whom nobody counted.
func (l *Lookout) lost(g *gate, now time.Time) bool {
	if l.deps.Lost == nil {
		return false
	}
	if g.at.Device != "" {
		return l.deps.Lost(g.at)
	}
	for at, other := range l.gates {
		if at.School == g.at.School && at.Device != "" && other.point.Uncounted(now) {
			return true
		}
	}
	return false
}

// service is a condition about a rule itself: one incident a rule and school,
// whatever gate it erred at.
func service(g *gate, r *rules.Rule, facts ...string) engine.Condition {
	return engine.Condition{School: g.at.School, Kind: kindService, Object: "rule/" + r.ID, Place: g.place, Facts: facts}
}

// standing reports whether a rule of a kind still stands at a point.
func standing(p *rules.Point, k alerting.Kind) bool {
	return slices.ContainsFunc(p.Standing(), func(r *rules.Rule) bool { return r.Kind == k })
}

// show puts down for others how a gate stands.
func (l *Lookout) show(g *gate) {
	if s, known := g.point.Stand(); known && g.at.Device != "" {
		l.standing.Lock()
		defer l.standing.Unlock()
		l.stands[g.at] = s
	}
}

// forget takes away what was put down of a gate that is no more.
func (l *Lookout) forget(at devices.Address) {
	l.standing.Lock()
	defer l.standing.Unlock()
	delete(l.stands, at)
}

// Stands is how a school's gates stand, by device, as they last
// said; those that have said nothing are not among them.
func (l *Lookout) Stands(school string) map[string]rules.Stand {
	l.standing.RLock()
	defer l.standing.RUnlock()
	out := map[string]rules.Stand{}
	for at, s := range l.stands {
		if at.School == school {
			out[at.Device] = s
		}
	}
	return out
}
