package hub_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// unseen is how the post stands and what is told of it.
type unseen struct {
	Schools []struct {
		Posts []struct {
			Shifts []struct {
				Present, Missing, Unseen int
				Uncovered                bool
				CannotTell               bool `json:"cannot_tell"`
				Lost                     string
				LostSince                *time.Time `json:"lost_since"`
				LostUntil                *time.Time `json:"lost_until"`
				People                   []struct {
					Status string
					Tardy  bool
				}
			}
		}
	}
}

// A post's card reader is lost before the shift is due, its guard holds their card all
// the same, and it comes back with what it kept: nobody is missed at any time, and
// the officer is told that nobody can tell. It takes half a minute: nothing is raised
// for so long after a roster has come.
func TestAGuardBehindALostReaderIsNeverMissed(t *testing.T) {
	waits(t)
	zone := byDay(t)
	r := start(t, func(yaml string) string {
		yaml = strings.Replace(impatient(manned(yaml)), "zone: Asia/Shanghai", "zone: "+zone.String(), 1)
		yaml = strings.Replace(yaml, "minimum: []", "minimum: [{of: [guard], number: 1}]", 1)
		return strings.Replace(yaml, "    pattern: primary\n", "    pattern: primary\n    times: {grace: 1, settle: 1}\n", 1)
	})
	officer := r.callAs(t, "officer")
	var others []mqtt.Client
	for _, d := range r.named("b-1", "b-2", "b-4", "g-1") {
		others = append(others, r.device(t, d))
	}
	alive(t, others...)
	reader := r.named("r-1")[0]
	first := r.device(t, reader)
	say(t, first, "state", `{"status":"online","firmware":"1.0.0"}`)
	first.Disconnect(10)

	today := calendar.On(time.Now(), zone)
	sheet := "日期,岗位,班次,姓名,角色\n" + today.String() + ",北门护学岗,whole-day,王建国,保安员\n"
	status, bad := officer.upload(sheet, calendar.Span{From: today, To: today})
	require.Equal(t, http.StatusOK, status, bad)
	r.reader(t, "officer").comes("device-lost r-1")
	held := time.Now()

	stands := func() (u unseen) {
		require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/posts", nil, &u))
		return u
	}
	var raised alerting.Incident
	require.Eventually(t, func() bool {
		for _, i := range r.all(t) {
			require.NotContains(t, []alerting.Kind{"post-missed", "post-uncovered"}, i.Kind)
			if i.Kind == "post-unseen" {
				raised = i
			}
		}
		return raised.ID != ""
	}, watch.Settling+2*patience, 100*time.Millisecond)
	raised = r.as(t, "officer").incident(raised.ID)
	assert.Contains(t, raised.Facts, alerting.FactReaderLost)
	assert.Equal(t, "north-gate", raised.Place.ID)
	told := false
	for _, d := range raised.Deliveries {
		told = told || d.Audience == alerting.School
	}
	assert.True(t, told, "the school is told at once")
	shift := stands().Schools[0].Posts[0].Shifts[0]
	assert.Equal(t, "unseen", shift.People[0].Status)
	assert.Equal(t, [3]int{0, 0, 1}, [3]int{shift.Present, shift.Missing, shift.Unseen})
	assert.True(t, shift.CannotTell && !shift.Uncovered)
	assert.Equal(t, "reader", shift.Lost)
	require.NotNil(t, shift.LostSince)
	assert.True(t, shift.LostSince.Before(held) && shift.LostUntil == nil, "%v", shift.LostSince)
	assert.Contains(t, r.metrics(t), `campushub_duty_posts{class="second-gate",school="ziwei-primary",state="unseen"} 1`)
	assert.Contains(t, r.metrics(t), `campushub_duty_posts{class="second-gate",school="ziwei-primary",state="uncovered"} 0`)

	back := r.device(t, reader)
	alive(t, back)
	say(t, back, "checkin", fmt.Sprintf(`{"id":%q,"post":"r-1","card":%q,"age_ms":%d}`, uuid.NewString(), heldCard, time.Since(held).Milliseconds()))
	require.Eventually(t, func() bool { return r.as(t, "officer").incident(raised.ID).Resolved() }, 2*patience, 100*time.Millisecond, "they were there")
	shift = stands().Schools[0].Posts[0].Shifts[0]
	assert.Equal(t, "present", shift.People[0].Status)
	assert.False(t, shift.CannotTell || shift.Uncovered)
	for _, i := range r.all(t) {
		assert.NotContains(t, []alerting.Kind{"post-missed", "post-uncovered"}, i.Kind, "nobody was ever put down as missed")
	}
}

// all lists every incident that the officer reads, resolved or not.
func (r *running) all(t *testing.T) []alerting.Incident {
	t.Helper()
	var got struct{ Incidents []alerting.Incident }
	require.Equal(t, http.StatusOK, r.as(t, "officer").do(http.MethodGet, "/api/v1/incidents?limit=500", nil, &got))
	return got.Incidents
}
