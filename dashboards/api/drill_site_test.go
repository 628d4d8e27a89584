package api_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api/apitest"
)

func TestADrillIsMeasuredByTheSchoolsPolicy(t *testing.T) {
	h := startDrills(t)
	officer, _ := campus().Account("officer-1")
	plan := func(id string, site drill.Site) drill.Site {
		site.ID = apitest.School
		p := drill.Plan{ID: id, Kind: "fire", At: time.Now(), ForS: 600, Schools: []drill.Site{site}, Parts: []drill.Part{drill.Unit}}
		v, err := h.server.Service().PlanDrill(t.Context(), officer, "", p)
		require.NoError(t, err)
		return v.Plan.Schools[0]
	}
	for _, site := range []drill.Site{{Storeys: 4}, {Storeys: 5}} {
		built := plan("built-in-"+strconv.Itoa(site.Storeys), site)
		for _, part := range drill.Parts() {
			assert.Equal(t, site.Target(part), built.Target(part), "without a policy %s of %d storeys", part, site.Storeys)
		}
	}

	obeys := func(text string) {
		var doc yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
		rules, faults := policy.Read(doc.Content[0], "policies[0]")
		require.Empty(t, faults)
		d := campus()
		h.people.Store(d.WithPolicy(policy.Compile(d, map[string]*policy.Rules{apitest.School: rules})))
	}
	obeys(`{clock: {profile: rural, police: 1200}, drill_targets: {unit: 45, mutual_aid: 150, evacuation: 100, evacuation_high: 200, head_count: 240}}`)
	assert.Equal(t, 20*time.Minute, plan("d-1", drill.Site{}).Target(drill.Police))
	assert.Equal(t, 5*time.Minute, plan("d-2", drill.Site{Profile: drill.Urban}).Target(drill.Police), "who plans it may say otherwise")

	low, high := plan("d-3", drill.Site{Storeys: 4}), plan("d-4", drill.Site{Storeys: 5})
	for part, want := range map[drill.Part]int{drill.Unit: 45, drill.MutualAid: 150, drill.Evacuated: 100, drill.Counted: 240} {
		assert.Equal(t, time.Duration(want)*time.Second, low.Target(part), part)
	}
	assert.Equal(t, 200*time.Second, high.Target(drill.Evacuated))
	assert.Equal(t, 300*time.Second, plan("d-5", drill.Site{Storeys: 5, EvacuationS: 300}).Target(drill.Evacuated), "who plans it knows the building")

	obeys(`{clock: {profile: suburban, marks: {suburban: {police: 420}}}}`)
	assert.Equal(t, 7*time.Minute, plan("d-6", drill.Site{}).Target(drill.Police), "the school's own mark")
	assert.Equal(t, 5*time.Minute, plan("d-7", drill.Site{Profile: drill.Urban}).Target(drill.Police))
}
