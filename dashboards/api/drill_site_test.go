package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api/apitest"
)

func TestADrillMeasuresTheStationByTheSchoolsPolicy(t *testing.T) {
	h := startDrills(t)
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`{clock: {profile: rural, police: 1200}}`), &doc))
	rules, faults := policy.Read(doc.Content[0], "policies[0]")
	require.Empty(t, faults)
	d := campus()
	h.people.Store(d.WithPolicy(policy.Compile(d, map[string]*policy.Rules{apitest.School: rules})))

	officer, _ := d.Account("officer-1")
	plan := func(id string, site drill.Site) drill.Site {
		site.ID = apitest.School
		p := drill.Plan{ID: id, Kind: "fire", At: time.Now(), ForS: 600, Schools: []drill.Site{site}, Parts: []drill.Part{drill.Unit}}
		v, err := h.server.Service().PlanDrill(t.Context(), officer, "", p)
		require.NoError(t, err)
		return v.Plan.Schools[0]
	}
	assert.Equal(t, 20*time.Minute, plan("d-1", drill.Site{}).Target(drill.Police))
	assert.Equal(t, 5*time.Minute, plan("d-2", drill.Site{Profile: drill.Urban}).Target(drill.Police), "who plans it may say otherwise")
}
