package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// filing is a drill that runs, and whether the station has accepted it.
type filing bool

func (f filing) Filed(string) bool                                { return bool(f) }
func (filing) Pressed(devices.Press, bool)                        {}
func (filing) Raised(string, alerting.Kind, alerting.Actor, bool) {}
func (filing) Over(*alerting.Incident) bool                       { return false }

// A test of a button reaches the station's desk within a filed drill alone.
func TestATestOfAButtonDisturbsThePoliceWithinAFiledDrillAlone(t *testing.T) {
	for _, filed := range []bool{false, true} {
		r := start(t, "", nil)
		r.Exercised(filing(filed)) // nobody has pressed yet
		p := press("b-1")
		p.Mode, p.ReceivedAt = devices.Test, time.Now()
		require.NoError(t, r.Press(p))
		i, err := r.Incident(t.Context(), alerting.IncidentID(p.From, p.ID))
		require.NoError(t, err)
		told := map[alerting.Audience]bool{}
		for _, d := range i.Deliveries {
			told[d.Audience] = true
		}
		assert.Equal(t, filed, told[alerting.Police])
		assert.True(t, told[alerting.School])
		lead := alerting.LeadSchool
		if filed {
			lead = alerting.LeadPolice
		}
		assert.Equal(t, lead, i.Lead)
	}
}
