package main

import (
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The code map names every command, so that none is there unseen.
func TestTheCodeMapNamesEveryCommand(t *testing.T) {
	raw, err := os.ReadFile("../../docs/architecture.md")
	require.NoError(t, err)
	var row string
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "| `cmd/campushub` |") {
			row = line
		}
	}
	require.NotEmpty(t, row, "the code map has no row of this folder")
	parser, err := kong.New(new(cli))
	require.NoError(t, err)
	for _, command := range parser.Model.Children {
		assert.Contains(t, row, "`"+command.Name+"`")
	}
}
