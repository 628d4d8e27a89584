package alerting_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// random lets one incident live through a random sequence of inputs. before
// sees it ahead of every event.
func random(t *testing.T, seed uint64, before func(*story, alerting.Event)) *story {
	r := rand.New(rand.NewPCG(seed, 1))
	s := &story{t: t}
	now := noon
	first := press("p-0", now)
	first.Silent, first.Malformed = r.IntN(3) == 0, r.IntN(5) == 0
	first.Mode = []alerting.Mode{devices.Live, devices.Live, devices.Drill}[r.IntN(3)]
	severity := []alerting.Severity{alerting.Low, alerting.High, alerting.Critical}[r.IntN(3)]
	lead := []alerting.Lead{alerting.LeadPolice, alerting.LeadSchool}[r.IntN(2)]
	in := alerting.Input{Press: &first, Opening: opening(severity, lead)}
	events, err := alerting.Step(nil, in, now)
	require.NoError(t, err)
	for n := range 60 {
		for _, e := range events {
			if s.now.ID == "" || e.Incident == s.now.ID {
				before(s, e)
			}
			s.keep([]alerting.Event{e})
		}
		if s.now.Resolved() {
			break
		}
		now = now.Add(time.Duration(r.IntN(4000)) * time.Millisecond)
		in := randomInput(r, n+1, now)
		if in.Command != nil {
			events, _ = s.tryAt(*in.Command, now)
		} else {
			events, _ = alerting.Step(&s.now, in, now)
		}
	}
	return s
}

func randomInput(r *rand.Rand, n int, now time.Time) alerting.Input {
	switch r.IntN(10) {
	case 0, 1, 2, 3, 4:
		p := press(fmt.Sprintf("p-%d", n), now)
		p.Silent, p.Malformed = r.IntN(2) == 0, r.IntN(8) == 0
		if r.IntN(8) == 0 { // it waited for its line; the others come as they are pressed
			p.Age = time.Duration(r.IntN(100)) * time.Second
		}
		return alerting.Input{Press: &p}
	case 5: // one that came before, pressed earlier than was known
		p := press(fmt.Sprintf("p-%d", r.IntN(n)), now)
		p.Age = time.Duration(r.IntN(600)) * time.Second
		return alerting.Input{Press: &p}
	case 6:
		notices := []alerting.EventType{
			alerting.EventResumed, alerting.EventUnstored, alerting.EventOverrun, alerting.EventUnreached,
			alerting.EventEscalated, alerting.EventReminded, alerting.EventRenewed, alerting.EventCallBack,
			alerting.EventStoodDown,
		}
		return alerting.Input{Notice: &alerting.Notice{Type: notices[r.IntN(len(notices))], Audience: alerting.Police, Reason: "because"}}
	}
	return alerting.Input{Command: randomCommand(r, n)}
}

