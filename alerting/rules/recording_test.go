package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/rules"
)

func recording(t *testing.T, name string) *rules.Recording {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	r, faults := rules.ReadRecording(data)
	require.Empty(t, faults, name)
	return r
}

// Every rule has two recordings on which it must fire, and two others, close by,
// on which nothing may; those of one number share the latter.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("testdata/recordings/*.yaml")
	require.NoError(t, err)
	fired, quiet := map[string]int{}, map[string]int{}
	for n, file := range files {
		if n%rules.OneIn != 0 {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		id := strings.ToUpper(strings.Split(name, "-")[0])
		t.Run(name, func(t *testing.T) {
			r := recording(t, file)
			all := r.Replay()
			missing, extra := r.Differ(all)
			assert.Empty(t, missing)
			assert.Empty(t, extra)
			if strings.HasSuffix(name, "-quiet") {
				assert.Empty(t, all)
				quiet[id]++
				return
			}
			here := map[string]bool{}
			for _, c := range all {
				here[c.Rule.ID] = here[c.Rule.ID] || c.What == rules.Raised
			}
			for id, raised := range here {
				if raised {
					fired[id]++
				}
			}
		})
	}
	if rules.OneIn > 1 {
		return
	}
	for _, r := range rules.Default().Rules() {
		id, _, _ := strings.Cut(r.ID, "-")
		assert.GreaterOrEqual(t, fired[r.ID], 2, "%s has recordings on which it must fire", r.ID)
		assert.GreaterOrEqual(t, quiet[id], 2, "%s has recordings on which it must not", id)
	}
}
