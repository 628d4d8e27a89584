package console_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// picturesFolder names the folder that takes a picture of every page; where it
// is not set, none are taken.
const picturesFolder = "CAMPUSHUB_PAGES"

// views are the screens of which pictures are taken, one in each theme: the two
// languages have them the other way round.
var views = []struct {
	name   string
	width  int64
	height int64
	theme  map[string]string
}{
	{"wide", 1366, 900, map[string]string{"zh": "light", "en": "dark"}},
	{"phone", 360, 780, map[string]string{"zh": "dark", "en": "light"}},
}

// pictures are taken of the page as it opens, from its head to its foot.
func (l *looker) pictures(pattern string, o opening) {
	dir := os.Getenv(picturesFolder)
	if dir == "" {
		return
	}
	for _, v := range views {
		l.do(chromedp.EmulateViewport(v.width, v.height))
		l.theme(v.theme[l.lang])
		quality := int64(60)
		got, err := chromedp.Call(l.Context(), page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatWebp, Quality: &quality, CaptureBeyondViewport: yes(), Clip: l.whole(v.width, v.height),
		})
		require.NoError(l.t, err)
		require.NotEmpty(l.t, got.Data, "%s has no picture", pattern)
		name := strings.Join([]string{pageName(pattern), cmp.Or(o.as, "nobody"), v.name, v.theme[l.lang], l.lang}, "-") + ".webp"
		require.NoError(l.t, os.WriteFile(filepath.Join(dir, name), got.Data, 0o600))
	}
	l.do(chromedp.EmulateViewport(1366, 900))
}

func yes() *bool { b := true; return &b }

// longest is how many pixels a picture in WebP has at the most, by its format.
const longest = 16_383

// whole is the page from its head to its foot, or as much of it as a picture
// holds.
func (l *looker) whole(width, height int64) *page.Viewport {
	long := seen[float64](l.tab, "document.documentElement.scrollHeight")
	return &page.Viewport{Width: float64(width), Height: min(max(long, float64(height)), longest), Scale: 1}
}

// pageName makes a file's name of a route: "GET /incidents/{id}/review" is
// incidents-id-review.
func pageName(pattern string) string {
	name := strings.Map(func(r rune) rune {
		if r == '{' || r == '}' || r == '$' {
			return -1
		}
		if r == '/' || r == ' ' {
			return '-'
		}
		return r
	}, strings.TrimPrefix(pattern, "GET "))
	return cmp.Or(strings.Trim(name, "-"), "home")
}
