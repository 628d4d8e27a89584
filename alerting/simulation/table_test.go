package simulation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheTableNamesEveryLawAndMutation holds docs/simulation.md to the code:
// each law has a row, and each of its mutations' files stands in it.
func TestTheTableNamesEveryLawAndMutation(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "simulation.md"))
	require.NoError(t, err)
	rows := map[law]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 5 {
			rows[law(strings.TrimSpace(cells[1]))] = cells[2]
		}
	}
	for _, l := range laws() {
		assert.Contains(t, rows, l, "no row of the table is this law's")
	}
	for _, m := range mutations() {
		assert.Contains(t, rows[m.law], filepath.Base(m.file)+"`", "law %q is broken there too", m.law)
	}
}
