package hub_test

import (
	"encoding/hex"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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

// asked lists what the caller's page asks them.
func (c caller) asked() []struct{ RollCall, Post string } {
	c.t.Helper()
	var got struct {
		Asked []struct {
			RollCall string `json:"roll_call"`
			Post     string
		}
	}
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/shifts", nil, &got))
	var out []struct{ RollCall, Post string }
	for _, q := range got.Asked {
		out = append(out, struct{ RollCall, Post string }(q))
	}
	return out
}

// rolls is how people stand to the latest roll call.
func (c caller) rolls() map[string]string {
	c.t.Helper()
	var b struct {
		Schools []struct {
			RollCalls []struct{ People map[string]string } `json:"roll_calls"`
			Unasked   []string
		}
	}
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/posts", nil, &b))
	return b.Schools[0].RollCalls[0].People
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
	r.withCode(t, guard)
	eventually(t, func() bool { return officer.posts().Schools[0].Posts[0].Shifts[0].Present == 2 }, "both are there")
}

// withCode checks an account in by the code that hangs at the post.
func (r *running) withCode(t *testing.T, guard caller) {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(filepath.Dir(r.campus.Config), "duty.key"))
	require.NoError(t, err)
	code := r.cfg.Duty[school]
	code.Setup.Seed, err = hex.DecodeString(strings.TrimSpace(string(key)))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, guard.call("POST", "/api/v1/posts/r-1/checkins", map[string]any{"id": uuid.NewString(), "code": code.Code("r-1")}, nil))
}

// Whoever gives no answer to a roll call, asked twice, is an incident of their
// own, where it was put to them; what somebody has taken on is theirs.
// It takes half a minute: nothing is raised for so long after a roster has come.
func TestWhoDoesNotAnswerTheRollCallIsRaised(t *testing.T) {
	waits(t)
	r := start(t, quickRoll)
	r.checkedIn(t)
	officer, guard := r.callAs(t, "officer"), r.callAs(t, "guard")
	call := uuid.NewString()
	require.Equal(t, http.StatusNoContent, officer.call("POST", "/api/v1/roll-calls", map[string]any{"id": call}, nil))
	asked := guard.asked()
	require.Len(t, asked, 1, "their page asks them")
	assert.Equal(t, call, asked[0].RollCall)
	var open map[string]string
	require.Eventually(t, func() bool { open = officer.unanswered(); return len(open) == 2 }, watch.Settling+2*patience, 100*time.Millisecond)
	assert.ElementsMatch(t, []string{"high open north-gate", "low open north-gate"}, slices.Collect(maps.Values(open)), "the silent one, and that somebody is to be telephoned")
	for id, is := range open {
		if is != "high open north-gate" {
			continue
		}
		assert.Contains(t, r.callAs(t, "liaison").unanswered(), id)
		assert.Equal(t, map[string]string{"王建国": "unreached", "李卫国": "unanswered"}, officer.rolls(), "whoever has no way was never asked, and is not silent")
		require.Equal(t, http.StatusOK, officer.call("POST", "/api/v1/incidents/"+id+"/acknowledge", map[string]any{}, nil))
	}
	require.Equal(t, http.StatusNoContent, guard.call("POST", "/api/v1/roll-calls/"+call+"/answers", map[string]any{"help": false}, nil))
	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer = r.callAs(t, "officer")
	require.Len(t, officer.unanswered(), 2, "and over a restart")
	require.NoError(t, r.school(t).Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	eventually(t, func() bool {
		return assert.ObjectsAreEqual(map[string]string{"王建国": "well", "李卫国": "well"}, officer.rolls())
	}, "a card held once more is an answer")
	var left map[string]string
	require.Eventually(t, func() bool { left = officer.unanswered(); return len(left) == 1 }, patience, 10*time.Millisecond, "nobody is to be telephoned any more")
	for _, is := range left {
		assert.Contains(t, is, "high", "taken on: a person closes it")
	}
}
