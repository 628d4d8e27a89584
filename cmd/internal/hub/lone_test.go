package hub_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// byNight gives the school a post at which it is always night, and a question
// every five seconds.
func byNight(yaml string) string {
	quick := "    pattern: primary\n    times: {lone: {hours: 00:00-00:00, every: 5, first: 1, second: 1}}\n    posts:"
	return strings.Replace(strings.Replace(manned(yaml), "    pattern: primary\n    posts:", quick, 1), "kind: second-gate", "kind: gatehouse", 1)
}

func (c caller) unasked() []string {
	c.t.Helper()
	var b struct{ Schools []struct{ Unasked []string } }
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/posts", nil, &b))
	return b.Schools[0].Unasked
}

// A guard who watches alone and cannot be asked is no incident; one whose page
// asked them and who says nothing is, until they answer. It takes more than half
// a minute: nothing is raised for so long after a roster has come.
func TestALoneGuardIsAskedByTheirOwnPage(t *testing.T) {
	waits(t)
	r := start(t, byNight)
	officer, guard := r.callAs(t, "officer"), r.callAs(t, "guard")
	r.onTheirOwn(t)
	assert.Empty(t, guard.asked())
	require.Eventually(t, func() bool { return len(officer.unasked()) == 1 }, 3*patience, 100*time.Millisecond)
	assert.Equal(t, []string{"李卫国"}, officer.unasked(), "the officer is to telephone them")
	assert.Never(t, func() bool { return len(officer.unanswered()) > 0 }, watch.Settling, time.Second, "nobody asked them")

	require.Len(t, guard.asked(), 1)
	assert.Equal(t, "r-1", guard.asked()[0].Post)
	assert.Empty(t, officer.unasked())
	eventually(t, func() bool { return len(officer.unanswered()) == 1 }, "they read it and say nothing")
	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer, guard = r.callAs(t, "officer"), r.callAs(t, "guard")
	require.Len(t, officer.unanswered(), 1, "and over a restart")
	require.Len(t, guard.asked(), 1)
	require.Equal(t, http.StatusForbidden, officer.call("POST", "/api/v1/shifts/well", map[string]any{"id": uuid.NewString()}, nil), "nobody else says it")
	require.Equal(t, http.StatusNoContent, guard.call("POST", "/api/v1/shifts/well", map[string]any{"id": uuid.NewString()}, nil))
	assert.Empty(t, guard.asked())
	eventually(t, func() bool { return len(officer.unanswered()) == 0 }, "answered")
}

// onTheirOwn puts the guard on the roster of three days and at the post, alone.
func (r *running) onTheirOwn(t *testing.T) {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	sheet := "日期,岗位,班次,姓名,角色\n"
	for d := -1; d <= 1; d++ {
		sheet += today.Add(d).String() + ",北门护学岗,whole-day,李卫国,保安员\n"
	}
	status, bad := r.callAs(t, "officer").upload(sheet, calendar.Span{From: today.Add(-1), To: today.Add(1)})
	require.Equal(t, http.StatusOK, status, bad)
	r.withCode(t, r.callAs(t, "guard"))
}
