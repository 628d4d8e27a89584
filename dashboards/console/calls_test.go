package console_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestThePageOffersTheNumbersOfThePolicyFirst(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`{kinds: {fire: {call: ["110", "021-5550100"]}}}`), &doc))
	rules, faults := policy.Read(doc.Content[0], "policies[0]", "schools")
	require.Empty(t, faults)
	own := campus.WithPolicy(policy.Compile(campus, map[string]*policy.Rules{"ziwei": rules}))

	for at, want := range map[*hub][]string{
		start(t):                       {"tel:010-5550-0101", "tel:119", "tel:120"},
		startAt(t, own, nil, nil, nil): {"tel:010-5550-0101", "tel:110", "tel:021-5550100"},
	} {
		page := at.as("liaison-1", "zh").get("/incidents/" + press(at, "b-1", devices.Fire).ID).html
		_, calls, found := strings.Cut(page, `class="calls"`)
		require.True(t, found)
		first, more, found := strings.Cut(calls, `class="more-calls"`)
		require.True(t, found)
		assert.Equal(t, len(want), strings.Count(first, `href="tel:`))
		for _, number := range want {
			assert.Contains(t, first, number)
			assert.NotContains(t, more, number)
		}
	}
}
