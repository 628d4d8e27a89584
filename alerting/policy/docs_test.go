package policy_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// What the page for schools shows must be what the hub reads.
func TestThePagesExamplesAreRead(t *testing.T) {
	page, err := os.ReadFile("../../docs/policy.md")
	require.NoError(t, err)
	var tried int
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		text := block[1]
		switch {
		case strings.HasPrefix(text, "contacts:"):
			continue
		case strings.HasPrefix(text, "policies:\n  - "):
			text = "    " + strings.TrimPrefix(text, "policies:\n  - ")
		}
		var doc yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(text), &doc), text)
		_, faults := policy.Read(doc.Content[0], "policies[0]", "schools")
		assert.Empty(t, faults, text)
		tried++
	}
	assert.Equal(t, 3, tried)
	for _, a := range alerting.Audiences() {
		for _, d := range people.Duties(a) {
			assert.Contains(t, string(page), "`"+string(d)+"`")
		}
	}
}
