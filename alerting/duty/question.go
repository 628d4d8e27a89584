package duty

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Question is what a person is asked at an instant: whether all is well with
// them. Their silence counts only where it was put to them.
type Question struct {
	// Key names it in a school, over every restart.
	Key    string
	Person string
	Post   Post // of no id where nobody knows
	At     time.Time
	Call   string // the roll call that asks; "" where they watch alone
}

// questions begin the keys of what was put to people, apart from reminders.
const questions = "question/"

// onPage ends the key of a question that was put by the person's own page.
const onPage = "/page"

// again ends the key of a roll call's second question.
const again = "/again"

// IsQuestion reports whether a key is a question's.
func IsQuestion(key string) bool { return strings.HasPrefix(key, questions) }

// OnPage is the key by which the person's own page puts a question.
func (q Question) OnPage() string { return q.Key + onPage }

// put is when a question was first put to its person, to the millisecond, as the
// disk keeps it: incidents are named by it. False while it was not.
func (w Watch) put(key string) (time.Time, bool) {
	var first time.Time
	for _, end := range []string{"", onPage, again, again + onPage} {
		if at, ok := w.Puts[key+end]; ok && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first.Truncate(time.Millisecond), !first.IsZero()
}

// lost reports whether nothing brought a question to its person.
func (w Watch) lost(key string) bool {
	_, put := w.put(key)
	return !put && w.Lost[key]
}

// Questions lists what people are asked at now, in order. A night's question
// that was not put to anybody by the morning is asked no more.
func (w Watch) Questions(now time.Time) []Question {
	m := w.at(now)
	var out []Question
	for _, s := range m.shifts {
		if p, ok := m.prompt(s); ok && !now.Before(p.At) && (now.Before(p.Until) || !p.Raise.IsZero()) {
			out = append(out, Question{Key: p.key(), Person: p.Person, Post: s.Post, At: p.At})
		}
	}
	for _, c := range w.Calls {
		out = append(out, m.asking(c)...)
	}
	slices.SortStableFunc(out, func(a, b Question) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key, b.Key)) })
	return out
}

// asking lists whom a roll call asks now.
func (m moment) asking(c Call) []Question {
	if c.At.After(m.now) {
		return nil
	}
	heard := m.Heard(c)
	var out []Question
	for _, who := range c.People {
		if !heard.Awaits(m.Setup.Times, who, m.now) {
			continue
		}
		q := Question{Key: c.key(who), Person: who, Post: m.postOf(who, c.At), At: c.At, Call: c.ID}
		if !m.now.Before(heard.asked(who).Add(m.Setup.Times.CallFirst)) {
			q.Key += again
		}
		out = append(out, q)
	}
	return out
}

// Unasked lists by name those who watch alone and could not be asked whether
// all is well for as long as they would have had to answer: nobody knows, and
// their silence says nothing. They are to be telephoned.
func (w Watch) Unasked(now time.Time) []string {
	m := w.at(now)
	var out []string
	for _, s := range m.shifts {
		p, ok := m.prompt(s)
		late := ok && !now.Before(p.At.Add(w.Setup.Times.Lone.First)) && now.Before(p.Until)
		if late && p.Raise.IsZero() && !slices.Contains(out, p.Person) {
			out = append(out, p.Person)
		}
	}
	return out
}

func (p Prompt) key() string {
	return questions + p.Shift.String() + "/" + strconv.FormatInt(p.At.Unix(), 10) + "/" + p.Person
}

func (c Call) key(who string) string { return questions + "roll-call/" + c.ID + "/" + who }
