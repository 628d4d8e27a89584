package console_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
)

// No page shows a sentence with a hole in it. Attributes may: the script fills
// those.
func TestNoPageShowsAnUnfilledHole(t *testing.T) {
	h := startOn(t, nil, aFleet())
	i := press(h, "b-1", devices.Attack)
	lapsed(t, h)
	tags, hole := regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`), regexp.MustCompile(`\{[a-z_]+\}`)
	for _, who := range []string{"liaison-1", "officer-1", "guard-1", "admin-1", "staff-1", "parent-1", "volunteer-1", "district-1"} {
		for _, lang := range []string{"zh", "en"} {
			b := h.as(who, lang)
			for _, path := range []string{"/", "/incidents", "/incidents/" + i.ID, "/incidents/" + i.ID + "/release", "/false-alarms", "/raise", "/devices", "/gates", "/drills", "/posts", "/shift", "/roster", "/headcounts", "/notices", "/nothing"} {
				page := b.get(path)
				if page.status == http.StatusOK {
					assert.Empty(t, hole.FindAllString(tags.ReplaceAllString(page.html, " "), -1), "%s %s %s", who, lang, path)
				}
			}
		}
	}
}
