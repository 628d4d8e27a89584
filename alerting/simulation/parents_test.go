package simulation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/release"
)

// The people who decide what parents are told, and who count children.
var (
	head  = alerting.Actor{Name: "head", Role: alerting.RoleOfficer}
	clerk = alerting.Actor{Name: "clerk", Role: alerting.RoleOfficer}
)

// rights are the schools whose notices somebody may release.
func rights(name string) []string {
	switch name {
	case officer.Name:
		return []string{ziwei, lanhua}
	case deputy.Name, head.Name:
		return schools()
	}
	return nil
}

// newDesk is the desk of a life, with what the disk has.
func (w *world) newDesk() *notice.Desk {
	d := notice.New(notice.Deps{Engine: w.engine, People: w.people, Post: postbox{w}, Log: slog.New(slog.DiscardHandler)})
	w.engine.OnBeside(func(e alerting.Event) {
		w.mu.Lock()
		w.counted(e)
		w.mu.Unlock()
		d.Hear(e)
	})
	return d
}

// postbox is where what is out to parents leaves the hub.
type postbox struct{ w *world }

// Begin is one school's parents being told.
func (p postbox) Begin(s notice.Sent) {
	p.w.step()
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if !p.w.dead {
		p.w.record("parents of %s: %d %s", s.School, s.Number, s.Text.EN)
		p.w.posted(s)
	}
}

// Figures are nobody's here.
func (postbox) Figures(string) []notice.Figure { return nil }

