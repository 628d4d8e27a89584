package engine_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
)

// folds is what a fresh reader of the journal knows.
func (m *model) folds() map[string]alerting.Incident { return m.foldsOf(m.journal.Reader) }

func (m *model) foldsOf(r *journal.Reader) map[string]alerting.Incident {
	out := map[string]alerting.Incident{}
	for _, i := range m.listed(r) {
		events, _, err := r.Get(m.t.Context(), i.ID)
		require.NoError(m.t, err)
		out[i.ID] = alerting.Fold(events)
	}
	return out
}

func (m *model) listed(r *journal.Reader) []alerting.Incident {
	all, err := r.List(m.t.Context(), alerting.Query{Schools: []string{school}, Named: []string{school}, Limit: 500})
	require.NoError(m.t, err)
	return all
}

// checkJournal holds the journal to what was promised.
func (m *model) checkJournal() {
	found, done := map[string]int{}, map[string]int{}
	for _, i := range m.listed(m.journal.Reader) {
		events, _, err := m.journal.Get(m.t.Context(), i.ID)
		require.NoError(m.t, err)
		for _, e := range events {
			if e.Command != "" {
				done[e.Command]++
			}
		}
		for _, p := range alerting.Fold(events).Presses {
			found[p.ID]++
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, how := range m.promised {
		require.Equal(m.t, 1, found[id], "incidents with press %s, %s", id, how)
	}
	for id, n := range found {
		require.Equal(m.t, 1, n, "incidents with press %s", id)
	}
	for id, n := range done {
		require.Equal(m.t, 1, n, "command %s was carried out", id)
	}
}

// checkTerminal: whoever comes up is sent everything unresolved.
func (m *model) checkTerminal() {
	m.mu.Lock()
	clear(m.again)
	m.up = true
	m.mu.Unlock()
	before := m.folds() // what comes later is not addressed to it by itself
	m.engine.TerminalUp(alerting.Police, "desk-1")
	time.Sleep(time.Second)
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, f := range before {
		addressed := slices.ContainsFunc(f.Plan.Legs, func(l alerting.Leg) bool {
			return l.Recipient == "desk-1" && l.After == 0
		})
		if addressed && !f.Resolved() {
			require.LessOrEqual(m.t, f.Number, m.again[id], "the terminal was sent incident %s", id)
		}
	}
}

// checkAuditor: the timers never forgot a step.
func (m *model) checkAuditor() {
	families, err := m.metrics.Gather()
	require.NoError(m.t, err)
	for _, f := range families {
		if f.GetName() == "campushub_engine_escalations_overdue_total" {
			require.Zero(m.t, f.GetMetric()[0].GetCounter().GetValue(), "steps that nothing was about to take")
			return
		}
	}
	require.Fail(m.t, "the auditor counts nothing")
}

// checkEscalation: the next step of every open incident lies ahead.
func (m *model) checkEscalation() {
	m.checkAuditor()
	for id, f := range m.folds() {
		if next, ok := f.NextEscalation(); ok {
			require.True(m.t, next.NextAt.After(time.Now().Add(-engine.CommitLimit)), "%s: %s level %d was due at %s", id, next.Audience, next.NextLevel, next.NextAt)
		}
	}
}

// checkViews: what people see is the fold of the journal, everywhere.
func (m *model) checkViews() {
	shown := m.reader.stop()
	folds, open := m.folds(), map[string]bool{}
	for _, i := range m.listed(m.journal.Reader) {
		require.Equal(m.t, folds[i.ID].State, i.State, "the journal's own list of %s", i.ID)
		require.Equal(m.t, folds[i.ID].Latched, i.Latched, "the journal's own list of %s", i.ID)
	}
	for _, i := range m.engine.Unresolved() {
		open[i.ID] = true
		require.Equal(m.t, text(folds[i.ID].Listed()), text(i), "the snapshot")
	}
	for id, f := range folds {
		require.Equal(m.t, !f.Resolved(), open[id], "the snapshot of unresolved ones has %s", id)
		i, err := m.engine.Incident(m.t.Context(), id)
		require.NoError(m.t, err)
		require.True(m.t, i.Stored)
		i.Deliveries, i.Timeline, i.Escalation = nil, nil, nil
		for k := range i.Presses {
			i.Presses[k].StoredAt = nil
		}
		require.Equal(m.t, text(f), text(i), "the incident's page")
		if seen, ok := shown[id]; ok {
			require.Equal(m.t, text(f.Listed()), text(seen), "a reader of the stream")
		} else {
			require.True(m.t, f.Resolved(), "a reader of the stream never heard of %s", id)
		}
	}
}

// text is an incident without what only one of journal and memory has.
func text(i alerting.Incident) string {
	i.Stored = true
	b, err := json.Marshal(i)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// checkForgotten: when everything is closed nothing is kept.
func (m *model) checkForgotten() {
	for range 3 { // what was closed by one may have been opened by a fault
		for _, f := range m.folds() {
			a, o := liaison, alerting.OutcomeAccidental
			if f.Lead == alerting.LeadSchool {
				a = officer
			}
			if f.Mode == devices.Drill {
				o = alerting.OutcomeDrill
			}
			for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
				if !f.Resolved() {
					_, err := m.engine.Do(m.t.Context(), alerting.Command{Incident: f.ID, Verb: v, Actor: a, Reason: "done", Outcome: o})
					require.NoError(m.t, err)
				}
			}
		}
		time.Sleep(time.Minute)
	}
	time.Sleep(2 * time.Hour)
	records, deliveries, joinable := m.engine.Held()
	require.Zero(m.t, records, "incidents in memory")
	require.Zero(m.t, deliveries, "deliveries in memory")
	require.Zero(m.t, joinable, "incidents that a press would join")
}

// reader follows the stream as a page does.
type reader struct {
	shown map[string]alerting.Incident
	end   func()
	done  chan struct{}
}

func watch(e *engine.Engine) *reader {
	updates, stop := e.Watch()
	r := &reader{shown: map[string]alerting.Incident{}, done: make(chan struct{})}
	for _, i := range e.Unresolved() {
		r.shown[i.ID] = i
	}
	quit := make(chan struct{})
	r.end = sync.OnceFunc(func() { stop(); close(quit) })
	go func() {
		defer close(r.done)
		for {
			select {
			case u, ok := <-updates:
				if !ok {
					return
				}
				if u.Incident.Number >= r.shown[u.Incident.ID].Number {
					r.shown[u.Incident.ID] = u.Incident
				}
			case <-quit:
				return
			}
		}
	}()
	return r
}

func (r *reader) stop() map[string]alerting.Incident {
	r.end()
	<-r.done
	return r.shown
}
