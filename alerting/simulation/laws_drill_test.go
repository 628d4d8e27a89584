package simulation

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/devices"
)

// practice is one drill, as what is stored of it says.
type practice struct {
	plan              drill.Plan
	asked             drill.Event // for a second person, where several schools take part
	accepted          []string
	running, over     bool
	real              bool
	began, ended      time.Duration // true time; 0 while it has not ended
	clock             int           // how often the clock had been set when it ended
	windows, returned []string
	counts            map[string]drill.Count
}

func (p *practice) takesIn(school string) bool {
	return slices.ContainsFunc(p.plan.Schools, func(s drill.Site) bool { return s.ID == school })
}

// exercised holds a drill's event, when it is stored, to who may cause it.
// w.mu is held, as in all of this file.
func (w *world) exercised(e drill.Event) {
	p := w.practices[e.Drill]
	if p == nil {
		p = &practice{counts: map[string]drill.Count{}}
		w.practices[e.Drill] = p
	}
	c, asked := w.ordered[e.Command]
	byHub := e.Actor.Name == alerting.ActorHub || e.Type == drill.EventPressed || e.Type == drill.EventUnexpected || e.Type == drill.EventPreempted || e.Type == drill.EventReal
	if !byHub && (!asked || c.By.Actor != e.Actor) {
		w.fail(lawOrdered, "%s of drill %s by %+v, whom nobody asked", e.Type, e.Drill, e.Actor)
	}
	w.dirs.happens("drill " + string(e.Type))
	switch e.Type {
	case drill.EventPlanned:
		p.plan = *e.Plan
		w.undisturbed(p, p.plan.At)
	case drill.EventAsked:
		p.asked = e
	case drill.EventAccepted:
		p.accepted = append(p.accepted, e.Station)
	case drill.EventStarted:
		w.starts(p, c, asked)
		w.bySecond(p, e)
		w.undisturbed(p, e.At)
	case drill.EventWindow:
		p.windows = append(p.windows, e.School+"/"+e.Device)
	case drill.EventStopped:
		w.stops(p)
		p.over = true
		if e.Reason == "hub" {
			w.dirs.happens("drill hushed")
		}
	case drill.EventPreempted, drill.EventReal:
		p.real = p.real || p.running || p.over
		w.stops(p)
	case drill.EventCounted:
		p.counts[e.School] = *e.Count
	case drill.EventReturned:
		w.sentBack(e, p, c, asked)
	}
}

// stops notes that a drill runs no more.
func (w *world) stops(p *practice) {
	if p.running {
		p.running, p.ended, p.clock = false, w.now(), w.clock
	}
}

// starts: a drill of several schools begins by the word of two, and none by
// itself.
func (w *world) starts(p *practice, c drill.Command, asked bool) {
	p.running, p.began = true, w.now()
	if want := map[bool]drill.Verb{false: drill.VerbStart, true: drill.VerbConfirm}[len(p.plan.Schools) > 1]; !asked || c.Verb != want {
		w.fail(lawOrdered, "drill %s of %d schools began by %q", p.plan.ID, len(p.plan.Schools), c.Verb)
	}
}

// sentBack: a person lets a school go back, after a complete head count with
// nobody missing, and never in what became real.
func (w *world) sentBack(e drill.Event, p *practice, c drill.Command, asked bool) {
	n := p.counts[e.School]
	if !asked || c.Verb != drill.VerbReturn || e.Actor.Role != alerting.RoleOfficer || !n.Complete || n.Missing > 0 || p.running || p.real {
		w.fail(lawSentBack, "%s was sent back by %+v: count %+v, running %v, real %v", e.School, e.Actor, n, p.running, p.real)
	}
	p.returned = append(p.returned, e.School)
}

// about finds the drill of a text.
func (w *world) about(m deliver.Message) *practice {
	for id, p := range w.practices {
		for _, s := range p.plan.Schools {
			if m.Incident == "drill-"+alerting.RaisedIncidentID(s.ID, "drill", id, time.Time{}) {
				return p
			}
		}
	}
	return nil
}

// rehearsed holds a drill's text to its words: what is a drill's says so, and
// what says that it is real follows from what is.
func (w *world) rehearsed(m deliver.Message) {
	p := w.about(m)
	if p == nil {
		w.fail(lawOrdered, "%s was told of a drill that nobody has stored: %s", m.Recipient, m.Text.EN)
		return
	}
	if m.Audience == alerting.Parents || m.Audience == alerting.District {
		w.fail(lawDrillTold, "%s/%s was told of a drill", m.Audience, m.Recipient)
	}
	if m.Audience == alerting.Police {
		w.policeOf(p, m)
	}
	if m.Mode == devices.Live {
		w.dirs.happens("drill is none")
		if alerting.AlwaysConfidential(m.Kind) {
			w.fail(lawNamed, "%s was told that a drill is none, and of a %s", m.Recipient, m.Kind)
		}
		isReal := slices.ContainsFunc(p.plan.Schools, func(s drill.Site) bool { at, ok := w.lived[s.ID]; return ok && at >= p.began })
		if strings.Contains(m.Text.ZH, "【演练") || !isReal {
			w.fail(lawDrillTold, "%s was told that a drill is none, and nothing is real: %s", m.Recipient, m.Text.ZH)
		}
		return
	}
	if m.Mode != devices.Drill || !strings.HasPrefix(m.Text.ZH, "【演练") || strings.Contains(m.Text.ZH, "非演练") {
		w.fail(lawDrillTold, "%s was told of a drill as %s: %s", m.Recipient, m.Mode, m.Text.ZH)
	}
}

