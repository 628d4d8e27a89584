package console

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func styleSheet(t *testing.T) string {
	t.Helper()
	css, err := assetFiles.ReadFile("assets/console.css")
	require.NoError(t, err)
	return string(css)
}

func TestTheCriticalPathHasSevenToOne(t *testing.T) {
	all := declarations(styleSheet(t))
	for _, theme := range themes {
		of, names := palette(all, theme.Media)
		require.Greater(t, len(names), 15, theme.ID)
		for _, pair := range [][2]string{
			{"--ink", "--bg"}, {"--ink", "--surface"}, {"--ink", "--raised"}, {"--ink-2", "--surface"}, {"--ink-2", "--bg"},
			{"--on-fill", "--critical"}, {"--on-fill", "--high"}, {"--on-fill", "--low"}, {"--on-fill", "--drill"},
			{"--critical-ink", "--surface"}, {"--high-ink", "--surface"}, {"--low-ink", "--surface"}, {"--drill-ink", "--surface"},
		} {
			assert.GreaterOrEqual(t, contrast(of[pair[0]], of[pair[1]]), 7.0, "%s: %s on %s", theme.ID, pair[0], pair[1])
		}
		assert.GreaterOrEqual(t, contrast(of["--field"], of["--surface"]), 3.0, "%s: a field is seen by its edge", theme.ID)
	}
}

// Whoever asks for more contrast gets more of it, and lines that can be seen.
func TestMoreContrastIsMore(t *testing.T) {
	all := declarations(styleSheet(t))
	for k, plain := range map[int]int{2: 0, 3: 1} {
		of, _ := palette(all, themes[k].Media)
		before, _ := palette(all, themes[plain].Media)
		for _, token := range []string{"--ink", "--ink-2", "--critical-ink", "--high-ink", "--low-ink", "--drill-ink", "--field", "--line"} {
			assert.Greater(t, contrast(of[token], of["--surface"]), contrast(before[token], before["--surface"]), "%s: %s", themes[k].ID, token)
		}
		assert.GreaterOrEqual(t, contrast(of["--line"], of["--surface"]), 4.5, themes[k].ID)
		assert.GreaterOrEqual(t, contrast(of["--ink-2"], of["--surface"]), 14.0, themes[k].ID)
	}
}

// Figures that anybody can look up: white on black has 21, and #777777 on white 4.48.
func TestContrastIsThatOfWCAG(t *testing.T) {
	assert.InDelta(t, 21.0, contrast("#000000", "#ffffff"), 1e-9)
	assert.InDelta(t, 4.48, contrast("#777777", "#ffffff"), 0.005)
	assert.InDelta(t, contrast("#ffffff", "#777777"), contrast("#777777", "#ffffff"), 1e-9)
	assert.Zero(t, contrast("rgb(0 0 0 / 8%)", "#ffffff"), "no colour of six digits")
}

func TestDeclarationsAreReadWithWhereTheyHold(t *testing.T) {
	got := declarations("/* --not: x; */ :root { --a: 1px; color: red; --b-2: var(--a) }\n@media (print) { :root { --a: 2px; } .x { --c: 3 } }\n.y { --d: 4; }")
	assert.Equal(t, []declaration{
		{"--a", "1px", ":root", ""}, {"--b-2", "var(--a)", ":root", ""},
		{"--a", "2px", ":root", "(print)"}, {"--c", "3", ".x", "(print)"}, {"--d", "4", ".y", ""},
	}, got)
}
