package hub

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

const (
	// lookAfterVolunteers is how often it is looked at who stands at the gates,
	// and what goes on there.
	lookAfterVolunteers = time.Second
	// toVolunteers is how long what to do is of use to them.
	toVolunteers = 5 * time.Minute
)

// volunteers tells the parents who stand at the gates what to do with the
// pupils beside them, and when it is over: by their own telephone, in words
// that say nothing of what happened. They are told what is live, once, and
// anew where what to do changes.
type volunteers struct {
	open  func() []alerting.Incident // the unresolved ones
	who   func() *people.Directory
	board func(school string, now time.Time) (watch.Board, bool)
	nudge watch.Nudger
	log   *slog.Logger

	told map[string]spoken // by incident; of run's goroutine alone
}

// spoken is what the volunteers of one incident's school were told last.
type spoken struct {
	incident alerting.Incident
	people   map[string]heardOf
}

// heardOf is one volunteer, and the words that they were told.
type heardOf struct {
	duty.Entry
	account, words string
}

func newVolunteers(open func() []alerting.Incident, who func() *people.Directory, board func(string, time.Time) (watch.Board, bool), n watch.Nudger, log *slog.Logger) *volunteers {
	return &volunteers{open: open, who: who, board: board, nudge: n, log: log.With("component", "volunteers"), told: map[string]spoken{}}
}

// run looks until ctx ends. Whoever was told before a restart is told again,
// under the same id, while it goes on.
func (v *volunteers) run(ctx context.Context) error {
	tick := time.NewTicker(lookAfterVolunteers)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			v.look(now)
		}
	}
}

func (v *volunteers) look(now time.Time) {
	open, there := v.open(), map[string][]heardOf{}
	for _, i := range open {
		if i.Resolved() {
			continue
		}
		if _, known := there[i.School]; !known { // however many incidents a school has: a board takes the processor from alarms
			there[i.School] = v.present(i.School, now)
		}
		if len(there[i.School]) > 0 {
			v.begin(i, there[i.School], now)
		}
	}
	for id := range v.told {
		if !slices.ContainsFunc(open, func(i alerting.Incident) bool { return i.ID == id && !i.Resolved() }) {
			v.end(id, now)
		}
	}
}

// begin tells those of whoever stands there now who have not heard it yet.
func (v *volunteers) begin(i alerting.Incident, there []heardOf, now time.Time) {
	school, _ := v.who().School(i.School)
	text, ok := policy.VolunteerText(policy.Facts{Incident: i, School: school, Event: alerting.EventOpened, Now: now})
	if !ok {
		return
	}
	for _, p := range there {
		t := v.told[i.ID]
		if t.people == nil {
			t = spoken{people: map[string]heardOf{}}
		}
		if t.incident = i; t.people[p.Person].words == text.ZH {
			continue
		}
		if v.say(i, p, "do", text, now) {
			p.words = text.ZH
			t.people[p.Person] = p
			v.told[i.ID] = t
		}
	}
}

// end tells those who heard the beginning that it is over.
func (v *volunteers) end(id string, now time.Time) {
	t := v.told[id]
	school, _ := v.who().School(t.incident.School)
	text := policy.VolunteerEnd(school)
	for name, p := range t.people {
		if v.say(t.incident, p, "over", text, now) {
			delete(t.people, name)
		}
	}
	if len(t.people) == 0 {
		delete(v.told, id)
	}
}

// present are the volunteers who are checked in at a post now.
func (v *volunteers) present(school string, now time.Time) []heardOf {
	b, _ := v.board(school, now)
	var out []heardOf
	for _, post := range b.Posts {
		for _, s := range post.Shifts {
			for _, p := range s.People {
				if p.Role != duty.Volunteer || p.Status != duty.Present {
					continue
				}
				h := heardOf{Entry: p.Entry}
				if p.There != p.Person { // the substitute, whose number is not on the roster
					h.Person, h.Phone = p.There, ""
				}
				if n := slices.IndexFunc(b.School.People, func(o watch.Person) bool { return o.Name == h.Person }); n >= 0 {
					h.account = b.School.People[n].Account
				}
				out = append(out, h)
			}
		}
	}
	return out
}

// say hands one text over; false where there is no room, and it is said again.
func (v *volunteers) say(i alerting.Incident, p heardOf, what string, text alerting.Text, now time.Time) bool {
	id := "volunteer-" + alerting.RaisedIncidentID(i.School, "volunteer", i.ID+"/"+what+"/"+p.Person+"/"+text.ZH, time.Time{})
	err := v.nudge.Nudge(watch.Nudge{
		ID: id, School: i.School, Account: p.account, Phone: p.Phone, Text: text, Until: now.Add(toVolunteers),
	}, func(err error) {
		if err != nil {
			v.log.Warn("a volunteer at a post was not told", "school", i.School, "incident", i.ID, "error", err)
		}
	})
	if err != nil {
		v.log.Warn("what to do waits for a volunteer", "school", i.School, "incident", i.ID, "error", err)
	}
	return err == nil
}
