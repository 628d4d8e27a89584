package duty

import "time"

// Prompts lists who is being asked at now, or is next: one for each post at
// which one person is alone by night.
func (w Watch) Prompts(now time.Time) []Prompt {
	m := w.at(now)
	var out []Prompt
	for _, s := range m.shifts {
		if p, ok := m.prompt(s); ok {
			out = append(out, p)
		}
	}
	return out
}
