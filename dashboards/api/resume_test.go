package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// board is a client as the contract describes it: it applies incidents by
// (id, number), forgets all on reset and remembers the last id.
type board struct {
	incidents map[string]api.Incident
	last      string
	ids       []int64
}

func (b *board) apply(t *testing.T, f frame) {
	t.Helper()
	if f.id != "" {
		b.last = f.id
		n, err := strconv.ParseInt(f.id, 10, 64)
		require.NoError(t, err)
		b.ids = append(b.ids, n)
	}
	switch f.event {
	case "reset":
		b.incidents = map[string]api.Incident{}
	case "incident":
		i := f.incident(t)
		if have, ok := b.incidents[i.ID]; !ok || i.Number >= have.Number {
			b.incidents[i.ID] = i
		}
	}
}

// shown is what a board shows: unresolved incidents and their update.
func (b *board) shown() map[string]string {
	out := map[string]string{}
	for id, i := range b.incidents {
		if i.State != "resolved" {
			out[id] = fmt.Sprint(i.Number, i.State, i.Latched, i.Severity, i.Stored)
		}
	}
	return out
}

// TestNoInterleavingLosesAnUpdate drives random updates past a client that
// cuts its stream at random moments, and compares its board with the truth.
func TestNoInterleavingLosesAnUpdate(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := startWith(t, api.Config{MaxChanges: 15, Heartbeat: 2 * time.Millisecond})
			rnd := rand.New(rand.NewPCG(seed, 1))
			b, client := h.as("liaison-1"), &board{incidents: map[string]api.Incident{}}
			var r *reading
			for range 150 {
				switch {
				case r == nil:
					r = b.stream(client.last)
				case rnd.IntN(10) == 0:
					r.close()
					r = nil
				case rnd.IntN(3) == 0:
					if f, ok := r.read(); ok {
						client.apply(t, f)
					}
				default:
				}
				change(t, h, rnd)
			}
			if r == nil {
				r = b.stream(client.last)
			}
			settle(t, h, r, client)
			assert.IsNonDecreasing(t, client.ids)
		})
	}
}

// settle makes a last change and reads until the stream has told it.
func settle(t *testing.T, h *hub, r *reading, client *board) {
	t.Helper()
	press(h, "b-4", devices.Hazard)
	target := h.engine.LastSeq()
	for {
		last, _ := strconv.ParseInt(client.last, 10, 64)
		if last >= target {
			break
		}
		client.apply(t, r.next())
	}
	// What commits later may stand before the ready frame that names it.
	truth := &board{incidents: map[string]api.Incident{}}
	fresh := h.as("liaison-1").stream("")
	frames, _ := fresh.until("ready")
	for _, f := range frames {
		truth.apply(t, f)
	}
	for id := range client.shown() {
		if _, ok := truth.shown()[id]; !ok {
			raw, _ := json.Marshal(client.incidents[id])
			t.Logf("only the client has %s", raw)
		}
	}
	assert.Equal(t, truth.shown(), client.shown())
}

func change(t *testing.T, h *hub, rnd *rand.Rand) {
	t.Helper()
	devicesOf := []string{"b-1", "b-2", "b-3"}
	kinds := []devices.Alarm{devices.Emergency, devices.Medical, devices.Bullying}
	k := rnd.IntN(3)
	switch rnd.IntN(4) {
	case 0:
		p := apitest.APress(apitest.School, devicesOf[k], kinds[k])
		h.engine.Press(p)
		return
	default:
	}
	open := h.engine.Unresolved()
	if len(open) == 0 {
		return
	}
	i := open[rnd.IntN(len(open))]
	c := []alerting.Command{
		{Verb: alerting.VerbAcknowledge}, {Verb: alerting.VerbNote, Text: "x"},
		{Verb: alerting.VerbReset, Reason: "x"}, {Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal},
	}[rnd.IntN(4)]
	c.Incident, c.Actor = i.ID, alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}
	if i.Lead == alerting.LeadSchool {
		c.Actor = alerting.Actor{Name: "officer-1", Role: alerting.RoleOfficer}
	}
	if c.Verb == alerting.VerbResolve && i.Latched {
		return
	}
	_, err := h.engine.Do(t.Context(), c)
	require.NoError(t, err)
}
