package console

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	require.NoError(t, err, hex)
	linear := func(c uint64) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16&255) + 0.7152*linear(n>>8&255) + 0.0722*linear(n&255)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTheCriticalPathHasSevenToOne(t *testing.T) {
	css, err := assetFiles.ReadFile("assets/console.css")
	require.NoError(t, err)
	light, rest, ok := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	require.True(t, ok)
	dark, _, ok := strings.Cut(rest, "\n}\n")
	require.True(t, ok)
	token := regexp.MustCompile(`(--[a-z0-9-]+): (#[0-9a-f]{6});`)
	tokens := map[string]string{}
	for name, theme := range map[string]string{"light": light, "dark": dark} {
		for _, m := range token.FindAllStringSubmatch(theme, -1) {
			tokens[name+m[1]] = m[2]
		}
	}
	for _, theme := range []string{"light", "dark"} {
		of := func(name string) string {
			if v, ok := tokens[theme+name]; ok {
				return v
			}
			return tokens["light"+name]
		}
		for _, pair := range [][2]string{
			{"--ink", "--bg"}, {"--ink", "--surface"}, {"--ink", "--raised"}, {"--ink-2", "--surface"}, {"--ink-2", "--bg"},
			{"--on-fill", "--critical"}, {"--on-fill", "--high"}, {"--on-fill", "--low"}, {"--on-fill", "--drill"},
			{"--critical-ink", "--surface"}, {"--high-ink", "--surface"}, {"--low-ink", "--surface"}, {"--drill-ink", "--surface"},
		} {
			assert.GreaterOrEqual(t, contrast(t, of(pair[0]), of(pair[1])), 7.0, "%s: %s on %s", theme, pair[0], pair[1])
		}
	}
}
