package hub

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

const (
	// lookAfterCounts is how often it is looked at which head counts wait.
	lookAfterCounts = time.Second
	// noteWithin is how long it may take to write down that staff were asked.
	noteWithin = 5 * time.Second
	// mostAnswers wait that say what became of a question; overflow: whoever
	// carries them waits, and nothing of an alarm's does.
	mostAnswers = 64
)

// tallies is where head counts are kept.
type tallies interface {
	Counted(incident string) (muster.State, bool)
	Count(ctx context.Context, incident string, c muster.Command) (alerting.Incident, error)
}

// askers asks staff for the figures of their classes, over the ways that they
// have: once when a head count begins, and once more whoever has not reported.
// Of what was raised silently nobody is asked, for a telephone that rings in a
// classroom gives it away; nor of what is confidential.
type askers struct {
	open func() []alerting.Incident // the unresolved ones
	desk tallies
	who  func() *people.Directory
	// within is how long a count may take at a school.
	within func(school string) time.Duration
	nudge  watch.Nudger
	log    *slog.Logger

	answers chan answer
	stopped chan struct{}
	turns   map[string]*turn // under way, by incident; of run's goroutine alone
}

// turn is one time that the staff of one count are asked.
type turn struct {
	number   int
	asked    muster.Asked
	left     []watch.Nudge // still to be handed over
	answered int
	stalled  bool // it could not be written down, and that was said
}

// answer is what became of one question.
type answer struct {
	incident string
	turn     int
	err      error
}

func newAskers(open func() []alerting.Incident, desk tallies, who func() *people.Directory, within func(school string) time.Duration, n watch.Nudger, log *slog.Logger) *askers {
	return &askers{
		open: open, desk: desk, who: who, within: within, nudge: n, log: log.With("component", "head counts"),
		answers: make(chan answer, mostAnswers), stopped: make(chan struct{}), turns: map[string]*turn{},
	}
}

// run looks until ctx ends. Who was asked before a restart is asked again,
// under the same id, where not everybody had been.
func (a *askers) run(ctx context.Context) error {
	defer close(a.stopped)
	tick := time.NewTicker(lookAfterCounts)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case g := <-a.answers:
			a.answered(g)
		case now := <-tick.C:
			a.look(ctx, now)
		}
	}
}

// look begins what is due, goes on with what is under way, and writes down what
// has ended.
func (a *askers) look(ctx context.Context, now time.Time) {
	waiting := map[string]bool{}
	for _, i := range a.open() {
		s, ok := a.desk.Counted(i.ID)
		if !ok || i.Resolved() || i.Confidential || i.Silent {
			continue
		}
		waiting[i.ID] = true
		if number, until, due := s.Ask(now, a.within(i.School)); due && a.turns[i.ID] == nil {
			a.turns[i.ID] = a.begin(i, s, number, until, now)
		}
	}
	for incident, t := range a.turns {
		if !waiting[incident] {
			delete(a.turns, incident) // it is over, or nobody may hear of it any more
			continue
		}
		a.goOn(incident, t)
		if len(t.left) == 0 && t.answered == t.asked.People && a.note(ctx, incident, t) {
			delete(a.turns, incident)
		}
	}
}

func (a *askers) begin(i alerting.Incident, s muster.State, number int, until, now time.Time) *turn {
	school, _ := a.who().School(i.School)
	t := &turn{number: number, asked: muster.Asked{At: now.UTC()}}
	for _, n := range staffOf(a.who(), school, s, now) {
		key := i.ID + "/" + strconv.Itoa(number) + "/" + n.Account + "/" + n.Contact
		n.ID = "count-" + alerting.RaisedIncidentID(i.School, "count", key, time.Time{})
		n.Mode, n.Text, n.Until = i.Mode, policy.CountText(school, i.Mode), until
		t.left = append(t.left, n)
	}
	t.asked.People = len(t.left)
	return t
}

// staffOf are those who are asked: the staff of the classes that have not
// reported, and the contacts of staff who are nobody's account, on shift, of
// whom it is not known which class is theirs.
func staffOf(dir *people.Directory, school people.School, s muster.State, now time.Time) []watch.Nudge {
	var out []watch.Nudge
	accounts := slices.DeleteFunc(slices.Clone(dir.AccountsOf(school.ID)), func(a people.Account) bool { return a.Role != alerting.RoleStaff })
	for _, a := range accounts {
		if s.WaitsFor(a.Classes) {
			out = append(out, watch.Nudge{School: school.ID, Account: a.Name})
		}
	}
	for _, c := range dir.ContactsOf(school.ID) {
		known := slices.ContainsFunc(accounts, func(a people.Account) bool { return c.Is(a.Name, "") })
		way := slices.ContainsFunc(c.Paths, func(p people.Path) bool { return slices.Contains(remindable, p.Channel) })
		if c.Audience == alerting.Staff && way && !known && c.OnShift(school, now) && !c.OnLeave(school, now) {
			out = append(out, watch.Nudge{School: school.ID, Contact: c.Name})
		}
	}
	return out
}

// goOn hands over what there is room for; the rest waits for the next look.
func (a *askers) goOn(incident string, t *turn) {
	for len(t.left) > 0 {
		g := answer{incident: incident, turn: t.number}
		err := a.nudge.Nudge(t.left[0], func(err error) {
			g.err = err
			select {
			case a.answers <- g:
			case <-a.stopped: // asked again after the next start, under the same id
			}
		})
		if err != nil {
			return
		}
		t.left = t.left[1:]
	}
}

func (a *askers) answered(g answer) {
	t := a.turns[g.incident]
	if t == nil || t.number != g.turn {
		return
	}
	t.answered++
	if g.err != nil {
		t.asked.Unreached++
		a.log.Warn("a member of staff was not asked for the head count", "incident", g.incident, "error", g.err)
	}
}

// note writes down that staff were asked; false where it is to be tried again.
func (a *askers) note(ctx context.Context, incident string, t *turn) bool {
	ctx, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	_, err := a.desk.Count(ctx, incident, muster.Command{
		ID: fmt.Sprintf("asked-%d-%s", t.number, incident), Verb: muster.VerbAsked,
		By: muster.Person{Actor: alerting.Actor{Name: alerting.ActorHub}}, Asked: t.asked,
	})
	if err != nil && !t.stalled {
		a.log.Warn("that staff were asked for a head count was not written down", "incident", incident, "error", err)
		t.stalled = true
	}
	return err == nil
}

// unasked takes what a gateway reports of a question that it had accepted.
func (a *askers) unasked(_ context.Context, id string, s alerting.DeliveryState, reason string) {
	if s == alerting.Failed {
		a.log.Warn("a gateway could not ask a member of staff for the head count", "question", id, "reason", reason)
	}
}
