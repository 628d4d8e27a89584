package hub_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

type mutes struct {
	Rules []struct {
		ID     string
		Always bool
	}
	Mutes []struct {
		ID, Device, Rule, By, Reason, Until string
		Holds                               bool
		LiftedBy                            string `json:"lifted_by"`
	}
}

func (c caller) mutes() (m mutes) {
	c.t.Helper()
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/gates/mutes", nil, &m))
	return m
}

func (c caller) mute(rule string, with map[string]any) (status int, id string) {
	c.t.Helper()
	body := map[string]any{"id": uuid.NewString(), "rule": rule, "minutes": 60, "reason": "烟雾演示"}
	for k, v := range with {
		body[k] = v
	}
	var out struct{ ID string }
	status = c.call("POST", "/api/v1/gates/mutes", body, &out)
	return status, out.ID
}

// An officer mutes a rule; it raises nothing, over a restart too, until the mute
// is lifted; who did it and why is shown.
func TestAnOfficerMutesAGateRule(t *testing.T) {
	r := start(t, smoky)
	officer, liaison := r.callAs(t, "officer"), r.callAs(t, "liaison")
	status, id := officer.mute("smoke", map[string]any{"device": "g-1"})
	require.Equal(t, http.StatusOK, status)
	say := r.sensor(t)
	say(`{"values":{"smoke":9}}`)
	r.ruled(t, "campushub_rules_readings_total 1")
	seen := liaison.mutes().Mutes
	require.Len(t, seen, 1)
	assert.Equal(t, [4]string{id, "g-1", "smoke", "烟雾演示"}, [4]string{seen[0].ID, seen[0].Device, seen[0].Rule, seen[0].Reason})
	assert.True(t, seen[0].Holds)
	until, err := time.Parse(time.RFC3339, seen[0].Until)
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(time.Hour), until, patience)
	require.NoError(t, r.stop())

	r = serve(t, r.campus)
	officer, liaison, say = r.callAs(t, "officer"), r.callAs(t, "liaison"), r.sensor(t)
	say(`{"values":{"smoke":9}}`)
	r.ruled(t, "campushub_rules_readings_total 1")
	assert.Empty(t, officer.hazards())
	lift := "/api/v1/gates/mutes/" + id + "/lift"
	assert.Equal(t, http.StatusForbidden, liaison.call("POST", lift, map[string]any{}, nil))
	require.Equal(t, http.StatusNoContent, officer.call("POST", lift, map[string]any{}, nil))
	assert.Equal(t, http.StatusNotFound, officer.call("POST", lift, map[string]any{}, nil), "it holds no more")
	eventually(t, func() bool { return len(officer.hazards()) == 1 }, "heeded again")
	seen = officer.mutes().Mutes
	require.Len(t, seen, 1)
	assert.False(t, seen[0].Holds)
	assert.Equal(t, seen[0].By, seen[0].LiftedBy)
}

// What may not be muted is refused, with a reason; and whatever is muted, a
// button is heard.
func TestNoMuteSilencesAButton(t *testing.T) {
	r := start(t, smoky)
	officer := r.callAs(t, "officer")
	for _, c := range []struct {
		rule string
		with map[string]any
		want int
	}{
		{"G3", nil, http.StatusConflict},
		{"G99", nil, http.StatusNotFound},
		{"G1", map[string]any{"device": "b-1"}, http.StatusUnprocessableEntity},
		{"G5", map[string]any{"device": "g-1"}, http.StatusUnprocessableEntity},
		{"G1", map[string]any{"minutes": 481}, http.StatusUnprocessableEntity},
		{"G1", map[string]any{"reason": " "}, http.StatusUnprocessableEntity},
		{"G1", map[string]any{"id": "7"}, http.StatusUnprocessableEntity},
		{"G1", map[string]any{"school": "yucai"}, http.StatusNotFound},
	} {
		status, _ := officer.mute(c.rule, c.with)
		assert.Equal(t, c.want, status, fmt.Sprint(c.rule, c.with))
	}
	for _, role := range []string{"guard", "liaison", "admin", "parent"} {
		status, _ := r.callAs(t, role).mute("G1", nil)
		assert.Equal(t, http.StatusForbidden, status, role)
	}
	assert.Equal(t, http.StatusForbidden, r.callAs(t, "parent").call("GET", "/api/v1/gates/mutes", nil, nil))
	require.Empty(t, officer.mutes().Mutes)
	for _, rule := range officer.mutes().Rules {
		status, _ := officer.mute(rule.ID, nil)
		want := http.StatusOK
		if rule.Always {
			want = http.StatusConflict
		}
		require.Equal(t, want, status, rule.ID)
	}
	school := r.school(t)
	require.NoError(t, school.Press("b-1"))
	eventually(t, func() bool {
		light, err := school.Indicator("b-1")
		return err == nil && light == devices.IndicatorStored
	}, "the press is stored and told")
	say := r.sensor(t)
	say(`{"values":{"open":0,"tamper":0}}`)
	say(`{"values":{"tamper":1}}`)
	say(`{"values":{"open":1}}`)
	var shown struct{ Incidents []struct{ Kind string } }
	eventually(t, func() bool {
		require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/incidents", nil, &shown))
		return len(shown.Incidents) == 2
	}, "the forced gate, too")
}
