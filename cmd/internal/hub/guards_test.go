package hub_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
)

// roll is the line of the demonstration that says how many pupils there are.
var roll = regexp.MustCompile(`(?m)^    roll: \d+\n`)

// How many guards a school should have is told where its pupils are known, and
// do not sleep there.
func TestGuardsThatASchoolShouldHave(t *testing.T) {
	const metric, due = "campushub_duty_guards_required{", `campushub_duty_guards_required{school="ziwei-primary"} 3`
	for name, c := range map[string]struct {
		roll  string
		there bool
	}{
		"pupils known":     {"    roll: 1200\n", true},
		"pupils not known": {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, func(yaml string) string { return roll.ReplaceAllString(yaml, c.roll) })
			said := r.metrics(t)
			assert.Contains(t, said, `campushub_duty_guards{school="ziwei-primary"}`)
			if c.there {
				assert.Contains(t, said, due)
			} else {
				assert.NotContains(t, said, metric)
			}
		})
	}
}
