package rules_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/rules"
)

// What the page for schools shows must be what the hub reads.
func TestThePagesExamplesAreRead(t *testing.T) {
	data, err := os.ReadFile("../../docs/gates.md")
	require.NoError(t, err)
	page := string(data)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(page, -1)
	require.Len(t, blocks, 2)

	var doc struct{ Rules []yaml.Node }
	require.NoError(t, yaml.Unmarshal([]byte(blocks[0][1]), &doc))
	_, faults := rules.Read(&doc.Rules[0], "rules[0]", "schools")
	assert.Empty(t, faults)

	shown, faults := rules.ReadRecording([]byte(blocks[1][1]))
	require.Empty(t, faults)
	missing, extra := shown.Differ(shown.Replay())
	assert.Empty(t, missing)
	assert.Empty(t, extra)
	for _, r := range rules.Default().Rules() {
		assert.Contains(t, page, r.ID)
	}
	for _, in := range rules.Inputs() {
		assert.Contains(t, page, "`"+in+"`")
	}
}
