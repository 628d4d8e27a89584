package simulation

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// slip is the notice that lies at a school in one mode, as the disk has it.
type slip struct {
	draft    *release.Draft
	incident string
	approved []release.Approval
	agreed   *release.Event
	held     bool
}

type slipKey struct {
	school string
	mode   alerting.Mode
}

// letter is what one school's parents have had.
type letter struct {
	slipKey
	number   int
	incident string
	text     alerting.Text
	at       time.Time
	life     int // in which it became durable
}

// noticesIn are the events of a notice event.
func noticesIn(e alerting.Event) (mode alerting.Mode, events []release.Event) {
	var p struct {
		Mode   alerting.Mode   `json:"mode"`
		Events []release.Event `json:"events"`
	}
	if e.Type == alerting.EventNotice && e.Beside != nil {
		_ = json.Unmarshal(e.Beside.Payload, &p)
	}
	return p.Mode, p.Events
}

// decided holds a decision about notices, when it is taken, to what it takes.
func (w *world) decided(e alerting.Event, i alerting.Incident) {
	mode, events := noticesIn(e)
	s := w.slips[slipKey{e.School, mode}]
	for _, n := range events {
		w.dirs.happens("notice event " + string(n.Type))
		if n.Type == release.EventReleased {
			w.lets(n, s, i)
		}
		s = s.after(n)
	}
}

// noticed folds what is durable.
func (w *world) noticed(e alerting.Event) {
	mode, events := noticesIn(e)
	at := slipKey{e.School, mode}
	for _, n := range events {
		if s := w.slips[at]; n.Type == release.EventReleased && s.draft != nil {
			for _, r := range s.draft.Rendered {
				w.letters = append(w.letters, letter{slipKey{r.School, mode}, s.draft.Number, e.Incident, r.Text, n.At, w.lives})
			}
		}
		w.slips[at] = w.slips[at].after(n)
	}
}

func (s slip) after(n release.Event) slip {
	switch n.Type {
	case release.EventDrafted:
		return slip{draft: n.Draft, incident: n.Incident, held: s.held}
	case release.EventApproved:
		s.approved = append(slices.Clone(s.approved), release.Approval{By: n.Actor, At: n.At})
	case release.EventLapsed:
		s.approved = nil
	case release.EventAgreed:
		s.agreed = &n
	case release.EventHeld:
		s.held = true
	case release.EventContinued:
		s.held = false
	case release.EventWithdrawn, release.EventReleased:
		return slip{held: s.held}
	}
	return s
}

// lets: a notice goes out by the word of those who may, as its kind asks, and
// never about what is nobody's business.
func (w *world) lets(n release.Event, s slip, i alerting.Incident) {
	if i.Confidential || confides(i.Kind) || w.of(i.ID).concealed {
		w.fail(lawUntold, "%s released a notice about %s, which is confidential", n.Actor.Name, i.ID)
	}
	switch {
	case s.draft == nil || s.incident != i.ID || n.Hash != s.draft.Hash:
		w.fail(lawReleased, "%s released what was not drafted about %s", n.Actor.Name, i.ID)
		return
	case s.held:
		w.fail(lawReleased, "%s released a notice about %s that was held", n.Actor.Name, i.ID)
	case !holds(n.Actor, s.draft.Schools):
		w.fail(lawReleased, "%+v may not release notices of %v", n.Actor, s.draft.Schools)
	}
	w.seeNotice(s)
	w.approvedFor(s, i)
	w.agreedFor(s, i)
	w.succeeds(*s.draft, n.At)
	if c := w.countFor(i); s.draft.Content.Text == release.AllSafe && !c.allPresent() {
		w.fail(lawAllSafe, "all are said to be safe in %s, and the count is %+v", i.ID, c)
	}
}

// seeNotice counts what goes out.
func (w *world) seeNotice(s slip) {
	for what, is := range map[string]bool{
		"notice of one word": len(s.approved) == 1, "notice of two": len(s.approved) == 2, "notice agreed to": s.agreed != nil,
		"notice to two schools": len(s.draft.Schools) > 1, "replaced notice": s.draft.Number > 1,
		"notice of a drill": s.draft.Mode == devices.Drill, "all safe": s.draft.Content.Text == release.AllSafe,
	} {
		if is {
			w.dirs.happens(what)
		}
	}
}

func holds(a alerting.Actor, in []string) bool {
	return a.Role == alerting.RoleOfficer && !slices.ContainsFunc(in, func(s string) bool { return !slices.Contains(rights(a.Name), s) })
}

// approvedFor: two holders, of whom the second has not written it, where the
// kind or more than one school asks for it, and one for all that may be told.
func (w *world) approvedFor(s slip, i alerting.Incident) {
	several := len(s.draft.Schools) > 1
	need, t := 1, s.draft.Content.Text
	ofDrill := t == release.DrillAhead || t == release.DrillOver
	switch i.Kind {
	case "health":
		if !ofDrill {
			need = 2
		}
	case "emergency", "attack", "intrusion", "fire", "traffic", "crowd", "weather":
	default:
		if !ofDrill {
			w.fail(lawReleased, "parents are told of %s", i.Kind)
		}
	}
	if (i.Mode == devices.Drill) != ofDrill {
		w.fail(lawReleased, "%s went out of an incident of mode %s", t, i.Mode)
	}
	if several {
		need = 2
	}
	var names []string
	for _, a := range s.approved {
		if holds(a.By, s.draft.Schools) && !slices.Contains(names, a.By.Name) {
			names = append(names, a.By.Name)
		}
	}
	switch {
	case len(names) < need:
		w.fail(lawReleased, "a notice about %s in %v went out by %v, of %d", i.Kind, s.draft.Schools, names, need)
	case need == 2 && names[1] == s.draft.By.Name:
		w.fail(lawReleased, "%s was the second to approve what they wrote", names[1])
	case several && s.approved[1].At.Sub(s.approved[0].At) > 5*time.Minute:
		w.fail(lawReleased, "the second word for %v came %s after the first", s.draft.Schools, s.approved[1].At.Sub(s.approved[0].At))
	}
}

