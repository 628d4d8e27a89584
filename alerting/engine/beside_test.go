package engine_test

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// addition adds the number of earlier ones to the incident.
func addition(incident string, t alerting.EventType) alerting.Addition {
	return alerting.Addition{
		Incident: incident, Type: t, Actor: officer,
		Decide: func(_ alerting.Incident, earlier []alerting.Event, _ time.Time) (*alerting.Beside, error) {
			raw, err := json.Marshal(len(earlier))
			return &alerting.Beside{Of: "test", Payload: raw, Said: alerting.Text{ZH: "已加", EN: "Added"}}, err
		},
	}
}

func TestWhatStandsBesideIsDecidedOnWhatWentBeforeAndOutlivesTheHub(t *testing.T) {
	r := start(t, "", nil)
	var heard atomic.Int64
	r.OnBeside(func(alerting.Event) { heard.Add(1) })
	p := press("b-1")
	require.NoError(t, r.Press(p))
	id := alerting.IncidentID(p.From, p.ID)
	before, err := r.Incident(t.Context(), id)
	require.NoError(t, err)

	first, err := r.Add(t.Context(), addition(id, alerting.EventNotice))
	require.NoError(t, err)
	assert.Equal(t, before.Number+1, first.Number)
	assert.Equal(t, "Added", first.Timeline[len(first.Timeline)-1].Text.EN)
	_, err = r.Add(t.Context(), addition(id, alerting.EventCounted))
	require.NoError(t, err)
	_, err = r.do(liaison, id, alerting.VerbReset)
	require.NoError(t, err)
	_, err = r.do(liaison, id, alerting.VerbResolve)
	require.NoError(t, err)
	assert.EqualValues(t, 2, heard.Load())
	r.stop()

	again := start(t, r.path, nil)
	_, err = again.Add(t.Context(), addition(id, alerting.EventNotice))
	require.NoError(t, err, "a closed incident comes back from the journal")
	events, err := again.journal.Besides(t.Context(), time.Time{})
	require.NoError(t, err)
	require.Len(t, events, 3)
	assert.JSONEq(t, "0", string(events[0].Beside.Payload))
	assert.Equal(t, alerting.EventCounted, events[1].Type)
	assert.JSONEq(t, "1", string(events[2].Beside.Payload), "decided on the one before")
	later, err := again.journal.Besides(t.Context(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	assert.Empty(t, later)
}

func TestANoticeThatCannotBeStoredHasNotHappened(t *testing.T) {
	var broken atomic.Bool
	r := start(t, "", func(s journal.Stage) error {
		if broken.Load() && s == journal.StageBegin {
			return errDisk
		}
		return nil
	})
	var heard atomic.Int64
	r.OnBeside(func(alerting.Event) { heard.Add(1) })
	p := press("b-1")
	require.NoError(t, r.Press(p))
	id := alerting.IncidentID(p.From, p.ID)
	broken.Store(true)

	_, err := r.Add(t.Context(), addition(id, alerting.EventNotice))
	require.ErrorIs(t, err, alerting.ErrUnavailable)
	assert.Zero(t, heard.Load(), "nobody hears of it")

	counted, err := r.Add(t.Context(), addition(id, alerting.EventCounted))
	require.NoError(t, err, "a head count goes on without the disk")
	assert.False(t, counted.Stored)
	assert.EqualValues(t, 1, heard.Load())
}

func TestWhatIsRefusedOrNothingAddsNothing(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	id := alerting.IncidentID(p.From, p.ID)
	a := addition(id, alerting.EventNotice)
	a.Decide = func(alerting.Incident, []alerting.Event, time.Time) (*alerting.Beside, error) {
		return nil, alerting.ErrConflict
	}
	_, err := r.Add(t.Context(), a)
	require.ErrorIs(t, err, alerting.ErrConflict)
	a.Decide = func(alerting.Incident, []alerting.Event, time.Time) (*alerting.Beside, error) { return nil, nil }
	_, err = r.Add(t.Context(), a)
	require.NoError(t, err)
	a.Decide = func(alerting.Incident, []alerting.Event, time.Time) (*alerting.Beside, error) {
		return &alerting.Beside{Payload: make(json.RawMessage, alerting.MaxBeside+1)}, nil
	}
	_, err = r.Add(t.Context(), a)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	a.Incident = "nowhere"
	_, err = r.Add(t.Context(), a)
	require.ErrorIs(t, err, alerting.ErrNotFound)
	events, err := r.journal.Besides(t.Context(), time.Time{})
	require.NoError(t, err)
	assert.Empty(t, events)
}
