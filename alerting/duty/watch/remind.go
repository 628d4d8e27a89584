package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// Nudge is a reminder on its way to one person.
type Nudge struct {
	// ID is the same for every attempt, also after a restart.
	ID      string
	School  string
	Account string        // that the person signs in with; "" none
	Phone   string        // as the roster has it; "" none
	Contact string        // that the person is, where they are known by that name; "" none
	Mode    alerting.Mode // "" is live
	Text    alerting.Text
	Until   time.Time // it is of no use later
}

// Nudger carries reminders to people.
type Nudger interface {
	// Nudge never blocks; an error says that there is no room, and that it is to
	// be said again. done is called once and from another goroutine, when the far
	// side has accepted the reminder or nothing more is tried.
	Nudge(n Nudge, done func(error)) error
}

// Reminded is what became of a reminder.
type Reminded struct {
	Key    string
	At     time.Time
	Failed string // why the person was not reached; "" where they were told
}

// reminders are those of a school that were sent, or are on their way. Of Run's
// goroutine alone.
type reminders struct {
	under map[string]bool     // on their way
	over  map[string]Reminded // what became of them
	dirty map[string]bool     // not on the disk yet
	// lost are those that a gateway could not deliver, with the reason, while
	// nobody has yet heard that it had accepted them.
	lost map[string]string
}

func newReminders(known []Reminded) *reminders {
	r := &reminders{under: map[string]bool{}, over: map[string]Reminded{}, dirty: map[string]bool{}, lost: map[string]string{}}
	for _, k := range known {
		r.over[k.Key] = k
	}
	return r
}

func (r *reminders) has(key string) bool { _, over := r.over[key]; return over || r.under[key] }

// outcome is one reminder's, on its way to Run's goroutine.
type outcome struct {
	school string
	Reminded
	// nudge is set instead of school and key where a gateway speaks: it knows the
	// reminder by its id alone.
	nudge string
}

// remind sends what is outstanding at a school; false where something is to be
// tried again. What was on its way when the hub stopped is sent again, under the
// same id.
func (w *Watcher) remind(id string, s *state, of duty.Watch, school School, now time.Time) bool {
	if w.deps.Nudger == nil || now.Before(s.quiet) {
		return true
	}
	done := true
	for _, r := range of.Outstanding(now, s.reminders.has) {
		err := w.deps.Nudger.Nudge(school.nudge(id, r), func(err error) { w.reminded(id, r.Key(), err) })
		if err != nil {
			w.log.Warn("a reminder waits", "school", id, "shift", r.Shift.String(), "error", err)
			done = false
			continue
		}
		s.reminders.under[r.Key()] = true
	}
	return done
}

// nudge is a reminder as its person gets it.
func (s School) nudge(id string, r duty.Reminder) Nudge {
	out := Nudge{
		ID: nudgeID(id, r.Key()), School: id, Phone: r.Entry.Phone,
		Text: s.words(r), Until: r.Until(s.Setup.Times),
	}
	if i := slices.IndexFunc(s.People, func(p Person) bool { return p.Name == r.Entry.Person }); i >= 0 {
		out.Account = s.People[i].Account
	}
	return out
}

// nudgeID names a reminder of a school to the far sides.
func nudgeID(school, key string) string {
	return "remind-" + alerting.RaisedIncidentID(school, "remind", key, time.Time{})
}

// words are short enough for a text message of one segment.
func (s School) words(r duty.Reminder) alerting.Text {
	post, from := r.Shift.Post.Name, r.Shift.From.In(s.Zone)
	begin, end := r.Shift.Clock(s.Zone)
	hours := begin + "-" + end
	switch r.Notice {
	case duty.StandIn:
		return alerting.Text{
			ZH: fmt.Sprintf("值班提醒:请现在到%s替岗,%s,到岗请签到。不能到岗请告知学校", post.ZH, hours),
			EN: fmt.Sprintf("Duty: you stand in at %s, %s. Go there now and check in, or tell the school", post.EN, hours),
		}
	case duty.AtStart:
		return alerting.Text{
			ZH: fmt.Sprintf("值班提醒:%s %s已开始,尚未签到。请到岗签到,不能到岗请告知学校", post.ZH, hours),
			EN: fmt.Sprintf("Duty: %s %s has begun and you are not checked in. Check in, or tell the school", post.EN, hours),
		}
	}
	opens := from.Add(-s.Setup.Times.Open).Format("15:04")
	return alerting.Text{
		ZH: fmt.Sprintf("值班提醒:%s %s %s,%s起可签到", from.Format("1月2日"), hours, post.ZH, opens),
		EN: fmt.Sprintf("Duty: %s, %s %s. Check in from %s", post.EN, from.Format("2 Jan"), hours, opens),
	}
}

