package hub_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/firmware-sim/campus"
)

// A school's own words are what its terminals are told, from the next alarm
// after a reload on.
func TestConfiguredTextsAreWhatTerminalsAreTold(t *testing.T) {
	const own = `
texts:
  GRD-01: {zh: "到{place}去({kind})< {again}>:{action}<。{warning}>", en: "Go to {place} ({kind})<, {again}>: {action}<. {warning}>"}
`
	r := start(t, func(yaml string) string { return yaml + own })
	s := r.school(t)
	require.NoError(t, s.Press("b-1"))
	assert.Equal(t, "Go to North gate (emergency (not yet classified)): close the gate, support, keep distance", guardsHear(t, s, "到北门去(一键报警(待定性))"))
	heard(t, s, "police/desk-1", saying("【校园警情】"))

	text, err := os.ReadFile(r.campus.Config)
	require.NoError(t, err)
	changed := string(text[:len(text)-len(own)]) + `
texts:
  GRD-01: {zh: "速去{place}({kind})< {again}>:{action}<。{warning}>", en: "Hurry to {place} ({kind})<, {again}>: {action}<. {warning}>"}
`
	require.NoError(t, os.WriteFile(r.campus.Config, []byte(changed), 0o600))
	cfg, err := config.Load(r.campus.Config)
	require.NoError(t, err)
	r.Reload(cfg)
	require.NoError(t, s.Press("b-2"))
	assert.Contains(t, guardsHear(t, s, "速去南门"), "Hurry to South gate")
}

func guardsHear(t *testing.T, s *campus.Campus, words string) string {
	t.Helper()
	return heard(t, s, "guards/gatehouse-1", saying(words)).Text.EN
}
