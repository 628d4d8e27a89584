package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/devices"
)

// Trials tests the way to one recipient, and knows when each last worked.
type Trials interface {
	Begin(ctx context.Context, t trial.Trial) (trial.Trial, error)
	Trial(id string) (trial.Trial, bool)
	Latest(school string) []trial.Trial // the latest first
	Sign(k alerting.LegKey) trial.Sign
}

// maxReason bounds why a way is tested, in characters.
const maxReason = 200

// shownTrials is how many of the latest tests of a school are listed.
const shownTrials = 20

// Folk is whom the alarms of a school reach, as one account may read it.
type Folk struct {
	School      string
	Examination bool // there is one today: nothing is tested
	Alarm       bool // a live alarm is open that the account may see: nothing is tested
	Named       bool // those named for confidential incidents are listed too
	Sides       []Side
	People      []Person // of the account's own side
	Gateways    []Carrier
	Trials      []trial.Trial // the latest of them, the latest first
}

// Side is how an audience of a school stands.
type Side struct {
	Audience alerting.Audience
	People   int // who could be told of an alarm
	Ready    int // of these, on shift and reached by a way that works
	Vias     []alerting.Via
	Verdict  Verdict
}

// Verdict is whether an audience would be reached.
type Verdict string

// The verdicts.
const (
	SideEnough Verdict = "enough"
	SideFew    Verdict = "few"    // one person, or all over one network
	SideNobody Verdict = "nobody" // nobody can be reached now
	SideUnset  Verdict = "unset"  // nobody is configured, and nobody has to be
)

// Person is somebody, or a desk, that is told.
type Person struct {
	people.Contact
	OffShift bool
	OnLeave  bool
	Ways     []Way
}

// Away reports whether they are passed over while somebody else is there.
func (p Person) Away() bool { return p.OffShift || p.OnLeave }

// Way is one path to them.
type Way struct {
	Leg     alerting.LegKey
	Via     alerting.Via
	Gateway string
	Address string // masked; "" of what has none
	State   WayState
	Deaf    bool // its far side can't say more than that it took a message
	trial.Sign
	Untestable trial.Untestable
	Trial      *trial.Trial // the latest test; nil where none is remembered
}

// WayState is how a way stands now.
type WayState string

// The states.
const (
	WayWorks   WayState = "works"
	WayFails   WayState = "fails"
	WayUnknown WayState = "unknown" // nothing has gone over it yet
)

// Carrier is a gateway, or a group's robot, that the ways of a school lead over.
type Carrier struct {
	Name    string
	Channel alerting.Channel
	Via     alerting.Via
	Deaf    bool
	State   WayState
	Sign    trial.Sign // of the latest over any of its ways that the account sees
	Ways    int
}

// ReadsFolk reports whether a role reads whom alarms reach: an officer the
// school's side, a liaison the police's.
func ReadsFolk(r alerting.Role) bool { return r == alerting.RoleOfficer || r == alerting.RoleLiaison }

// ofSide reports whether a role answers for the ways to an audience.
func ofSide(r alerting.Role, a alerting.Audience) bool {
	switch r {
	case alerting.RoleLiaison:
		return a == alerting.Police
	case alerting.RoleOfficer:
		return a != alerting.Police && a != alerting.Parents
	}
	return false
}

// HasTrials reports whether ways can be tested here.
func (s *Service) HasTrials() bool { return s.trials != nil }

// Folk is whom the alarms of one of the account's schools reach.
func (s *Service) Folk(a people.Account, school string, now time.Time) (Folk, error) {
	of, err := s.folkOf(a, school)
	if err != nil {
		return Folk{}, err
	}
	f := Folk{School: of.ID, Examination: s.examinedAt(of.ID, now), Alarm: s.alarmed(a, of.ID)}
	carriers := map[string]*Carrier{}
	f.Named = true
	all := s.reached(of, now)
	for _, p := range all {
		if !ofSide(a.Role, p.Audience) {
			continue
		}
		if !s.shows(a, of.ID, p.Contact) {
			f.Named = false
			continue
		}
		f.People = append(f.People, p)
		for _, w := range p.Ways {
			s.carriedBy(carriers, w)
		}
	}
	f.Sides = sidesOf(all)
	for _, c := range carriers {
		f.Gateways = append(f.Gateways, *c)
	}
	slices.SortFunc(f.Gateways, func(x, y Carrier) int { return cmp.Compare(x.Name, y.Name) })
	f.Trials = s.trialsOf(a, of.ID)
	return f, nil
}

