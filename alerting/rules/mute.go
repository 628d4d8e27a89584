package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.org/campushub/alerting"
)

// The bounds of a mute: nobody mutes a rule for more than a working day. [J]
const (
	ShortestMute = time.Minute
	LongestMute  = 8 * time.Hour
	// longestReason is in characters.
	longestReason = 200
)

// Mute keeps one rule from raising anything new, at one gate or in a whole
// school, for a time. What the rule has raised before stays, does not grow
// urgent, and is over when its sensors say so. A mute ends by itself. It is
// about gates alone: there is none of a button.
type Mute struct {
	ID          string // of whoever asks for it: the same id is the same mute
	School      string
	Device      string // the gate; "" every gate of the school
	Rule        string
	By, Reason  string // the account, and why
	From, Until time.Time

	Lifted   time.Time // when somebody ended it before its time; zero where nobody did
	LiftedBy string
}

// Active reports whether it holds at a time.
func (m Mute) Active(now time.Time) bool {
	return !now.Before(m.From) && now.Before(m.Until) && m.Lifted.IsZero()
}

// Of reports whether it is about a rule at a gate; the counters of a school are
// the gate "".
func (m Mute) Of(device, rule string) bool {
	return m.Rule == rule && (m.Device == "" || m.Device == device)
}

// Check says why a school may not have the mute: alerting.ErrNotFound for a
// rule that is none, ErrInvalid for a gate that it does not look at, a time out
// of bounds and a missing reason, ErrConflict for a rule that no school may
// turn off.
func (m Mute) Check(s *Set) error {
	i := slices.IndexFunc(s.Rules(), func(r *Rule) bool { return r.ID == m.Rule })
	if i < 0 {
		return fmt.Errorf("%w: there is no rule %q", alerting.ErrNotFound, m.Rule)
	}
	r := s.Rules()[i]
	if r.Always {
		return fmt.Errorf("%w: rule %s cannot be muted: it watches over a way in, or over lives", alerting.ErrConflict, r.ID)
	}
	if g := s.Gate(m.Device); m.Device != "" && !slices.Contains(r.Of, g.Type) {
		return fmt.Errorf("%w: rule %s looks at no %s gate such as %s", alerting.ErrInvalid, r.ID, g.Type, m.Device)
	}
	if d := m.Until.Sub(m.From); d < ShortestMute || d > LongestMute {
		return fmt.Errorf("%w: want a time from %v to %v, found %v", alerting.ErrInvalid, ShortestMute, LongestMute, d)
	}
	n := len([]rune(m.Reason))
	if strings.TrimSpace(m.Reason) == "" || n > longestReason || strings.ContainsFunc(m.Reason, unicode.IsControl) {
		return fmt.Errorf("%w: reason: want 1 to %d printable characters", alerting.ErrInvalid, longestReason)
	}
	return nil
}

// Mute says which rules are muted at the gate from now on.
func (p *Point) Mute(is func(rule string) bool) {
	for i, r := range p.rules {
		p.muted[i] = is(r.ID)
	}
}

// heeded is how a rule counts: a muted one waits for nothing, and what it has
// raised does not become urgent.
func (p *Point) heeded(i int) (r *Rule, waits bool) {
	r = p.rules[i]
	if !p.muted[i] {
		return r, true
	}
	quiet := *r
	quiet.UrgentAfter = 0
	return &quiet, p.phases[i].stands()
}
