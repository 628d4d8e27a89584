package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// faulty raises a fault of the hub by its cause.
func (r *rig) faulty(cause string) alerting.Incident {
	r.t.Helper()
	require.True(r.t, r.RaiseFault(school, cause, "thing"))
	return r.fault(cause)
}

// fault waits for the incident of a cause.
func (r *rig) fault(cause string) (out alerting.Incident) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		for _, i := range r.Unresolved() {
			if i.Kind == alerting.KindHubFault && slices.Contains(i.Facts, cause) {
				out = i
				return true
			}
		}
		return false
	}, time.Minute, time.Millisecond, cause)
	return out
}

// What a school's policy says of a fault is in force, by its cause: no code
// says how grave it is, and what is explained is what is frozen.
func TestAFaultIsAsGraveAsThePolicySays(t *testing.T) {
	for name, own := range map[string]struct{ policy, stuck, drill, path string }{
		"built in":    {"", "low", "low", "high"},
		"the line":    {"kinds: {hub-fault: {severity: critical}}", "low", "low", "critical"},
		"a variant":   {"kinds: {hub-fault: {variants: {path-check: {severity: low}, unexpected-drill: {severity: critical, police: 0}}}}", "low", "critical", "low"},
		"all at once": {"kinds: {hub-fault: {severity: low, variants: {stuck-button: {severity: high, escalation: [E1]}}}}", "high", "low", "low"},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, "", nil)
			set := r.govern(directory(), "{"+own.policy+"}")
			for range 12 { // far more often than anybody presses
				require.NoError(t, r.Press(press("b-1")))
			}
			r.Unexpected(devices.Address{School: school, Device: "b-2"})
			r.faulty(alerting.FactPathCheck)
			for cause, severity := range map[string]string{
				alerting.FactStuckButton: own.stuck, alerting.FactUnexpectedDrill: own.drill, alerting.FactPathCheck: own.path,
			} {
				i := r.fault(cause)
				assert.Equal(t, alerting.Severity(severity), i.Severity, cause)
				e := set.Explain(policy.Occasion{
					School: school, Place: i.Place, Kind: i.Kind, Mode: i.Mode, At: i.OpenedAt, Facts: policy.FactsOf(i.Facts),
				})
				assert.Equal(t, e.Severity, i.Severity, cause)
				sameDeeds(t, fmt.Sprint(name, " ", cause), e.Plan, i.Plan)
				assert.Equal(t, []alerting.Text{alerting.FactText(cause)}, e.Variants, "and explain says why")
			}
		})
	}
}
