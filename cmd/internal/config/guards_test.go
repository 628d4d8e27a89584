package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASchoolWithTooFewGuardsIsWarnedOf(t *testing.T) {
	const two = ", people: [{name: 王建国, card: 04a1b2c3}, {name: 李卫国, card: 04a1b2c4}]}]"
	for _, c := range []struct{ name, text, want string }{
		{"enough", "rules: [{schools: [ziwei-primary], roll: 900}]\nduty: [{schools: [ziwei-primary], pattern: primary, posts: []" + two, ""},
		{"too few for its pupils", "rules: [{schools: [ziwei-primary], roll: 1500}]\nduty: [{schools: [ziwei-primary], pattern: primary, posts: []" + two, "want 4 at school ziwei-primary, found 2"},
		{"nobody says how many pupils", "duty: [{schools: [ziwei-primary], pattern: primary, posts: []" + two, ""},
		{"boarding, by local rule", "rules: [{schools: [ziwei-primary], roll: 1500}]\nduty: [{schools: [ziwei-primary], pattern: primary, with: [boarding], posts: []" + two, ""},
		{"boarding, with its number", "duty: [{schools: [ziwei-primary], pattern: primary, with: [boarding], guards: 8, posts: []" + two, "want 8 at school ziwei-primary, found 2"},
		{"its own number before that of its pupils", "rules: [{schools: [ziwei-primary], roll: 1500}]\nduty: [{schools: [ziwei-primary], pattern: primary, guards: 2, posts: []" + two, ""},
		{"no posts watched", "rules: [{schools: [ziwei-primary], roll: 1500}]", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, faults := ruled(c.text + "\n")
			require.Empty(t, faults)
			var found Faults
			for _, w := range cfg.Warnings {
				if strings.HasPrefix(w.Message, "guards: ") {
					found = append(found, w)
				}
			}
			if c.want == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Contains(t, found.Error(), c.want)
			assert.Contains(t, found.Error(), "campus.yaml:", "with its line")
		})
	}
}
