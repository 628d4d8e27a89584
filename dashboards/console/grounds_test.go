package console_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestThePageSaysByWhichLineOfThePolicyAnIncidentIsTold(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`{escalation: {E1: {title: {zh: 最急, en: gravest}}}, kinds: {fire: {note: {zh: 会同消防站, en: with the fire station}}}}`), &doc))
	rules, faults := policy.Read(doc.Content[0], "policies[0]", "schools")
	require.Empty(t, faults)
	h := startAt(t, campus.WithPolicy(policy.Compile(campus, map[string]*policy.Rules{"ziwei": rules})), nil, nil, nil)

	path := "/incidents/" + press(h, "b-1", devices.Fire).ID
	assert.Contains(t, h.as("liaison-1", "en").get(path).html, "Told by: gravest · with the fire station")
	assert.NotContains(t, h.as("guard-1", "en").get(path).html, "gravest", "guards act on the place and what to do")
}
