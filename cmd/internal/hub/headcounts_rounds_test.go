package hub

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// asking is a school whose staff are asked, of one incident.
type asking struct {
	t        *testing.T
	mu       sync.Mutex // guards what follows
	incident alerting.Incident
	count    muster.State
	told     []watch.Nudge
	full     bool  // there is no room for a question
	lost     error // what becomes of each
}

func (a *asking) Nudge(n watch.Nudge, done func(error)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.full {
		return errManyReminders
	}
	a.told = append(a.told, n)
	go done(a.lost)
	return nil
}

func (a *asking) Counted(string) (muster.State, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.count, !a.count.StartedAt.IsZero()
}

// open lists the one incident.
func (a *asking) open() []alerting.Incident {
	a.mu.Lock()
	defer a.mu.Unlock()
	return []alerting.Incident{a.incident}
}

// now changes something while the hub runs.
func (a *asking) now(change func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change()
}

func (a *asking) Count(_ context.Context, incident string, c muster.Command) (alerting.Incident, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.Muster, c.School = incident, "s"
	events, err := muster.Step(a.count, c, time.Now())
	for _, e := range events {
		a.count.Apply(e)
	}
	return a.incident, err
}

func (a *asking) begin() {
	_, err := a.Count(a.t.Context(), a.incident.ID, muster.Command{
		Verb: muster.VerbStart, By: muster.Person{Actor: alerting.Actor{Name: "lin", Role: alerting.RoleOfficer}},
		Classes: []muster.Class{{ID: "c1", Roll: 30}, {ID: "c2", Roll: 38}},
	})
	require.NoError(a.t, err)
}

func (a *asking) report(class string, n int) {
	_, err := a.Count(a.t.Context(), a.incident.ID, muster.Command{
		Verb: muster.VerbReport, By: muster.Person{Actor: alerting.Actor{Name: "t", Role: alerting.RoleStaff}, Classes: []string{class}},
		Class: class, Figures: muster.Figures{Expected: n, Present: n},
	})
	require.NoError(a.t, err)
}

// after lets time pass, and says who was asked in it.
func (a *asking) after(d time.Duration) []string {
	a.now(func() { a.told = nil })
	time.Sleep(d)
	synctest.Wait()
	out := []string{}
	for _, n := range a.told {
		out = append(out, n.Account+n.Contact)
	}
	return out
}

func staff(name string, classes ...string) people.Account {
	return people.Account{Name: name, Role: alerting.RoleStaff, Schools: []string{"s"}, Classes: classes}
}

func reached(name string, audience alerting.Audience, paths ...people.Path) people.Contact {
	return people.Contact{Name: name, Audience: audience, Schools: []string{"s"}, Paths: paths}
}

// countWithin is how long a count may take at the school.
const countWithin = 200 * time.Second

// inASchool runs a story about a head count in virtual time.
func inASchool(t *testing.T, story func(a *asking)) {
	text := people.Path{Channel: alerting.ChannelSMS, Address: "+8613900000001", Gateway: "texts"}
	dir := people.New(people.Lists{
		Schools:  []people.School{{ID: "s"}},
		Accounts: []people.Account{staff("li", "c1"), staff("wu", "c2"), staff("cook"), {Name: "lin", Role: alerting.RoleOfficer, Schools: []string{"s"}, Classes: []string{"c1"}}},
		Contacts: []people.Contact{
			reached("teachers", alerting.Staff, text), reached("deputy", alerting.School, text),
			reached("hall", alerting.Staff, people.Path{Channel: alerting.ChannelVoice, Address: "+8613900000002"}),
			reached("wu-mobile", alerting.Staff, people.Path{Channel: alerting.ChannelPush, Address: "wu"}, text),
		},
	})
	synctest.Test(t, func(t *testing.T) {
		a := &asking{t: t, incident: alerting.Incident{ID: "i", School: "s", Kind: "fire", Mode: devices.Live}}
		asks := newAskers(a.open, a, func() *people.Directory { return dir }, func(string) time.Duration { return countWithin }, a, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- asks.run(ctx) }()
		story(a)
		cancel()
		require.NoError(t, <-done)
	})
}

func TestStaffAreAskedForTheHeadCountOnceAndAgainWhoeverHasNotReported(t *testing.T) {
	inASchool(t, func(a *asking) {
		assert.Empty(t, a.after(time.Minute), "no count has begun")
		a.begin()
		assert.ElementsMatch(t, []string{"li", "wu", "teachers"}, a.after(3*time.Second), "each once: a contact that is an account is that account")
		assert.Equal(t, "请上报:应到、实到、未到人数", a.told[0].Text.ZH)
		assert.Equal(t, []muster.Asked{{At: a.count.Asked[0].At, People: 3}}, a.count.Asked)
		a.report("c1", 30)
		assert.Empty(t, a.after(countWithin/2-5*time.Second))
		assert.ElementsMatch(t, []string{"wu", "teachers"}, a.after(10*time.Second), "whose class has not reported")
		assert.Empty(t, a.after(time.Hour), "never a third time")
		assert.Len(t, a.count.Asked, 2)
	})
}

func TestNobodyIsAskedOfACountThatIsComplete(t *testing.T) {
	inASchool(t, func(a *asking) {
		a.begin()
		a.after(3 * time.Second)
		a.report("c1", 30)
		a.report("c2", 38)
		assert.Empty(t, a.after(time.Hour))
	})
}

func TestNobodyIsAskedOfWhatMustNotBeHeard(t *testing.T) {
	for name, hide := range map[string]func(i *alerting.Incident){
		"silent":       func(i *alerting.Incident) { i.Silent = true },
		"confidential": func(i *alerting.Incident) { i.Confidential = true },
		"over":         func(i *alerting.Incident) { i.State = alerting.StateResolved },
	} {
		t.Run(name, func(t *testing.T) {
			inASchool(t, func(a *asking) {
				a.now(func() { hide(&a.incident) })
				a.begin()
				assert.Empty(t, a.after(time.Hour))
			})
		})
	}
}

func TestAQuestionWaitsForRoomAndSaysWhoWasNotReached(t *testing.T) {
	inASchool(t, func(a *asking) {
		a.now(func() { a.incident.Mode, a.full, a.lost = devices.Drill, true, errors.New("the gateway is away") })
		a.begin()
		assert.Empty(t, a.after(10*time.Second))
		a.now(func() { a.full = false })
		assert.Len(t, a.after(3*time.Second), 3)
		assert.Equal(t, "【演练】请上报:应到、实到、未到人数【演练】", a.told[0].Text.ZH)
		assert.Equal(t, devices.Drill, a.told[0].Mode)
		require.Len(t, a.count.Asked, 1)
		assert.Equal(t, 3, a.count.Asked[0].Unreached)
	})
}