func randomCommand(r *rand.Rand, n int) *alerting.Command {
	verbs := append(alerting.Verbs(), alerting.VerbReset, alerting.VerbReset, alerting.VerbResolve, alerting.VerbResolve) // or hardly any is closed
	c := &alerting.Command{
		ID: fmt.Sprintf("c-%d", n), Verb: pick(r, verbs), Actor: pick(r, []alerting.Actor{liaison, officer, guard}),
		Outcome: pick(r, alerting.Outcomes(devices.Live, alerting.LeadPolice)), Number: r.Int64N(20),
		Verify: pick(r, append(alerting.Verifications(), "")), Kind: pick(r, alerting.Kinds()),
		Severity: pick(r, []alerting.Severity{"", "", alerting.Low, alerting.High, alerting.Critical}),
		Stage:    pick(r, alerting.DispatchStages()), Party: pick(r, alerting.Parties()), To: pick(r, alerting.Callees()),
		OnPost: r.IntN(4) == 0, Correct: r.IntN(3) == 0, Reached: r.IntN(2) == 0, Other: fmt.Sprintf("o-%d", r.IntN(3)),
		Audience: pick(r, alerting.Audiences()), Report: pick(r, alerting.ReportStages()), Way: pick(r, alerting.ReportWays()),
	}
	for _, f := range alerting.Facts() {
		switch r.IntN(6) {
		case 0:
			c.Facts = append(c.Facts, f)
		case 1:
			c.Withdrawn = append(c.Withdrawn, f)
		}
	}
	if r.IntN(4) == 0 {
		c.Outcome = alerting.OutcomeDrill
	}
	if c.Verb != alerting.VerbCall {
		c.Reason, c.Text = "reason", "text"
	}
	return c
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func TestReplayEqualsWhatHappened(t *testing.T) {
	seen := map[alerting.EventType]bool{}
	for seed := range uint64(300) {
		s := random(t, seed, func(_ *story, e alerting.Event) { seen[e.Type] = true })
		require.Equal(t, s.now, alerting.Fold(s.events), "seed %d", seed)

		stored, err := json.Marshal(s.events)
		require.NoError(t, err)
		var read []alerting.Event
		require.NoError(t, json.Unmarshal(stored, &read))
		require.Equal(t, s.now, alerting.Fold(read), "seed %d, through the journal's form", seed)
	}
	for _, kind := range eventTypes(t) {
		assert.True(t, seen[kind], "no sequence held %q", kind)
	}
}

func TestNumberStrictlyGrows(t *testing.T) {
	for seed := range uint64(300) {
		var last int64
		var kind alerting.EventType
		check := func(s *story) {
			want := int64(1)
			if kind == alerting.EventResumed {
				want = alerting.ResumeStep
			}
			if kind != "" {
				require.Equal(t, last+want, s.now.Number, "seed %d, after %s", seed, kind)
			}
		}
		s := random(t, seed, func(s *story, e alerting.Event) {
			check(s)
			last, kind = s.now.Number, e.Type
		})
		check(s)
	}
}

func TestStartAddsAThousand(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	s.notice(alerting.EventResumed)
	assert.EqualValues(t, 1001, s.now.Number)
}

func TestPublishedCopiesNeverChange(t *testing.T) {
	type copied struct {
		incident alerting.Incident
		then     string
	}
	for seed := range uint64(100) {
		var published []copied
		publish := func(s *story) {
			full := s.now
			published = append(published, copied{full, text(t, full)}, copied{full.Listed(), text(t, full.Listed())})
		}
		publish(random(t, seed, func(s *story, _ alerting.Event) {
			if s.now.ID != "" {
				publish(s)
			}
		}))
		for _, c := range published {
			require.Equal(t, c.then, text(t, c.incident), "seed %d", seed)
		}
	}
}

func TestReaderOfAListedCopyCannotReachTheOriginal(t *testing.T) {
	s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
	for n := 2; n <= 6; n++ {
		s.press(press(fmt.Sprintf("p-%d", n), noon.Add(time.Duration(n)*time.Minute)))
		s.do(alerting.Command{ID: fmt.Sprintf("c-%d", n), Verb: alerting.VerbAcknowledge, Actor: liaison})
	}
	stamps(s)
	listed := s.now.Listed()
	s.press(press("p-7", noon.Add(time.Hour)))
	s.do(alerting.Command{ID: "c-7", Verb: alerting.VerbAcknowledge, Actor: liaison})
	before := text(t, s.now)

	_ = append(listed.Presses, alerting.PressRecord{ID: "strange"})
	_ = append(listed.Acknowledgements, alerting.Acknowledgement{By: "strange"})
	_ = append(listed.Commands, "strange")
	_ = append(listed.Facts, "strange")
	_ = append(listed.Links, "strange")
	_ = append(listed.Dispatched, alerting.Dispatch{By: "strange"})
	_ = append(listed.Arrivals, alerting.Arrival{By: "strange"})
	_ = append(listed.Calls, alerting.Call{By: "strange"})
	_ = append(listed.Referred, alerting.Referred{By: "strange"})
	_ = append(listed.Reports, alerting.Submission{By: "strange"})
	_ = append(listed.Plan.Legs, alerting.Leg{Recipient: "strange"})

	assert.Equal(t, before, text(t, s.now))
}

// stamps does everything once that appends to a list of the incident.
func stamps(s *story) {
	for _, v := range []alerting.Verb{
		alerting.VerbVerify, alerting.VerbClassify, alerting.VerbDispatch, alerting.VerbArrive, alerting.VerbCall, alerting.VerbLink,
		alerting.VerbRefer, alerting.VerbReport,
	} {
		by := liaison
		if v == alerting.VerbReport {
			by = officer
		}
		c := full(v, by)
		c.ID = "stamp-" + string(v)
		s.do(c)
	}
}

func TestListedFormIsShort(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	for n := 2; n <= alerting.ListedPresses+5; n++ {
		s.press(press(fmt.Sprintf("p-%d", n), noon.Add(time.Duration(n)*time.Second)))
	}
	s.now.Deliveries = []alerting.Delivery{{ID: "d"}}
	s.now.Timeline = []alerting.Entry{{Actor: "hub"}}

	listed := s.now.Listed()

	assert.Len(t, listed.Presses, alerting.ListedPresses)
	assert.Equal(t, "p-1", listed.Presses[0].ID, "the first ones")
	assert.Equal(t, alerting.ListedPresses+5, listed.PressCount, "and the total")
	assert.Empty(t, listed.Deliveries)
	assert.Empty(t, listed.Timeline)
	assert.Len(t, s.now.Presses, alerting.ListedPresses+5, "the incident itself keeps all")
}

func TestIncidentWithoutPressHasNoLastPress(t *testing.T) {
	assert.Empty(t, alerting.Incident{}.LastPress())
}

func TestIncidentsJSONIsTheContracts(t *testing.T) {
	s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
	s.do(alerting.Command{ID: "c", Verb: alerting.VerbAcknowledge, Actor: liaison})
	s.do(alerting.Command{Verb: alerting.VerbCancel, Actor: guard, Reason: "looked"})
	assert.JSONEq(t, `{
		"id":"`+alerting.IncidentID(button, "p-1")+`","number":3,"school":"ziwei",
		"place":{"id":"north-gate","name":{"zh":"北门","en":"North gate"}},"device":"b-1",
		"kind":"emergency","severity":"critical","mode":"live","silent":false,"state":"acknowledged","lead":"police",
		"verify":"unverified","facts":[],"links":[],"latched":true,"stored":false,"late":false,"malformed":false,
		"confidential":false,"press_count":1,"opened_at":"2026-03-02T12:00:00Z",
		"presses":[{"id":"p-1","pressed_at":"2026-03-02T12:00:00Z","received_at":"2026-03-02T12:00:00Z","age_ms":0}],
		"acknowledgements":[{"audience":"police","by":"desk","at":"2026-03-02T12:01:00Z","number":1}],
		"verified":null,"dispatched":[],"arrivals":[],"calls":[],
		"cancel_requested":{"by":"gate","at":"2026-03-02T12:01:00Z","reason":"looked"},"outcome":""}`, mustJSON(t, s.now))
}

// text is everything of an incident that people or the engine see.
func text(t *testing.T, i alerting.Incident) string {
	return mustJSON(t, struct {
		alerting.Incident
		Plan     alerting.Plan
		Updates  int
		Round    int64
		RoundAt  time.Time
		Levels   []alerting.Escalation
		Stuck    bool
		Commands []string
		Resolved time.Time
		Hushed   []alerting.Leg
		Added    int
		Unlinked []string
		Real     string
		Revealed []alerting.Renewal
		Before   *alerting.Concealment
	}{i, i.Plan, i.Updates, i.Round, i.RoundAt, i.Escalated, i.Stuck, i.Commands, i.ResolvedAt, i.Hushed, len(i.AddedAt), i.Unlinked, i.Real, i.Revealed, i.Concealed})
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
