package exercise

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
)

// View is one drill as others see it. It is immutable.
type View struct {
	drill.State
	Told []Told // by this start of the hub, in the order of schools and recipients
}

// Told is what became of telling one recipient, or one device, the latest.
type Told struct {
	School    string
	Device    string // a device that was told of its window; else "" and a recipient
	Audience  alerting.Audience
	Recipient string
	Channel   alerting.Channel
	Text      drill.TextID
	State     alerting.DeliveryState
	Reason    string
	At        time.Time
}

// published is what others read; it is replaced and never changed.
type published struct {
	views map[string]View
	order []string
	filed map[string]bool // schools of a running drill that every station asked has accepted
}

// Drill is one drill.
func (x *Exercises) Drill(id string) (View, bool) {
	v, ok := x.shown.Load().views[id]
	return v, ok
}

// Drills lists the drills, the latest planned first.
func (x *Exercises) Drills() []View {
	p := x.shown.Load()
	out := make([]View, 0, len(p.order))
	for _, id := range slices.Backward(p.order) {
		out = append(out, p.views[id])
	}
	return out
}

// Filed reports whether a drill runs at the school that was filed with the
// police, and accepted by every station that it was filed with. It never
// blocks: the way of an alarm asks it.
func (x *Exercises) Filed(school string) bool { return x.shown.Load().filed[school] }

// Over reports whether the drill that an incident of mode drill was part of is
// over: the one in whose window it was pressed, or one that ended at its school
// while it was open. A drill that ran out of time while the hub was down is over
// before anybody has noted it. A press that no drill expected is part of none. It
// never blocks.
func (x *Exercises) Over(i *alerting.Incident) bool {
	over, now := false, time.Now()
	for _, v := range x.shown.Load().views {
		if !takesIn(v.State, i.School) {
			continue
		}
		part := v.windowOf(i)
		ended := v.Ended(now)
		if part && v.Phase == drill.Running && ended.IsZero() {
			return false
		}
		over = over || !ended.IsZero() && (part || !i.OpenedAt.After(ended))
	}
	return over
}

// windowOf reports whether a press of an incident is that of one of the drill's
// windows.
func (v View) windowOf(i *alerting.Incident) bool {
	return slices.ContainsFunc(v.Windows, func(o drill.Opened) bool {
		return o.School == i.School && o.Device == i.Device && o.Press != "" &&
			slices.ContainsFunc(i.Presses, func(p alerting.PressRecord) bool { return p.ID == o.Press })
	})
}

// publish shows everybody how the drills stand. What has not changed is
// shared: a state's slices are never written to.
func (x *Exercises) publish() {
	p := &published{views: make(map[string]View, len(x.drills)), order: slices.Clone(x.order), filed: map[string]bool{}}
	for id, d := range x.drills {
		p.views[id] = d.view()
		if s := d.state; s.Phase == drill.Running && len(s.Plan.Filed) > 0 && len(s.Accepted) == len(s.Plan.Filed) {
			for _, site := range s.Plan.Schools {
				p.filed[site.ID] = true
			}
		}
	}
	x.shown.Store(p)
}

func (d *running) view() View {
	v := View{State: d.state}
	for _, t := range d.told {
		v.Told = append(v.Told, t.Told)
	}
	slices.SortFunc(v.Told, func(a, b Told) int {
		return strings.Compare(a.name(), b.name())
	})
	return v
}

func (t Told) name() string {
	return strings.Join([]string{t.School, t.Device, string(t.Audience), t.Recipient, string(t.Channel)}, "\x00")
}