// policeOf: of the police the stations that have accepted a drill are told of
// it, and before that those that are asked.
func (w *world) policeOf(p *practice, m deliver.Message) {
	w.dirs.happens("drill told to the police")
	asks := strings.HasPrefix(m.Text.ZH, "【演练报备】") && slices.Contains(p.plan.Filed, m.Recipient)
	if !asks && !slices.Contains(p.accepted, m.Recipient) {
		w.fail(lawDrillPolice, "%s, who has not accepted it, was told of drill %s: %s", m.Recipient, p.plan.ID, m.Text.ZH)
	}
}

// paged: a button is told of its window when that is stored, while the drill
// runs, and as its plan says.
func (w *world) paged(to devices.Address, c devices.Command) {
	if c.Drill.For == 0 {
		w.closed[to] = w.now()
		if c.Siren != nil && !*c.Siren {
			w.cleared[to] = w.now()
		}
		return
	}
	p := w.practices[c.Drill.ID]
	if p == nil || !p.running || !slices.Contains(p.windows, to.String()) {
		w.fail(lawOrdered, "%s was given a window of drill %s: %+v", to, c.Drill.ID, p)
	}
}

// drilling holds the drills, at rest, to what is real, and to what they leave.
func (w *world) drilling() {
	for _, v := range w.drills.Drills() {
		if v.Phase == drill.Running {
			w.preempts(v.State)
		}
		was := w.wasRunning[v.Plan.ID]
		if was && v.Phase != drill.Running {
			w.goesBack(v.State)
		}
		w.wasRunning[v.Plan.ID] = v.Phase == drill.Running
	}
	w.yields()
}

// preempts: no drill runs where something live is open that somebody pressed.
func (w *world) preempts(s drill.State) {
	for _, i := range w.views {
		in := slices.ContainsFunc(s.Plan.Schools, func(site drill.Site) bool { return site.ID == i.School })
		if in && i.Mode == devices.Live && i.PressCount > 0 {
			w.fail(lawPreempts, "drill %s runs at %s, where %s is open", s.Plan.ID, i.School, i.ID)
		}
	}
}

// yields: no further level of a drill's incident is due where something live is
// open that somebody pressed.
func (w *world) yields() {
	for _, i := range w.views {
		if i.Mode != devices.Drill || !i.Stored || len(i.Escalations()) == 0 {
			continue
		}
		for _, o := range w.views {
			if o.School == i.School && o.Mode == devices.Live && o.PressCount > 0 && !o.Resolved() && o.Stored {
				w.fail(lawPreempts, "drill incident %s goes on escalating at %s, where %s is open", i.ID, i.School, o.ID)
			}
		}
	}
}

// restsAfter: no level of a drill's incident is due once that drill has ended
// and its end is stored, also where the hub stopped right behind it.
func (w *world) restsAfter(e alerting.Event, s *sighting) {
	first := w.openers[e.Incident]
	if e.Type != alerting.EventEscalated || first == nil || !first.windowed { // one that no drill expected is a fault
		return
	}
	over := false
	for _, p := range w.practices {
		if !p.takesIn(e.School) {
			continue
		}
		if p.running { // at its school there is a drill that it may be part of
			return
		}
		over = over || p.ended > 0 && p.clock == s.clock && s.begun <= p.ended && w.now() > p.ended
	}
	if over {
		w.fail(lawPreempts, "level %d of the drill incident %s, whose drill has ended", e.Level, e.Incident)
	}
}

// goesBack: when a drill ends, every window is closed and every siren silent.
func (w *world) goesBack(s drill.State) {
	w.dirs.happens("drill ended")
	for _, o := range s.Windows {
		at := devices.Address{School: o.School, Device: o.Device}
		if t, ok := w.cleared[at]; !ok || t < w.now() {
			w.fail(lawGoesBack, "drill %s has ended, and %s was not taken back from it", s.Plan.ID, at)
		}
	}
}

// surprises: a drill press that no drill expected takes its button back to
// live.
func (w *world) surprises(p *pressing) {
	if p.Mode != devices.Drill || p.sent > 1 || p.windowed || p.report != "" || w.expects(p) {
		return
	}
	w.dirs.happens("drill press that nobody expected")
	if t, ok := w.closed[p.From]; !ok || t < w.now() {
		w.fail(lawSurprise, "%s has drilled by itself, and was not taken back to live", p.From)
	}
}

func (w *world) expects(p *pressing) bool {
	for _, v := range w.drills.Drills() {
		if slices.ContainsFunc(v.Windows, func(o drill.Opened) bool { return o.School == p.From.School && o.Device == p.From.Device }) {
			return true // whether it came in its time is the drill's to say
		}
	}
	return false
}

// policeDrills: the police hear of what a drill press opens where the policy
// lets them, or a station has accepted the drill.
func (w *world) policeDrills(m deliver.Message, s *sighting) {
	if m.Mode != devices.Drill || m.Audience != alerting.Police {
		return
	}
	w.dirs.happens("drill press told to the police")
	if !s.policeDrill {
		w.fail(lawDrillPolice, "%s was told of the drill press %s at %s", m.Recipient, m.Press, m.Incident)
	}
}

// policeMay reports whether the police may hear of drill presses at a school
// now.
func (w *world) policeMay(school string) bool {
	if school == lanhua && w.version&hasOwnPolicy != 0 {
		return true
	}
	for _, p := range w.practices {
		if p.running && p.takesIn(school) && len(p.plan.Filed) > 0 && len(p.accepted) == len(p.plan.Filed) {
			return true
		}
	}
	return false
}
