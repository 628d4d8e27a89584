package console_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/dashboards/telemetry"
)

// How fast people were told is drawn, said and in a table, without an InfluxDB.
func TestHowFastPeopleWereToldIsDrawn(t *testing.T) {
	h := startShowing(t, nil, aFleet(), walked{})
	officer := h.as("officer-1", "en")
	says(t, officer.get("/incidents").html, `href="/deliveries"`)
	day := officer.get("/deliveries")
	assert.Equal(t, http.StatusOK, day.status)
	says(t, day.html, "half within 30 ms, the slowest 1.3 s, of 4")
	says(t, day.html, "half within 200 ms, the slowest 200 ms, of 2")
	says(t, day.html, "Not delivered: police")
	says(t, day.html, "3 in the last 24 hours")
	says(t, day.html, `<td class="num">10 ms</td><td class="num">30 ms</td><td class="num">200 ms</td><td class="num">200 ms</td><td class="num">0</td>`)
	says(t, day.html, `<td class="num">1.3 s</td><td class="num">1.3 s</td><td class="num"></td><td class="num"></td><td class="num">3</td>`)
	says(t, h.as("liaison-1", "zh").get("/deliveries").html, "一半在 30 毫秒内")
	for _, nobody := range []string{"guard-1", "parent-1", "staff-1", "district-1", "admin-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(nobody, "en").get("/deliveries").status, nobody)
	}
	lacks(t, h.as("guard-1", "en").get("/incidents").html, `href="/deliveries"`)
	busy := startShowing(t, nil, aFleet(), walked{err: telemetry.ErrBusy})
	says(t, busy.as("officer-1", "en").get("/deliveries").html, "Others are reading")
}
