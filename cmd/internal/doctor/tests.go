package doctor

import (
	"fmt"
	"strings"

	"example.org/campushub/cmd/internal/config"
)

// sorts are the tests of a button, as the hub counts them, in words.
var sorts = [...]struct{ label, says string }{
	{"hub", "with the hub and the school"},
	{"police", "that the police signed"},
	{"joint", "that police and school both took on"},
}

// buttonTests says of how many buttons a test is overdue; nothing where no hub
// says it.
func buttonTests(f *Findings, cfg *config.Config, h answers) {
	for _, s := range cfg.Schools {
		var overdue []string
		asked := false
		for _, sort := range sorts {
			n, known := h.figures[fmt.Sprintf("campushub_button_tests_overdue{school=%q,test=%q}", s.ID, sort.label)]
			asked = asked || known
			if n > 0 {
				overdue = append(overdue, fmt.Sprintf("%s, one %s", config.Counted(int(n), "button"), sort.says))
			}
		}
		switch {
		case len(overdue) > 0:
			f.say(Warn, "button tests", "press them as a test: with the police in a drill that is filed; the devices' page lists them",
				"%s: overdue for a test: %s", s.ID, strings.Join(overdue, "; "))
		case asked:
			f.say(OK, "button tests", "", "%s: none is overdue", s.ID)
		}
	}
}
