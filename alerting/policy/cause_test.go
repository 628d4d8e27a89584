package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// A fault of the hub has one cause: what a school says of two of them is never
// held together.
func TestCausesOfAFaultAreSetOneByOne(t *testing.T) {
	for _, text := range []string{
		"{kinds: {hub-fault: {police: 0}}}",
		"{kinds: {hub-fault: {variants: {unexpected-drill: {police: 0}}}}}",
		"{kinds: {hub-fault: {variants: {journal: {severity: critical, police: 0, escalation: [E1]}}}}}",
	} {
		_, faults := read(t, text)
		assert.Empty(t, faults, text)
	}
	for text, want := range map[string]string{
		"{kinds: {hub-fault: {variants: {stuck-button: {police: 0}}}}}":                                                             "hub-fault.police: is told, but E3 names nobody of police",
		"{kinds: {hub-fault: {variants: {unexpected-drill: {escalation: [E3], when: [[stuck-button], [unexpected-drill]]}}}}}":      "E3 names nobody of police",
		"{kinds: {hub-fault: {variants: {stuck-button: {when: [[stuck-button, unexpected-drill]]}, journal: {escalation: [E3]}}}}}": "",
	} {
		_, faults := read(t, text)
		if want == "" {
			assert.Empty(t, faults, text)
			continue
		}
		require.NotEmpty(t, faults, text)
		assert.Contains(t, faults[0].String(), want)
	}
}

func TestEveryCauseOfAFaultHasAVariantAndWords(t *testing.T) {
	s := set()
	for _, cause := range alerting.FaultFacts() {
		e := s.Explain(live(alerting.KindHubFault, policy.Fact(cause)))
		assert.Equal(t, []alerting.Text{alerting.FactText(cause)}, e.Variants, cause)
		assert.NotContains(t, alerting.FoundFacts(), cause, "no rule of a gate says it")
		assert.NotContains(t, alerting.Facts(), cause, "and nobody else")
	}
}
