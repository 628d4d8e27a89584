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

// Every rule has recordings on which it must fire, and others, close by, on
// which nothing may.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("testdata/recordings/*.yaml")
	require.NoError(t, err)
	fired, quiet := map[string]bool{}, map[string]bool{}
	for _, file := range files {
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
				quiet[id] = true
				return
			}
			for _, c := range all {
				if c.What == rules.Raised {
					fired[c.Rule.ID] = true
				}
			}
		})
	}
	for _, r := range rules.Default().Rules() {
		id, _, _ := strings.Cut(r.ID, "-")
		assert.True(t, fired[r.ID], "%s has a recording on which it must fire", r.ID)
		assert.True(t, quiet[id], "%s has a recording on which it must not", id)
	}
}