// reminded says what became of a reminder; it is called by the nudger's own
// goroutines, which may wait.
func (w *Watcher) reminded(school, key string, err error) {
	out := outcome{school: school, Reminded: Reminded{Key: key, At: time.Now()}}
	if err != nil {
		out.Failed = err.Error()
	}
	select {
	case w.outcomes <- out:
	case <-w.stopped: // sent again after the next start, under the same id
	}
}

// Undelivered says of a reminder that its gateway had accepted, by the nudge's
// id, that the person did not get it. It waits for Run, at most as long as ctx.
// An id that is not known changes nothing.
func (w *Watcher) Undelivered(ctx context.Context, nudge, reason string) {
	select {
	case w.outcomes <- outcome{nudge: nudge, Reminded: Reminded{At: time.Now(), Failed: reason}}:
	case <-w.stopped:
		w.log.Warn("a gateway reported on a reminder, and the hub stops", "reminder", nudge, "reason", reason)
	case <-ctx.Done():
		w.log.Warn("a gateway reported on a reminder, and nobody took it", "reminder", nudge, "reason", reason)
	}
}

// reported finds the reminder that a gateway speaks of.
func (w *Watcher) reported(o outcome) {
	for school, s := range w.schools {
		for key := range s.reminders.under {
			if nudgeID(school, key) == o.nudge {
				s.reminders.lost[key] = o.Failed // its outcome is on its way
				return
			}
		}
		for key := range s.reminders.over {
			if nudgeID(school, key) == o.nudge {
				w.outcome(outcome{school: school, Reminded: Reminded{Key: key, At: o.At, Failed: o.Failed}})
				return
			}
		}
	}
}

// outcome notes what became of one.
func (w *Watcher) outcome(o outcome) {
	if o.nudge != "" {
		w.reported(o)
		return
	}
	s := w.of(o.school)
	if why, lost := s.reminders.lost[o.Key]; lost {
		o.Failed = why
		delete(s.reminders.lost, o.Key)
	}
	delete(s.reminders.under, o.Key)
	if s.reminders.late(o.Reminded, w.deps.Schools()[o.school].Setup.Times) {
		w.log.Warn("a gateway could not put a question to a person, and says so too late", "school", o.school, "reason", o.Failed)
		return
	}
	s.reminders.over[o.Key], s.reminders.dirty[o.Key] = o.Reminded, true
	if o.Failed != "" {
		w.log.Warn("somebody was not reached about their shift", "school", o.school, "reason", o.Failed)
	}
	w.publish()
}

// saveReminders hands the disk what it has not got yet, and forgets what is
// long over; false where something is to be tried again.
func (w *Watcher) saveReminders(now time.Time) bool {
	var failed error
	for school, s := range w.schools {
		for key := range s.reminders.dirty {
			ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
			err := w.deps.Store.SaveReminder(ctx, school, s.reminders.over[key])
			cancel()
			if err != nil {
				failed = errors.Join(failed, err)
				break // the disk takes nothing now
			}
			delete(s.reminders.dirty, key)
		}
		s.reminders.forget(now.Add(-kept))
	}
	if failed != nil {
		w.log.Error("reminders wait for the disk", "error", failed)
	}
	return failed == nil
}

// unreached lists who was not reached of those whose shift is not over.
func (s state) unreached(of duty.Watch, now time.Time) []Unreached {
	if len(s.failed) == 0 { // those of who stands in are among them
		return nil
	}
	var out []Unreached
	for _, shift := range of.Ahead(now) {
		for _, p := range shift.People {
			for _, n := range []duty.Notice{duty.DayBefore, duty.HourBefore, duty.SoonBefore, duty.AtStart} {
				key := duty.Reminder{Entry: p.Entry, Shift: shift.Shift, Notice: n}.Key()
				if u := (Unreached{p.Person, p.Role}); s.failed[key] && !slices.Contains(out, u) && p.Status != duty.Present {
					out = append(out, u)
				}
			}
		}
	}
	for _, in := range s.standIns(of, now) {
		if u := (Unreached{in.Person, in.Role}); in.Failed && !in.Here && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// missed are the reminders that reached nobody.
func (r *reminders) missed() map[string]bool {
	out := map[string]bool{}
	for key, o := range r.over {
		if o.Failed != "" {
			out[key] = true
		}
	}
	return out
}
