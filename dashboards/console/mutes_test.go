package console_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/dashboards/api/apitest"
)

// ledger is a hub's mutes, with the built-in rules.
type ledger struct {
	mu     sync.Mutex // guards what follows
	all    []rules.Mute
	err    error
	stands map[string]rules.Stand
}

func (l *ledger) Rules(string) []*rules.Rule { return rules.Default().Rules() }

func (l *ledger) Mute(_ context.Context, m rules.Mute) (rules.Mute, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := m.Check(rules.Default()); err != nil {
		return m, err
	}
	l.all = append([]rules.Mute{m}, l.all...)
	return m, nil
}

func (l *ledger) Lift(_ context.Context, school, id, by string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, m := range l.all {
		if m.School == school && m.ID == id && m.Active(now) {
			l.all[i].Lifted, l.all[i].LiftedBy = now, by
			return nil
		}
	}
	return fmt.Errorf("%w: no mute %s", alerting.ErrNotFound, id)
}

func (l *ledger) Mutes(context.Context, string) ([]rules.Mute, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]rules.Mute{}, l.all...), l.err
}

func (l *ledger) Held(school string, now time.Time) (out []rules.Mute) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.all {
		if m.School == school && m.Active(now) {
			out = append(out, m)
		}
	}
	return out
}

func (l *ledger) Stands(string) map[string]rules.Stand {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.stands)
}

func TestAnOfficerMutesARuleOnThePageOfGates(t *testing.T) {
	l := &ledger{}
	h := startGates(t, l)
	officer := h.as("officer-1", "en")
	page := officer.get("/gates")
	says(t, page.html, "No rule is muted.")
	says(t, page.html, `<option value="G1">`)
	lacks(t, page.html, `<option value="G3">`, "it cannot be muted")
	done := officer.post("/gates/mutes", "id", "1", "school", apitest.School, "rule", "G1", "device", "g-1", "minutes", "60", "reason", "a lorry unloads")
	assert.Equal(t, "/gates", done.path)
	says(t, done.html, "Muted; it ends by itself.")
	for _, words := range []string{"G1 gate open outside its window", "g-1 · North gate", "officer-1: a lorry unloads"} {
		says(t, done.html, words)
		says(t, h.as("liaison-1", "en").get("/gates").html, words)
	}
	lacks(t, h.as("liaison-1", "en").get("/gates").html, "/gates/mutes", "only an officer mutes")
	done = officer.post("/gates/mutes/1/lift", "school", apitest.School)
	says(t, done.html, "Heeded again.")
	says(t, done.html, "heeded again at")
	says(t, h.as("officer-1", "zh").get("/gates").html, "近期静默记录")
}

func TestAPageSaysWhyARuleIsNotMuted(t *testing.T) {
	l := &ledger{}
	h := startGates(t, l)
	officer := h.as("officer-1", "en")
	for _, c := range []struct{ rule, device, minutes, reason, says string }{
		{"G3", "", "60", "x", "Not muted: this rule watches over a way in"},
		{"G99", "", "60", "x", "there is no such rule"},
		{"G1", "", "60", " ", "Not muted: give a reason"},
		{"G1", "", "481", "x", "8 h at most"},
		{"G1", "", "soon", "x", "8 h at most"},
	} {
		done := officer.post("/gates/mutes", "id", "1", "school", apitest.School, "rule", c.rule, "device", c.device, "minutes", c.minutes, "reason", c.reason)
		says(t, done.html, c.says, c)
	}
	says(t, h.as("guard-1", "en").post("/gates/mutes", "id", "1", "rule", "G1", "minutes", "60", "reason", "x").html, "this is not yours to do")
	assert.Empty(t, l.all)
	l.err = alerting.ErrUnavailable
	page := officer.get("/gates")
	assert.Equal(t, http.StatusOK, page.status)
	says(t, page.html, "can't be read now")
}
