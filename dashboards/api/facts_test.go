package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// toldAtOnce lists whom the answer's incident was told.
func toldAtOnce(a map[string]any) []string {
	var out []string
	for _, d := range a["deliveries"].([]any) {
		if to := d.(map[string]any)["recipient"].(string); !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}

// TestEveryFactThatAPersonMaySayReachesThePlan walks the policy's data: each of
// its conditions that is a person's to say is said when an incident is raised,
// to one that runs, and together with its kind, and the plan follows.
func TestEveryFactThatAPersonMaySayReachesThePlan(t *testing.T) {
	h := start(t)
	b := h.as("deputy-1")
	set, n := policy.Of(campus()), 0
	for _, k := range alerting.Kinds() {
		for _, v := range set.Variants(apitest.School, k) {
			for _, when := range v.When {
				if !sayable(when) {
					continue // the hub finds it: the engine's test holds that
				}
				n++
				facts := []string{}
				for _, f := range when {
					facts = append(facts, string(f))
				}
				e := set.Explain(policy.Occasion{School: apitest.School, Kind: k, Mode: devices.Live, Facts: when})
				assert.Contains(t, e.Variants, v.Title)
				var want []string
				for _, l := range e.Plan.Legs {
					if l.AtOnce() && !slices.Contains(want, l.Recipient) {
						want = append(want, l.Recipient)
					}
				}
				raise := func(kind string, facts ...string) map[string]any {
					a := b.post("/api/v1/incidents", m{"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "kind": kind, "facts": facts})
					require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
					return a.json(t)
				}
				raised := raise(string(k), facts...)
				assert.ElementsMatch(t, want, toldAtOnce(raised), "%s %v", k, facts)
				assert.Equal(t, string(e.Severity), raised["severity"])
				at := "/api/v1/incidents/" + raise(string(k))["id"].(string)
				a := b.post(at+"/verify", m{"facts": facts})
				require.Equal(t, http.StatusOK, a.status, "%s", a.body)
				assert.ElementsMatch(t, want, toldAtOnce(a.json(t)), "verified: %s %v", k, facts)
				assert.Equal(t, string(e.Lead), a.json(t)["lead"])
				at = "/api/v1/incidents/" + raise("medical")["id"].(string)
				a = b.post(at+"/classify", m{"kind": k, "facts": facts})
				require.Equal(t, http.StatusOK, a.status, "%s", a.body)
				assert.Subset(t, toldAtOnce(a.json(t)), want, "classified: %s %v", k, facts)
			}
		}
	}
	assert.GreaterOrEqual(t, n, 4, "the data has that many")
}

func sayable(when []policy.Fact) bool {
	return !slices.ContainsFunc(when, func(f policy.Fact) bool { return !slices.Contains(alerting.Facts(), string(f)) })
}

func TestFactsAreOfTheClosedList(t *testing.T) {
	h := start(t)
	b := h.as("officer-1")
	for _, f := range append(alerting.FoundFacts(), "night", "他有刀") {
		a := b.post("/api/v1/incidents", m{"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "kind": "fight", "facts": []string{f}})
		assert.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: nobody says it", f)
	}
	assert.Empty(t, h.engine.Unresolved())
	a := b.post("/api/v1/incidents", m{"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "kind": "fight", "facts": alerting.Facts()})
	require.Equal(t, http.StatusCreated, a.status, "the bound leaves room for all: %s", a.body)
}
