package hub_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// Whoever has only a telephone learns that a head count runs, and the incident's
// timeline says how many were asked.
func TestStaffAreAskedForAHeadCountByTextMessage(t *testing.T) {
	const teachers = "+8613900000021"
	g := newGateway(t, nil)
	r := start(t, with("gateways:\n"+g.yaml("texts", "sms"), "contacts:\n",
		contact("beat", "police", "assigned-officer", path("sms", beat, "texts")),
		contact("deputy", "school", "deputy", path("sms", deputy, "texts")),
		contact("teachers", alerting.Staff, "staff", path("sms", teachers, "texts"))))
	officer := r.callAs(t, "officer")
	var raised struct{ ID string }
	require.Equal(t, http.StatusCreated, officer.call("POST", "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": school, "place": "north-gate", "kind": "medical", "mode": "live",
	}, &raised))
	require.Equal(t, http.StatusOK, officer.call("POST", "/api/v1/incidents/"+raised.ID+"/muster", map[string]any{"step": "start"}, nil))
	got := g.to(teachers)
	assert.Contains(t, got.Text, "请上报:应到、实到、未到人数")
	var shown struct {
		Timeline []struct{ Text struct{ ZH string } }
	}
	said := func() (out []string) {
		require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/incidents/"+raised.ID, nil, &shown))
		for _, e := range shown.Timeline {
			out = append(out, e.Text.ZH)
		}
		return out
	}
	eventually(t, func() bool { return slices.Contains(said(), "清点人数：请 2 人上报，1 人未送达") }, "the account of staff has no way")
}
