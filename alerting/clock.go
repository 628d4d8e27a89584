package alerting

import (
	"cmp"
	"time"
)

// Profile is how far a school lies from its station.
type Profile string

// The profiles. City 5 min, outskirts 10 min, country as soon as possible is
// the published rule of the police; an unknown profile is Urban.
const (
	Urban    Profile = "urban"
	Suburban Profile = "suburban"
	Rural    Profile = "rural"
)

// Targets are by when the school's own people, neighbours and the police are to
// be on site, from the alarm; a 0 is the built-in target.
type Targets struct{ School, MutualAid, Police time.Duration }

// ClockRule says by which targets a school's 1·3·5 clock runs.
type ClockRule struct {
	Profile Profile
	// Police is the target that a rural school has agreed with its station; 0
	// is none. Never is a rural station measured by the urban mark.
	Police time.Duration
	// Run is the profile's row of the targets. Fire and illness have rows of
	// their own, without the police: where those are awaited, by the profile's.
	Run, Fire, Medical Targets
	// Remind is how long after signing a force should be sent, and how long after
	// a reminder the incident escalates again; 0 is a minute.
	Remind time.Duration
	// CallBack is how long after signing the police call the school back; 0 is a
	// minute, and less is never, as at a school without a number.
	CallBack time.Duration
}

// Mark is one mark of the clock: who is to be on site, by when.
type Mark struct {
	Party Party
	// Target counts from the alarm; 0 where only the stamp is kept.
	Target time.Duration
	Text   Text
}

// Marks are the clock's marks for a kind, in their order; none for a kind that
// nobody runs for. Fire and illness have marks of their own: a micro fire
// station's 1-3-5 is another one, and an ambulance has no target of ours.
func (r ClockRule) Marks(k Kind) []Mark {
	run, police := r.Run.or(builtInTargets(r.Profile)), r.police()
	fire, medical := r.Fire.or(urbanTargets), r.Medical.or(urbanTargets)
	switch k {
	case "fire":
		return []Mark{
			{PartySchool, fire.School, Text{ZH: "启动", EN: "first response"}},
			{PartyMutualAid, fire.MutualAid, Text{ZH: "到场扑救", EN: "fighting the fire"}},
			{PartyPolice, police, Text{ZH: "协同", EN: "joint response"}},
			{PartyFireService, 0, Text{ZH: "消防到场", EN: "fire service"}},
		}
	case "medical", "health":
		return []Mark{
			{PartySchool, medical.School, Text{ZH: "校内急救", EN: "first aid"}},
			{PartyMutualAid, medical.MutualAid, Text{ZH: "除颤器、校医到场", EN: "defibrillator, school doctor"}},
			{PartyAmbulance, 0, Text{ZH: "救护车到场", EN: "ambulance"}},
		}
	case "emergency", "attack", "intrusion", "fight", "missing", "traffic", "drowning", "crowd":
		return []Mark{
			{PartySchool, run.School, Text{ZH: "自救(校内先期处置)", EN: "self-rescue (school)"}},
			{PartyMutualAid, run.MutualAid, Text{ZH: "互救(周边联防)", EN: "mutual aid (neighbours)"}},
			{PartyPolice, police, Text{ZH: "增援(民警到场)", EN: "reinforcement (police)"}},
		}
	}
	return nil
}

// urbanTargets are the clock's name: one, three and five minutes.
var urbanTargets = Targets{School: time.Minute, MutualAid: 3 * time.Minute, Police: 5 * time.Minute}

// builtInTargets are those of a profile where a policy says nothing. A rural
// station has 900 s until another target is agreed.
func builtInTargets(p Profile) Targets {
	t := urbanTargets
	switch p {
	case Suburban:
		t.Police = 10 * time.Minute
	case Rural:
		t.MutualAid, t.Police = 5*time.Minute, 900*time.Second
	}
	return t
}

// or fills in what is not set.
func (t Targets) or(other Targets) Targets {
	return Targets{cmp.Or(t.School, other.School), cmp.Or(t.MutualAid, other.MutualAid), cmp.Or(t.Police, other.Police)}
}

func (r ClockRule) police() time.Duration {
	if r.Profile == Rural && r.Police > 0 {
		return r.Police
	}
	return r.Run.or(builtInTargets(r.Profile)).Police
}

// remind is how long somebody who signed has before a reminder.
func (r ClockRule) remind() time.Duration { return cmp.Or(r.Remind, remindAfter) }

// MarkState is a mark and how it stands.
type MarkState struct {
	Mark
	Due     time.Time // zero where the mark has no target
	Arrived bool
	// Took is the time from the alarm to the arrival; 0 for whoever was on post.
	Took time.Duration
	// Overdue says that the target passed, or had passed when they came.
	Overdue bool
}

// Clock is the 1·3·5 clock of an incident at a moment: its marks in order. It
// stops when the incident closes: what was not due then never becomes overdue.
func (i Incident) Clock(r ClockRule, now time.Time) []MarkState {
	if i.Resolved() && !i.ResolvedAt.IsZero() {
		now = earlier(now, i.ResolvedAt)
	}
	var out []MarkState
	for _, m := range r.Marks(i.Kind) {
		out = append(out, i.mark(m, now))
	}
	return out
}

func (i Incident) mark(m Mark, now time.Time) MarkState {
	s := MarkState{Mark: m}
	begun, end := i.BegunAt(), now
	if a, ok := i.Arrival(m.Party); ok {
		s.Arrived, end = true, a.At
		if !a.OnPost {
			s.Took = max(a.At.Sub(begun), 0)
		}
	}
	if m.Target > 0 {
		s.Due = begun.Add(m.Target)
		s.Overdue = end.After(s.Due)
	}
	return s
}

// NextMark is the first mark with a target that nobody has met yet and whose
// time has not come; false where there is none.
func NextMark(clock []MarkState) (MarkState, bool) {
	for _, s := range clock {
		if !s.Arrived && !s.Overdue && s.Target > 0 {
			return s, true
		}
	}
	return MarkState{}, false
}
