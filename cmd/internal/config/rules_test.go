package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/rules"
)

const ruledHead = `
schools:
  - id: ziwei-primary
    name: {zh: 紫薇小学, en: Ziwei}
    callback: 010-55550100
    places: [{id: north, name: {zh: 北门, en: North}}]
    devices:
      - {id: g-1, kind: gate, place: north, secret_file: ../secrets/desk.sha256}
      - {id: b-1, kind: button, place: north, secret_file: ../secrets/desk.sha256}
terminals: [{audience: police, id: desk-1, schools: [ziwei-primary], secret_file: ../secrets/desk.sha256}]
`

func ruled(text string) (*Config, Faults) {
	return read("campus.yaml", []source{{name: "campus.yaml", dir: "testdata/good", data: []byte(ruledHead + text)}})
}

func TestASchoolsRulesAreRead(t *testing.T) {
	c, faults := ruled(`
rules:
  - schools: [ziwei-primary]
    level: kindergarten
    roll: 240
    gates: [{device: g-1, width: 2.4, area: 80, post: main-gate}]
    rules: [{id: G2, for: 90s}, {id: G9, off: true}]
`)
	require.Empty(t, faults)
	set := c.Rules["ziwei-primary"]
	require.NotNil(t, set)
	assert.Equal(t, rules.Kindergarten, set.Level)
	assert.InDelta(t, 2.4, set.Gate("g-1").Width, 0)
	assert.Len(t, set.Rules(), len(rules.Default().Rules())-1)
}

func TestEveryFaultOfRulesIsReported(t *testing.T) {
	_, faults := ruled(`
rules:
  - schools: [ziwei-primary]
    gates: [{device: g-7}, {device: b-1, windows: [{hours: 00:00-23:59}]}]
    rules: [{id: G3, off: true}, {id: G1, when: contact.opn}]
  - schools: [ziwei-primary]
    levl: primary
`)
	assert.Equal(t, `campus.yaml:13:5: rules[0]: gates: "b-1" is a button, and no gate
campus.yaml:13:5: rules[0]: gates: school "ziwei-primary" has no device "g-7"
campus.yaml:14:51: rules[0].gates[1].windows: open for 23h59m0s on a full day: want at most 16h0m0s in all: in a window nobody is told of a door that is opened without a release (G3)
campus.yaml:15:13: rules[0].rules[0]: rule G3 cannot be turned off: it watches over a way in, or over lives
campus.yaml:15:56: rules[0].rules[1].when: undeclared reference to 'contact.opn' (did you mean 'contact.open'?)
campus.yaml:16:5: rules[1]: school "ziwei-primary" has rules already, at campus.yaml:13
campus.yaml:17:5: rules[1].levl: unknown key, want level, roll, windows, gates, rules or schools, found "levl", did you mean level?`, sorted(faults))
}

func sorted(f Faults) string {
	f.sort()
	return f.Error()
}
