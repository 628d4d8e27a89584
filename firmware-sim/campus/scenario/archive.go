package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxSize is the longest scenario that is read, in bytes.
const maxSize = 1 << 20

// line is one line that says something.
type line struct {
	number int
	text   string
}

// fault is an error with its place.
func (l line) fault(path, format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{path, l.number}, args...)...)
}

// archive is a txtar file with the numbers of its lines, which the usual
// readers of the format do not keep. Empty lines and those that begin with #
// say nothing.
type archive struct {
	title    string
	sections map[string][]line
}

// open reads the sections, which must be these and no others.
func open(path, text string, names ...string) (archive, error) {
	a := archive{sections: map[string][]line{}}
	if len(text) > maxSize {
		return a, fmt.Errorf("%s: more than %d bytes", path, maxSize)
	}
	var faults []error
	section, skipped := "", false
	number := 0
	for raw := range strings.Lines(text) {
		number++
		l := line{number, strings.TrimSpace(raw)}
		name, marked := marker(l.text)
		switch {
		case marked:
			section, skipped = name, false
			if _, twice := a.sections[name]; twice || !slices.Contains(names, name) {
				skipped = true
				faults = append(faults, l.fault(path, "section %q: want %s, each once", name, strings.Join(names, ", ")))
				continue
			}
			a.sections[name] = nil
		case l.text == "" || strings.HasPrefix(l.text, "#") && section != "" || skipped:
		case section == "" && a.title == "":
			a.title = l.text
		case section != "":
			a.sections[section] = append(a.sections[section], l)
		}
	}
	for _, name := range names {
		if _, there := a.sections[name]; !there {
			faults = append(faults, fmt.Errorf("%s: section %q is missing", path, name))
		}
	}
	return a, errors.Join(faults...)
}

// marker reads the line that begins a section.
func marker(text string) (name string, ok bool) {
	rest, begins := strings.CutPrefix(text, "-- ")
	name, ends := strings.CutSuffix(rest, " --")
	return strings.TrimSpace(name), begins && ends
}
