package texts_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/texts"
)

// What the page for schools shows must be what the hub reads, and must name
// every hole and every family of codes.
func TestThePagesExamplesAreRead(t *testing.T) {
	data, err := os.ReadFile("../../docs/texts.md")
	require.NoError(t, err)
	page := string(data)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(page, -1)
	require.Len(t, blocks, 1)
	var all struct {
		Texts   yaml.Node `yaml:"texts"`
		Schools []struct {
			ID    string    `yaml:"id"`
			Texts yaml.Node `yaml:"texts"`
		} `yaml:"schools"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(blocks[0][1]), &all))
	everywhere, faults := texts.Read(nil, &all.Texts, "texts")
	assert.Empty(t, faults)
	_, faults = texts.Read(everywhere, &all.Schools[0].Texts, "schools[0].texts")
	assert.Empty(t, faults)

	for _, e := range texts.BuiltIn().Entries() {
		family, _, _ := strings.Cut(string(e.Code), "-")
		assert.Contains(t, page, "`"+family+"-…`")
		for _, h := range append(e.Holes, e.May...) {
			assert.Contains(t, page, "`"+h+"`")
		}
	}
}
