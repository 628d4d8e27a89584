package hub_test

import (
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// quickRoll gives the school a roll call that waits for 2 s in all.
func quickRoll(yaml string) string {
	return strings.Replace(manned(yaml), "    pattern: primary\n    posts:", "    pattern: primary\n    times: {call: {first: 1, second: 1}}\n    posts:", 1)
}

// unanswered lists the open incidents of people who gave no answer, by id.
func (c caller) unanswered() map[string]string {
	c.t.Helper()
	var got struct {
		Incidents []struct {
			ID, Kind, Severity, State string
			Place                     struct{ ID string }
		}
	}
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/incidents", nil, &got))
	out := map[string]string{}
	for _, i := range got.Incidents {
		if i.Kind == "lone-worker" && i.State != "resolved" {
			out[i.ID] = i.Severity + " " + i.State + " " + i.Place.ID
		}
	}
	return out
}

// checkedIn puts both on the roster of three days and at their post: one by a
// card, one by a phone.
func (r *running) checkedIn(t *testing.T) {
	t.Helper()
	officer, guard := r.callAs(t, "officer"), r.callAs(t, "guard")
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	sheet := "日期,岗位,班次,姓名,角色\n"
	for d := -1; d <= 1; d++ {
		for _, name := range []string{"王建国", "李卫国"} {
			sheet += today.Add(d).String() + ",北门护学岗,whole-day," + name + ",保安员\n"
		}
	}
	status, bad := officer.upload(sheet, calendar.Span{From: today.Add(-1), To: today.Add(1)})
	require.Equal(t, http.StatusOK, status, bad)
	require.NoError(t, r.school(t).Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	key, err := os.ReadFile(filepath.Join(filepath.Dir(r.campus.Config), "duty.key"))
	require.NoError(t, err)
	code := r.cfg.Duty[school]
	code.Setup.Seed, err = hex.DecodeString(strings.TrimSpace(string(key)))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, guard.call("POST", "/api/v1/posts/r-1/checkins", map[string]any{"id": uuid.NewString(), "code": code.Code("r-1")}, nil))
	eventually(t, func() bool { return officer.posts().Schools[0].Posts[0].Shifts[0].Present == 2 }, "both are there")
}

// Whoever gives no answer to a roll call, asked twice, is an incident of their
// own; a late answer closes it, and what somebody has taken on is theirs.
// It takes half a minute: nothing is raised for so long after a roster has come.
func TestWhoDoesNotAnswerTheRollCallIsRaised(t *testing.T) {
	r := start(t, quickRoll)
	r.checkedIn(t)
	officer, guard := r.callAs(t, "officer"), r.callAs(t, "guard")
	call := uuid.NewString()
	require.Equal(t, http.StatusNoContent, officer.call("POST", "/api/v1/roll-calls", map[string]any{"id": call}, nil))
	var open map[string]string
	require.Eventually(t, func() bool { open = officer.unanswered(); return len(open) == 2 }, watch.Settling+2*patience, 100*time.Millisecond)
	for id, is := range open {
		assert.Equal(t, "high open north-gate", is)
		assert.Contains(t, r.callAs(t, "liaison").unanswered(), id)
	}

	require.Equal(t, http.StatusNoContent, guard.call("POST", "/api/v1/roll-calls/"+call+"/answers", map[string]any{"help": false}, nil))
	eventually(t, func() bool { return len(officer.unanswered()) == 1 }, "answered late")
	for id := range officer.unanswered() {
		require.Equal(t, http.StatusOK, officer.call("POST", "/api/v1/incidents/"+id+"/acknowledge", map[string]any{}, nil))
	}
	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer = r.callAs(t, "officer")
	require.Len(t, officer.unanswered(), 1, "and over a restart")
	require.NoError(t, r.school(t).Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	eventually(t, func() bool {
		var b struct {
			Schools []struct {
				RollCalls []struct{ People map[string]string } `json:"roll_calls"`
			}
		}
		require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/posts", nil, &b))
		return assert.ObjectsAreEqual(map[string]string{"王建国": "well", "李卫国": "well"}, b.Schools[0].RollCalls[0].People)
	}, "a card held once more is an answer")
	assert.Len(t, officer.unanswered(), 1, "taken on: a person closes it")
}
