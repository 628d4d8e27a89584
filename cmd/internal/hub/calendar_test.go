package hub_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
)

// examined puts an examination on some days into the configuration.
func examined(from, to calendar.Date) func(string) string {
	return func(yaml string) string {
		return yaml + fmt.Sprintf("\ncalendar:\n  schools:\n    - {schools: [%s], examinations: [{from: %v, to: %v}]}\n", school, from, to)
	}
}

// On an examination day nobody plans a drill for the day or starts one, and
// the day before everybody may. A reload brings the calendar up to date.
func TestNoDrillOnAnExaminationDayOfTheCalendar(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	r := start(t, examined(today.Add(-1), today.Add(1)))
	officer := r.callAs(t, "officer")
	plan := func() int {
		return officer.call("POST", "/api/v1/drills", map[string]any{
			"kind": "fire", "for_s": 600, "schools": []any{map[string]any{"id": school, "storeys": 4}},
			"windows": []any{map[string]any{"school": school, "device": "b-1"}}, "parts": []string{"evacuation"},
		}, nil)
	}
	assert.Equal(t, http.StatusConflict, plan())

	next := *r.cfg
	next.Calendars = map[string]*calendar.Calendar{}
	r.Reload(&next)
	require.Equal(t, http.StatusCreated, plan(), "a school without a calendar of its own has the public one")
}
