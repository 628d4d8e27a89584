package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// near is an incident of the school that was pressed so long after noon.
func near(id string, after time.Duration) alerting.Incident {
	at := noon.Add(after)
	return alerting.Incident{
		ID: id, School: "ziwei", Mode: devices.Live, OpenedAt: at, PressCount: 1,
		Presses: []alerting.PressRecord{{ID: id, PressedAt: at, ReceivedAt: at}},
	}
}

func groupsOf(all ...alerting.Incident) [][]string {
	var out [][]string
	for _, g := range alerting.Groups(all, nil) {
		var ids []string
		for _, i := range g.Incidents {
			ids = append(ids, i.ID)
		}
		out = append(out, ids)
	}
	return out
}

func TestPressesOfOneSchoolAreShownTogether(t *testing.T) {
	a, b, c := near("a", 0), near("b", 4*time.Minute), near("c", 8*time.Minute)
	far := near("far", 14*time.Minute)
	assert.Equal(t, [][]string{{"a", "b", "c"}}, groupsOf(c, far, a, b), "each within five minutes of another, the oldest first")
	assert.Equal(t, noon, alerting.Groups([]alerting.Incident{b, a}, nil)[0].Since, "one clock: the oldest")
	assert.Empty(t, groupsOf(a, c))
	assert.Equal(t, [][]string{{"a", "x"}}, groupsOf(a, near("x", 5*time.Minute)))
	assert.Empty(t, groupsOf(a, near("x", 5*time.Minute+time.Millisecond)))
}

func TestASchoolSaysHowSoonPressesAreShownTogether(t *testing.T) {
	both := []alerting.Incident{near("a", 0), near("b", 2*time.Minute)}
	within := func(d time.Duration) func(string) time.Duration { return func(string) time.Duration { return d } }
	assert.Len(t, alerting.Groups(both, within(2*time.Minute)), 1)
	assert.Empty(t, alerting.Groups(both, within(time.Minute)))
	same := []alerting.Incident{near("a", 0), near("b", 0)}
	assert.Empty(t, alerting.Groups(same, within(0)), "only what a person links")
	same[0].Links = []string{"b"}
	assert.Len(t, alerting.Groups(same, within(0)), 1)
}

func TestWhatDoesNotBelongTogetherStandsAlone(t *testing.T) {
	a := near("a", 0)
	for name, change := range map[string]func(*alerting.Incident){
		"another school":      func(i *alerting.Incident) { i.School = "yucai" },
		"a drill":             func(i *alerting.Incident) { i.Mode = devices.Drill },
		"what nobody pressed": func(i *alerting.Incident) { i.PressCount = 0 },
		"confidential":        func(i *alerting.Incident) { i.Confidential = true },
		"taken apart":         func(i *alerting.Incident) { i.Unlinked = []string{"a"} },
	} {
		b := near("b", time.Minute)
		change(&b)
		assert.Empty(t, groupsOf(a, b), name)
	}
}

func TestAPersonLinksAndTakesApart(t *testing.T) {
	a, late := near("a", 0), near("late", time.Hour)
	late.Links = []string{"a"}
	assert.Equal(t, [][]string{{"a", "late"}}, groupsOf(a, late))
	b, c := near("b", time.Minute), near("c", 2*time.Minute)
	c.Unlinked = []string{"a"}
	assert.Equal(t, [][]string{{"a", "b"}}, groupsOf(a, b, c), "also where another one stands between them")
	h, k := near("h", 0), near("k", time.Minute)
	h.Confidential, k.Confidential, h.Links = true, true, []string{"k"}
	assert.Equal(t, [][]string{{"h", "k"}}, groupsOf(h, k), "by its links alone")
}
