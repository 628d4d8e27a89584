package console_test

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/telemetry"
)

// walked is a past in which one gate was passed just now and one value is not
// everybody's.
type walked struct {
	err        error
	unrostered bool       // nobody says who should be at the posts
	unseen     bool       // the readers of the posts are lost
	sight      duty.Sight // what cannot be seen now
	left       float64
	fresh      bool // it was recorded for half an hour alone
}

func (w walked) Course(_ context.Context, a telemetry.Ask) (telemetry.Course, error) {
	if w.err != nil {
		return telemetry.Course{}, w.err
	}
	c := telemetry.Course{Since: a.From.Add(time.Hour)}
	if w.fresh {
		c.Since = a.To.Add(-30 * time.Minute)
	}
	add := func(device, of, name string, v float64) {
		if k := (telemetry.Key{Device: device, Of: of, Name: name}); a.Admit(k) {
			c.Series = append(c.Series, telemetry.Series{Key: k, Points: []telemetry.Point{{At: a.To.Add(-time.Minute), Count: 1, Min: v, Max: v, Sum: v, Last: v}}})
		}
	}
	add("b-3", "device", "battery", 0.12)
	add("g-1", "reading", "passages_in", 31)
	add("g-1", "reading", "passages_out", cmp.Or(w.left, 7))
	add("g-1", "reading", "open", 0)
	add("g-1", "reading", "cries", 1)
	for _, kind := range []string{"gatehouse", "g-1"} { // a kind of post may be called like a device
		add(kind, "post_coverage", "required", 4)
		switch {
		case w.unseen:
			add(kind, "post_coverage", "uncovered", 0)
			add(kind, "post_coverage", "unseen", 2)
		case !w.unrostered:
			add(kind, "post_coverage", "uncovered", 1)
		default:
			add(kind, "post_coverage", "uncovered", 0)
			add(kind, "post_coverage", "unrostered", 4)
		}
		add(kind, "post_coverage", "missed", 3)
		add(kind, "post_coverage", "open", 1)
	}
	return c, nil
}

func (w walked) Stages(_ context.Context, a telemetry.AskStages) (telemetry.Stages, error) {
	if w.err != nil {
		return telemetry.Stages{}, w.err
	}
	hour := a.To.Truncate(time.Hour)
	return telemetry.Stages{Since: a.From, Told: []telemetry.Told{
		{Audience: alerting.Police, Hour: hour.Add(-2 * time.Hour), Handed: []float64{.004, .010, .030}, Received: []float64{.012, .2}},
		{Audience: alerting.Police, Hour: hour.Add(-time.Hour), Handed: []float64{1.3}, Undelivered: 3},
	}}, nil
}

func TestADevicesDayIsSaidInBothLanguages(t *testing.T) {
	h := startShowing(t, nil, aFleet(), walked{})
	gate := "/devices/" + apitest.School + "/g-1"
	en := h.as("guard-1", "en").get(gate)
	assert.Equal(t, http.StatusOK, en.status)
	says(t, en.html, "31 in, 7 out")
	says(t, en.html, "shut now; open for 0 min")
	says(t, en.html, "Recorded since")
	lacks(t, en.html, "12%")
	zh := h.as("officer-1", "zh").get(gate).html
	says(t, zh, "进 31，出 7")
	says(t, zh, "现在关闭")
	says(t, h.as("officer-1", "en").get("/devices/"+apitest.School+"/b-3").html, "12% when last said")
	says(t, h.as("officer-1", "en").get("/devices").html, `href="/devices/`+apitest.School+`/b-3"`)
	gates := h.as("liaison-1", "en").get("/gates").html
	says(t, gates, "31 in, 7 out")
	lacks(t, gates, "12%")
}

// Of hours in which nothing was recorded nobody says that nobody passed.
func TestHoursThatWereNotRecordedHaveNoFigures(t *testing.T) {
	const none = `<td class="num">0</td>`
	page := func(fresh bool) string {
		return startShowing(t, nil, aFleet(), walked{fresh: fresh}).as("liaison-1", "en").get("/gates").html
	}
	assert.Greater(t, strings.Count(page(false), none), 40)
	assert.LessOrEqual(t, strings.Count(page(true), none), 2, "in and out, where the half hour began in the hour before")
}

// Who has left without having been counted coming in was inside before: nobody
// reads of less than nobody.
func TestWhoIsInsideIsSaidToBeUnknownWhereItIs(t *testing.T) {
	h := startShowing(t, nil, aFleet(), walked{left: 32})
	en := h.as("liaison-1", "en").get("/gates").html
	says(t, en, "How many are inside is not known: ")
	says(t, en, "1 more went out than had come in. By what was counted at least 0 now")
	says(t, en, "≥ 0")
	lacks(t, en, ">-1<")
	lacks(t, en, "-1 now")
	zh := h.as("officer-1", "zh").get("/gates").html
	says(t, zh, "在校人次不详：")
	says(t, zh, "出比进多 1。按已计数，现在至少 0")
}

func TestACourseIsForWhoSeesTheDevices(t *testing.T) {
	h := startShowing(t, nil, aFleet(), walked{})
	gate := "/devices/" + apitest.School + "/g-1"
	for account, want := range map[string]int{"parent-1": 403, "staff-1": 403, "district-1": 403, "other-1": 404, "admin-1": 200, "named-1": 200} {
		assert.Equal(t, want, h.as(account, "en").get(gate).status, account)
	}
	assert.Equal(t, http.StatusNotFound, h.as("officer-1", "en").get("/devices/"+apitest.School+"/g-9").status)
}

// Where the course cannot be had the page says why, and everything else of it
// is there.
func TestAPageSaysWhyThereIsNoCourse(t *testing.T) {
	page := func(past walked) string {
		return startShowing(t, nil, aFleet(), past).as("officer-1", "en").get("/gates").html
	}
	says(t, page(walked{err: telemetry.ErrBusy}), "Others are reading")
	says(t, page(walked{err: alerting.ErrUnavailable}), "Alarms are not affected")
	says(t, startOn(t, nil, aFleet()).as("officer-1", "zh").get("/gates").html, "报警不受影响")
	o := startShowing(t, nil, aFleet(), walked{}).as("officer-1", "en")
	for range 60 {
		o.get("/gates")
	}
	says(t, o.get("/gates").html, "Asked for too often")
}
