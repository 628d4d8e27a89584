package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRead holds the reader to its promises whatever the file says: it ends,
// every fault has its place in the file, and what it accepts can be used.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/good/*/*.yaml", "testdata/bad/*.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(string(data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		// The paths lead nowhere that could block: there is only testdata.
		if strings.Contains(text, "/proc") || strings.Contains(text, "/dev") || strings.Contains(text, "/sys") {
			return
		}
		c, faults := read("fuzz.yaml", []source{{name: "fuzz.yaml", dir: "testdata/good", data: []byte(text)}})
		lines := 2 // the parser places what is missing at the end one line further
		for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
			lines += strings.Count(text, end)
		}
		for _, fault := range faults {
			require.NotEmpty(t, fault.Message)
			require.LessOrEqual(t, fault.Line, lines)
		}
		if len(faults) == 0 {
			usable(t, c)
		}
	})
}

func usable(t *testing.T, c *Config) {
	t.Helper()
	d := c.Directory()
	require.NotEmpty(t, d.Schools())
	for _, s := range d.Schools() {
		require.NotNil(t, s.Zone)
		require.NotEmpty(t, s.Name.ZH)
		require.NotEmpty(t, s.Name.EN)
		require.True(t, tellsPolice(c, s.ID), s.ID)
	}
	for _, v := range d.Devices() {
		require.Contains(t, c.Credentials(), v.Address.String())
		require.NotEmpty(t, v.Place.ID)
	}
}

func tellsPolice(c *Config, school string) bool {
	for _, t := range c.Terminals {
		if t.Audience == "police" && slices.Contains(t.Schools, school) {
			return true
		}
	}
	for _, a := range c.Accounts {
		if a.Role == "liaison" && slices.Contains(a.Schools, school) {
			return true
		}
	}
	return false
}
