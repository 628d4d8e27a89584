package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// row cuts a subject of the school out of the page.
func row(t *testing.T, page, subject string) string {
	t.Helper()
	_, after, found := strings.Cut(page, `<div id="today-`+apitest.School+`-`+subject+`"`)
	require.True(t, found, "there is no row of %s", subject)
	body, _, _ := strings.Cut(after, "</div>")
	return body
}

func TestTodayIsQuietWhereNothingNeedsAnybody(t *testing.T) {
	well := aFleet()
	well.Devices = well.Devices[:1]
	well.Schools = []supervision.SchoolStatus{{School: apitest.School, Counts: map[supervision.State]int{supervision.Present: 1}}}
	s := proven(12 * time.Second)
	s.Outside = pathcheck.Outside{Address: "https://watch.example", At: time.Now()}
	page := startOn(t, told{s}, well).as("officer-1", "en").get("/today").html
	says(t, page, "Nothing needs anybody")
	lacks(t, row(t, page, "way"), "warn")
	says(t, row(t, page, "reach"), "reachable: 3 people over 2 paths")
	says(t, row(t, page, "outside"), "seen at ")
	says(t, row(t, page, "alarms"), "none")
	says(t, row(t, page, "devices"), "present 1")
	says(t, row(t, page, "devices"), "1 button: tests overdue")
	lacks(t, row(t, page, "devices"), "warn")
}

func TestTodayNamesWhatNeedsSomebody(t *testing.T) {
	s := proven(4 * time.Minute)
	s.Last.Legs[0].HandedAt = time.Time{}
	s.Coverage = pathcheck.Coverage{At: time.Now(), Responders: 1, Vias: []alerting.Via{alerting.ViaLAN}}
	s.Outside = pathcheck.Outside{Address: "https://watch.example", At: time.Now(), Why: "no answer"}
	all := aFleet()
	gate := all.Devices[3]
	gate.Address.Device, gate.Kind = "g-1", devices.KindGate
	all.Devices = append(all.Devices, gate)
	h := startOn(t, told{s}, all)
	press(h, "b-2", devices.Attack)
	page := h.as("officer-1", "en").get("/today").html
	says(t, page, "6 need somebody")
	for subject, want := range map[string]string{
		"alarms":  "POLICE DO NOT HAVE IT",
		"way":     "police desk-1 not reached",
		"reach":   "reachable: 1 person over 1 path",
		"outside": "not seen at ",
		"gates":   "lost since ",
		"devices": "battery low",
	} {
		says(t, row(t, page, subject), want)
		says(t, row(t, page, subject), `<strong class="warn">`)
	}
	says(t, row(t, page, "devices"), "The school&#39;s link is cut")
	lacks(t, row(t, page, "faults"), "warn")
	says(t, h.as("officer-1", "zh").get("/today").html, "6 项需处理")
}

// deaf is a supervisor that does not answer.
type deaf struct{}

func (deaf) View(context.Context) (supervision.View, error) {
	return supervision.View{}, alerting.ErrUnavailable
}

// What cannot be had is said in its row; the rest of the page stands.
func TestTodayStandsWhereSomethingCannotBeRead(t *testing.T) {
	page := startOn(t, told{}, deaf{}).as("officer-1", "zh").get("/today")
	assert.Equal(t, http.StatusOK, page.status)
	says(t, row(t, page.html, "devices"), "暂时无法读取")
	says(t, row(t, page.html, "way"), "报警通路尚未证实")
}

// It is for those who answer for a school, and not for a post alone.
func TestTodayIsForWhoAnswersForASchool(t *testing.T) {
	h := startOn(t, told{proven(time.Second)}, aFleet())
	for _, who := range campus.AccountsOf(apitest.School) {
		b := h.as(who.Name, "en")
		want := http.StatusForbidden
		if who.Role == alerting.RoleOfficer || who.Role == alerting.RoleLiaison {
			want = http.StatusOK
			says(t, b.get("/").html, `href="/today"`)
		} else {
			lacks(t, b.get("/").html, `href="/today"`)
		}
		assert.Equal(t, want, b.get("/today").status, who.Name)
	}
}