// folkOf is the school that is meant: the account's first where none is named.
func (s *Service) folkOf(a people.Account, school string) (people.School, error) {
	switch {
	case !s.HasTrials():
		return people.School{}, fmt.Errorf("%w: no ways are tested here", alerting.ErrNotFound)
	case !ReadsFolk(a.Role):
		return people.School{}, fmt.Errorf("%w: %s reads nobody's ways", alerting.ErrForbidden, a.Role)
	case school == "" && len(a.Schools) > 0:
		school = slices.Min(a.Schools)
	}
	of, known := s.people().School(school)
	if !known || !slices.Contains(a.Schools, school) {
		return people.School{}, fmt.Errorf("%w: school %s", alerting.ErrNotFound, school)
	}
	return of, nil
}

// shows reports whether an account may know of somebody: who is named for
// confidential incidents is shown to who is, or stands in for them.
func (s *Service) shows(a people.Account, school string, c people.Contact) bool {
	return !c.Named || a.Named || slices.Contains(a.StandsInAt(), school)
}

// alarmed reports whether the account sees a live alarm of a school that somebody
// may be at work on.
func (s *Service) alarmed(a people.Account, school string) bool {
	return slices.ContainsFunc(s.Unresolved(a), func(i alerting.Incident) bool {
		return i.School == school && i.Mode == devices.Live && i.Severity != alerting.Low
	})
}

// reached lists everybody whom a school's alarms can reach, as they stand.
func (s *Service) reached(of people.School, now time.Time) []Person {
	dir := s.people()
	latest := map[alerting.LegKey]*trial.Trial{}
	for _, t := range slices.Backward(s.trials.Latest(of.ID)) {
		latest[t.Leg] = &t
	}
	var out []Person
	for _, c := range policy.Reached(dir, of.ID) {
		p := Person{Contact: c, OffShift: !c.OnShift(of, now), OnLeave: c.OnLeave(of, now)}
		for _, to := range c.Paths {
			k := policy.LegTo(c, to)
			w := Way{Leg: k, Via: to.Via, Gateway: to.Gateway, Address: masked(to), Sign: s.trials.Sign(k), Untestable: trial.CanTest(dir, k), Trial: latest[k]}
			w.State, w.Deaf = s.stateOf(w), s.deaf(to)
			p.Ways = append(p.Ways, w)
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(x, y Person) int {
		return slices.Index(alerting.Audiences(), x.Audience) - slices.Index(alerting.Audiences(), y.Audience)
	})
	return out
}

// sidesOf says how each audience stands that has to be reached, and those that
// somebody is configured for.
func sidesOf(all []Person) []Side {
	var out []Side
	for _, a := range []alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District} {
		s := Side{Audience: a}
		for _, p := range all {
			if p.Audience == a && !slices.Contains(p.Duties, people.DutyPlatform) {
				s.add(p)
			}
		}
		slices.Sort(s.Vias)
		s.Verdict = s.verdict()
		out = append(out, s)
	}
	return out
}

func (s *Side) add(p Person) {
	s.People++
	if p.Away() {
		return
	}
	var up []alerting.Via
	for _, w := range p.Ways {
		if w.State == WayWorks && w.Leg.Channel != alerting.ChannelPush && w.Untestable != trial.Public { // a sign acts on nothing; a push never counts
			up = append(up, w.Via)
		}
	}
	if len(up) == 0 {
		return
	}
	s.Ready++
	for _, v := range up {
		if !slices.Contains(s.Vias, v) {
			s.Vias = append(s.Vias, v)
		}
	}
}

// verdict holds an audience to what a school as a whole is held to. Staff and
// district are told by whoever is configured, or by the officer.
func (s *Side) verdict() Verdict {
	must := s.Audience == alerting.Police || s.Audience == alerting.School || s.Audience == alerting.Guards
	switch {
	case s.People == 0 && !must:
		return SideUnset
	case s.Ready == 0:
		return SideNobody
	case must && (s.Ready < pathcheck.LeastResponders || len(s.Vias) < pathcheck.LeastPaths):
		return SideFew
	}
	return SideEnough
}