// besides are the events on disk that stand beside the engine's own, in order.
func (d *disk) besides() (out []alerting.Event) {
	for _, rows := range d.events {
		for _, row := range rows {
			if !bytes.Contains(row.payload, []byte(`"beside"`)) {
				continue
			}
			var e alerting.Event
			if err := json.Unmarshal(row.payload, &e); err == nil && e.Beside != nil {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b alerting.Event) int { return int(a.Seq - b.Seq) })
	return out
}

// openOne chooses one of the latest incidents that are open.
func (w *world) openOne(n uint64) (alerting.Incident, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var open []alerting.Incident
	for _, id := range w.incidents {
		if v, ok := w.views[id]; ok {
			open = append(open, v)
		}
	}
	open = open[max(len(open)-4, 0):]
	if len(open) == 0 {
		return alerting.Incident{}, false
	}
	return open[n%uint64(len(open))], true
}

// notify has people look at the notices about an incident, one after the
// other, and do something about them.
func (w *world) notify(d deed) {
	i, ok := w.openOne(d.pick[0])
	if !ok {
		return
	}
	if d.pick[2]%2 == 0 { // children first
		w.number(d)
	}
	pause := time.Duration(1 + d.pick[0]/8%uint64(20*time.Second))
	acts := 2 + int(d.pick[0]/4%5)
	if d.pick[2]/2%3 == 0 { // long enough for numbers to follow each other
		acts = 16
	}
	for n := range acts {
		w.at(time.Duration(n)*pause, fmt.Sprintf("notice %d", d.id), func() { w.notice(d, n, i.ID) })
	}
}

// notice is one of them.
func (w *world) notice(d deed, n int, incident string) {
	w.mu.Lock()
	i, open := w.views[incident]
	w.mu.Unlock()
	if !open {
		return
	}
	g, err := w.desk.Gate(w.ctx, i)
	if err != nil {
		return
	}
	chance := w.draw("notice", fmt.Sprint(d.id, n, d.pick[1]))
	by := []alerting.Actor{officer, deputy, head, clerk, liaison, officer, deputy, head}[chance%8]
	c := release.Command{
		ID: fmt.Sprintf("n-%d-%d", d.id, n), Verb: noticeVerb(g, chance/8), By: release.Person{Actor: by, Releases: rights(by.Name)}, Reason: "looked",
	}
	if g.State.Draft != nil && chance/8%16 > 0 {
		c.Hash = g.State.Draft.Hash
	}
	switch {
	case c.Verb == release.VerbDraft:
		c.Content, c.Schools = w.contentOf(i, g, chance/128), schoolsOf(i, chance/8192)
	case c.Verb == release.VerbAgree && chance/128%2 == 0:
		c.By = release.Person{Actor: liaison}
	case c.Verb == release.VerbAgree:
		roles := release.PhoneRoles(g.Authority)
		c.Call = &release.Call{Role: roles[chance/256%uint64(len(roles))], At: time.Now()}
	}
	w.note("%s %ss the notice about %s", c.By.Name, c.Verb, i.ID[:6])
	desk, ctx := w.desk, w.ctx
	w.callers.Go(func() { _, _ = desk.Release(ctx, i.ID, c) })
}

// noticeVerb is what somebody does as the notices stand: mostly what is
// wanting.
func noticeVerb(g notice.Gate, n uint64) release.Verb {
	n /= 16
	switch {
	case n%5 == 0:
		return []release.Verb{
			release.VerbHold, release.VerbWithdraw, release.VerbDraft, release.VerbApprove, release.VerbRelease, release.VerbAgree, release.VerbHold,
		}[n/5%7]
	case g.State.Held != nil && n/35%4 > 0:
		return []release.Verb{release.VerbContinue, release.VerbRelease}[n/140%2]
	case g.State.Draft == nil:
		return release.VerbDraft
	case g.Wants != nil && g.Wants.Agreement != "":
		return release.VerbAgree
	case g.Wants != nil && g.Wants.Approvals > 1:
		return release.VerbApprove
	}
	return release.VerbRelease
}

// contentOf is a text that can be drafted now, or any, and what it asks for.
func (w *world) contentOf(i alerting.Incident, g notice.Gate, n uint64) release.Content {
	all := release.Texts()
	if n%4 > 0 && len(g.Texts) > 0 {
		all = g.Texts
	}
	c := release.Content{Text: all[n/4%uint64(len(all))]}
	if slices.Contains(g.Texts, release.AllSafe) || n%32 == 0 {
		c.Text = release.AllSafe
	}
	for _, what := range release.Asks(c.Text) {
		switch what {
		case "pickup":
			c.Pickup = "east"
		case "next":
			c.Next = time.Now().Add(20 * time.Minute)
		case "collect":
			c.Collect = time.Now().Add(time.Hour)
		case "date":
			c.Date = time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
		case "drill":
			c.Drill = release.FireDrill
		}
	}
	if lines := release.Reasons(c.Text, i.Kind); len(lines) > 0 && n/1024%2 == 0 {
		c.Reason = lines[0]
	}
	return c
}

// schoolsOf is whose parents are told: the school's own, and sometimes those
// of a neighbour.
func schoolsOf(i alerting.Incident, n uint64) []string {
	other := schools()[n/4%3]
	if n%4 > 0 || other == i.School {
		return nil
	}
	return []string{i.School, other}
}

// classes are those of every school.
func classes() []muster.Class {
	return []muster.Class{{ID: "c-1", Roll: 30}, {ID: "c-2", Roll: 25}}
}

// number has people count the children of an incident, one after the other.
func (w *world) number(d deed) {
	i, ok := w.openOne(d.pick[0])
	if !ok {
		return
	}
	pause := time.Duration(1 + d.pick[0]/8%uint64(10*time.Second))
	for n := range 2 + int(d.pick[0]/4%4) {
		w.at(time.Duration(n)*pause, fmt.Sprintf("count %d", d.id), func() { w.countOnce(d, n, i.ID) })
	}
}

// countOnce has somebody begin a head count, or report a class.
func (w *world) countOnce(d deed, n int, incident string) {
	chance := w.draw("count", fmt.Sprint(d.id, n, d.pick[1]))
	by := []alerting.Actor{teacher, teacher, officer, clerk, gateman, teacher, head, teacher}[chance%8]
	c := muster.Command{ID: fmt.Sprintf("h-%d-%d", d.id, n), Verb: muster.VerbStart, By: muster.Person{Actor: by, Classes: []string{"c-1"}}, Classes: classes()}
	if s, begun := w.desk.Counted(incident); begun {
		c.Verb = muster.VerbReport
		c.Class, c.Figures = reportOf(s, chance/8)
		if by == teacher {
			c.By.Classes = []string{[]string{c.Class, c.Class, c.Class, "c-2"}[d.pick[3]%4]}
		}
	} else if by == teacher {
		c.By.Actor = officer
	}
	w.mu.Lock()
	w.tallied[c.ID] = c
	w.record("%s %ss the head count of %s: %s %+v", c.By.Name, c.Verb, incident[:6], c.Class, c.Figures)
	desk, ctx := w.desk, w.ctx
	w.mu.Unlock()
	w.callers.Go(func() { _, _ = desk.Count(ctx, incident, c) })
}

// reportOf is a class's figures: mostly of one that has not reported, mostly
// of everybody, and sometimes of numbers that do not add up or are too few.
func reportOf(s muster.State, n uint64) (class string, f muster.Figures) {
	all := s.Waiting()
	if len(all) == 0 || n%5 == 0 {
		all = []string{"c-1", "c-2"}
	}
	f = muster.Figures{Expected: 28, Present: 28}
	switch n / 5 % 6 {
	case 0:
		f.Present, f.Missing = 26, 2
	case 1:
		f.Present, f.Missing = 26, int(n/30%3)
	}
	class = all[n/64%uint64(len(all))]
	if class == "c-1" && n/128%8 > 0 { // fewer than its roll: with a reason, and sometimes without
		f.Reason = muster.ReasonLeave
	}
	return class, f
}
