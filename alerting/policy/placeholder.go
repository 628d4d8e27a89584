package policy

import (
	"strings"

	"example.org/campushub/alerting"
)

// placeholders is what a school's own wording may hold. The other placeholders
// of a text are filled before such a wording is put into it.
var placeholders = [...]string{"{school}", "{place}", "{kind}", "{callback}"}

// strangePlaceholder finds a placeholder that nothing fills, or a brace that
// ends none.
func strangePlaceholder(s string) (string, bool) {
	for _, known := range placeholders {
		s = strings.ReplaceAll(s, known, "")
	}
	i := strings.IndexAny(s, "{}")
	if i < 0 {
		return "", false
	}
	end := strings.IndexByte(s[i:], '}')
	if end < 0 {
		return s[i:], true
	}
	return s[i : i+end+1], true
}

// filled is a school's own wording with what it speaks of.
func (f *Facts) filled(t alerting.Text) alerting.Text {
	if !strings.Contains(t.ZH, "{") && !strings.Contains(t.EN, "{") {
		return t
	}
	kind, callback := f.kind(), f.callback()
	fill := func(s, school, place, kind string) string {
		return strings.NewReplacer("{school}", school, "{place}", place, "{kind}", kind, "{callback}", callback).Replace(s)
	}
	return both(
		fill(t.ZH, f.School.Name.ZH, f.Incident.Place.Name.ZH, kind.ZH),
		fill(t.EN, f.School.Name.EN, f.Incident.Place.Name.EN, kind.EN),
	)
}