// agreedFor: a sentence of fact about what others lead has their agreement.
func (w *world) agreedFor(s slip, i alerting.Incident) {
	c := s.draft.Content
	waits := c.Reason == "" && (c.Text == release.Holding || c.Text == release.HoldingArrival || c.Text == release.Waiting)
	led := slices.Contains([]alerting.Kind{"emergency", "attack", "intrusion", "fire"}, i.Kind)
	if !led || waits || c.Text == release.DrillAhead || c.Text == release.DrillOver {
		return
	}
	a := s.agreed
	switch {
	case a == nil:
		w.fail(lawReleased, "%s about %s went out, and nobody agreed", c.Text, i.Kind)
	case a.Call == nil && (a.Actor.Role != alerting.RoleLiaison || i.Kind == "fire"):
		w.fail(lawReleased, "%s about %s went out, and %+v agreed", c.Text, i.Kind, a.Actor)
	case a.Call != nil && (a.Call.Role == release.FireCommander) != (i.Kind == "fire"):
		w.fail(lawReleased, "%s about %s went out, and the %s agreed", c.Text, i.Kind, a.Call.Role)
	}
}

// succeeds: numbers follow each other, for everybody who reads them; a new day
// may begin anew.
func (w *world) succeeds(d release.Draft, at time.Time) {
	if d.Number == 0 {
		return
	}
	last, lastAt := 0, time.Time{}
	for _, l := range w.letters {
		if l.mode == d.Mode && slices.Contains(d.Schools, l.school) && l.number > 0 && sameDay(l.at, at) && l.number >= last {
			last, lastAt = l.number, l.at
		}
	}
	if d.Number <= last || (d.Number > last+1 && last > 0 && !w.lettersBefore(d, at)) {
		w.fail(lawReplaces, "number %d goes to parents of %v after %d of %s", d.Number, d.Schools, last, lastAt)
	}
}

// lettersBefore reports whether parents have had notices on another day, whose
// numbers a matter that goes on may follow.
func (w *world) lettersBefore(d release.Draft, at time.Time) bool {
	return slices.ContainsFunc(w.letters, func(l letter) bool {
		return l.mode == d.Mode && slices.Contains(d.Schools, l.school) && !sameDay(l.at, at)
	})
}

func sameDay(a, b time.Time) bool {
	zone := time.FixedZone("CST", 8*3600)
	return a.In(zone).Format(time.DateOnly) == b.In(zone).Format(time.DateOnly)
}

// posted: what leaves for parents is on the disk, in its mode's words, and
// what a later number has replaced goes no further.
func (w *world) posted(s notice.Sent) {
	n := slices.IndexFunc(w.letters, func(l letter) bool {
		return l.school == s.School && l.mode == s.Mode && l.number == s.Number && l.text == s.Text && l.incident == s.Incident && l.at.Equal(s.At)
	})
	if n < 0 {
		w.fail(lawReleased, "parents of %s are told what is not on the disk: %+v", s.School, s)
		return
	}
	if w.letters[n].life != w.lives {
		w.dirs.happens("notice posted again")
	}
	later := slices.ContainsFunc(w.letters[n+1:], func(l letter) bool { return l.slipKey == w.letters[n].slipKey && l.number > 0 })
	if w.letters[n].life != w.lives && s.Number > 0 && s.Replaced != later {
		w.fail(lawReplaces, "number %d to parents of %s is replaced: %v, and was sent as %v", s.Number, s.School, later, s.Replaced)
	}
	if mode := w.of(s.Incident).mode; mode != "" && mode != s.Mode || !w.wordsOf(s.Mode, s.Text) {
		w.fail(lawMode, "parents were told as %s of a %s incident: %s", s.Mode, mode, s.Text.ZH)
	}
}

// wordsOf reports whether a text says its mode at both ends, and a live one no
// other.
func (w *world) wordsOf(m alerting.Mode, t alerting.Text) bool {
	word := map[alerting.Mode]string{devices.Drill: "【演练】", devices.Test: "【测试】"}[m]
	if word == "" {
		return !strings.Contains(t.ZH, "【演练】") && !strings.Contains(t.ZH, "【测试】")
	}
	return strings.HasPrefix(t.ZH, word) && strings.HasSuffix(t.ZH, word)
}

// pages: parents read on their page what was released, and nothing else.
func (w *world) pages() {
	for _, school := range schools() {
		sent := w.desk.Sent([]string{school}, 1000)
		w.mu.Lock()
		var want []letter
		for _, l := range w.letters {
			if l.school == school {
				want = append(want, l)
			}
		}
		if len(sent) != len(want) {
			w.fail(lawReleased, "parents of %s read %d notices, and %d were released", school, len(sent), len(want))
		}
		w.mu.Unlock()
	}
}
