package texts_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/texts"
)

var update = flag.Bool("update", false, "write testdata/words.golden anew")

// TestEverySentenceIsTheOneThatWasReviewed holds every text by its code, in both
// languages, word for word: none that is changed goes by unseen. Run with
// -update and read the difference.
func TestEverySentenceIsTheOneThatWasReviewed(t *testing.T) {
	const golden = "testdata/words.golden"
	var b strings.Builder
	for _, e := range texts.BuiltIn().Entries() {
		require.NotEmpty(t, e.Text.ZH, e.Code)
		require.NotEmpty(t, e.Text.EN, e.Code)
		fmt.Fprintf(&b, "%s (%s)\n  %s\n  %s\n", e.Code, e.For, e.Text.ZH, e.Text.EN)
	}
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, strings.Split(string(want), "\n"), strings.Split(b.String(), "\n"))
}
