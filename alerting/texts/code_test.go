package texts_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/texts"
)

// A code that has no text would tell people nothing.
func TestEveryCodeHasATextAndEveryTextACode(t *testing.T) {
	source, err := os.ReadFile("code.go")
	require.NoError(t, err)
	var named, there []string
	for _, m := range regexp.MustCompile(`Code = "([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		named = append(named, m[1])
	}
	for _, e := range texts.BuiltIn().Entries() {
		there = append(there, string(e.Code))
		assert.NotEmpty(t, e.For, e.Code)
		assert.False(t, e.Own)
	}
	slices.Sort(named)
	slices.Sort(there)
	assert.Equal(t, named, there)
}
