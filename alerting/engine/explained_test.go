package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// TestWhatIsExplainedIsWhatIsFrozen holds "policy explain" and the engine
// together: every kind that people raise, live and as a drill, with nothing and
// with each fact that its policy asks for, and with all of them.
func TestWhatIsExplainedIsWhatIsFrozen(t *testing.T) {
	r := start(t, "", nil)
	set := r.govern(directory(), `{night: "00:00-00:01", quiet: "00:00-00:01", drills: {police: always}}`)
	for _, k := range alerting.Kinds() {
		for _, facts := range combinations(r, k) {
			o := policy.Occasion{School: school, Place: aReport().Place, Kind: k, Mode: devices.Live, Facts: policy.FactsOf(facts)}
			i := r.known(k, facts...)
			o.At = i.OpenedAt
			e := set.Explain(o)
			assert.Equal(t, e.Plan, i.Plan, "%s %v", k, facts)
			assert.Equal(t, e.Severity, i.Severity, "%s %v", k, facts)
			assert.Equal(t, e.Lead, i.Lead, "%s %v", k, facts)
			r.closeAll()

			d := r.drilled(k, facts)
			o.Mode, o.At, o.Place = devices.Drill, d.OpenedAt, d.Place
			e = set.Explain(o)
			sameDeeds(t, fmt.Sprint("drill ", k, facts), e.Plan, d.Plan)
			assert.Equal(t, e.Severity, d.Severity, "drill %s %v", k, facts)
			r.closeAll()
		}
	}
}

// combinations are nothing, each fact that the kind's policy asks for and that
// a person may say, and all of them.
func combinations(r *rig, k alerting.Kind) [][]string {
	out := [][]string{nil}
	var all []string
	for _, f := range policy.Asks(r.people.Load(), school, k) {
		for _, said := range alerting.Facts() {
			if said == string(f) {
				out, all = append(out, []string{said}), append(all, said)
			}
		}
	}
	if len(all) > 1 {
		out = append(out, all)
	}
	return out
}

// drilled is a drill by a button, of which somebody says what is to be known.
func (r *rig) drilled(k alerting.Kind, facts []string) alerting.Incident {
	r.t.Helper()
	p := press("b-1")
	p.Alarm, p.Mode, p.ReceivedAt = devices.Alarm(k), devices.Drill, time.Now()
	require.NoError(r.t, r.Press(p))
	id := alerting.IncidentID(p.From, p.ID)
	if len(facts) > 0 {
		return r.learns(id, facts...)
	}
	i, err := r.Incident(r.t.Context(), id)
	require.NoError(r.t, err)
	return i
}
