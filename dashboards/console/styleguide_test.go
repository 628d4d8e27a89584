package console_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
)

// Every custom property that a style sheet declares is on the page, and everything
// that pages are made of is there, by the product's own templates.
func TestTheStyleGuideShowsEveryToken(t *testing.T) {
	h := start(t)
	page := h.as("admin-1", "en").get("/styleguide")
	require.Equal(t, http.StatusOK, page.status)
	files, err := filepath.Glob("assets/*.css")
	require.NoError(t, err)
	declared := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(--[\w-]+)\s*:`).FindAllStringSubmatch(string(b), -1) {
			declared[m[1]] = true
		}
	}
	require.Greater(t, len(declared), 20)
	for name := range declared {
		says(t, page.html, "<code>"+name+"</code>")
	}
	for _, theme := range []string{"light", "dark", "more", "more-dark"} {
		colours := between(t, page.html, `id="guide-`+theme+`"`, "</article>")
		says(t, colours, "<code>--critical-ink</code>", theme)
		lacks(t, colours, `class="warn"`, "%s: less contrast than it should have", theme)
	}
	says(t, between(t, page.html, `id="guide-light"`, "</article>"), "<code>--critical</code></th><td><code>#97101a</code></td><td class=\"num\">8.7 : 1")
	for _, part := range []string{
		`class="card g-critical"`, `class="card g-critical taken"`, `class="card g-high"`, `class="card g-low"`, `class="card g-drill"`, "Confidential", `over"`,
		`class="alarm g-critical"`, `class="notice refused"`, `class="chart"`, `class="deliveries"`, `class="map-drawing`, `id="note-text"`, `id="timeline"`, `class="lost-band"`, `disabled`, `aria-pressed="true"`,
	} {
		says(t, page.html, part)
	}
	lacks(t, page.html, "<script", "nothing on it is live")
}

func TestTheStyleGuideIsForAdministrators(t *testing.T) {
	h := start(t)
	for _, who := range campus.AccountsOf(apitest.School) {
		want := http.StatusForbidden
		if who.Role == "admin" {
			want = http.StatusOK
		}
		assert.Equal(t, want, h.as(who.Name, "en").get("/styleguide").status, who.Name)
	}
	admin := h.as("admin-1", "zh")
	says(t, admin.get("/hub").html, `href="/styleguide"`)
	assert.Equal(t, http.StatusNotFound, admin.post("/incidents/sample-1/acknowledge", "id", "0192aaaa-0000-7000-8000-000000000009", "return", "/styleguide").status, "its incidents are none")
}
