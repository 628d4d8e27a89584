package engine_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
)

func aReport() alerting.Report {
	return alerting.Report{
		ID: uuid.NewString(), School: school, Kind: "attack", Mode: devices.Live, By: guard, At: time.Now(),
		Place: alerting.Place{ID: "field", Name: alerting.Text{ZH: "操场", EN: "Field"}},
	}
}

func TestAPhoneIsAButton(t *testing.T) {
	r := start(t, "", nil)
	p := aReport()

	i, err := r.Raise(t.Context(), p)

	require.NoError(t, err)
	assert.Equal(t, p.Incident(), i.ID)
	assert.True(t, i.Stored)
	assert.True(t, i.Presses[0].ReceivedAt.Equal(p.At), "this call opened it")
	assert.Equal(t, "field", r.next("desk-1").Place.ID)
	r.recipients()

	again := p
	again.At = p.At.Add(time.Second)
	same, err := r.Raise(t.Context(), again)
	require.NoError(t, err)
	assert.Equal(t, i.ID, same.ID)
	assert.Equal(t, i.Number, same.Number)
	assert.False(t, same.Presses[0].ReceivedAt.Equal(again.At), "this one did not")
	assert.NotContains(t, r.recipients(), "desk-1", "the same alarm is told once")

	stolen := p
	stolen.By = officer
	_, err = r.Raise(t.Context(), stolen)
	require.ErrorIs(t, err, alerting.ErrConflict)
	drill := aReport()
	drill.Mode = devices.Drill
	_, err = r.Raise(t.Context(), drill)
	require.ErrorIs(t, err, alerting.ErrInvalid)

	_, err = r.do(liaison, i.ID, alerting.VerbResolve)
	require.NoError(t, err, "there is no button to reset")
}

func TestAPhonesAlarmIsTheSameAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	open, closed := aReport(), aReport()
	i, err := r.Raise(t.Context(), open)
	require.NoError(t, err)
	j, err := r.Raise(t.Context(), closed)
	require.NoError(t, err)
	_, err = r.do(liaison, j.ID, alerting.VerbResolve)
	require.NoError(t, err)
	r.stop()

	r = start(t, path, nil)
	same, err := r.Raise(t.Context(), open)
	require.NoError(t, err)
	assert.Equal(t, i.ID, same.ID)
	assert.Equal(t, 1, same.PressCount)
	over, err := r.Raise(t.Context(), closed)
	require.NoError(t, err)
	assert.Equal(t, j.ID, over.ID)
	assert.True(t, over.Resolved(), "a closed one does not open again")
}

func TestAPhonesAlarmIsToldThoughTheDiskIsGone(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	r := start(t, "", func(s journal.Stage) error {
		if broken.Load() && (s == journal.StageCommit || s == journal.StageOpen) {
			return errDisk
		}
		return nil
	})
	p := aReport()

	i, err := r.Raise(t.Context(), p)

	require.NoError(t, err, "the alarm has gone out")
	assert.False(t, i.Stored, "and is not on disk")
	assert.Equal(t, p.Incident(), r.next("desk-1").Incident)
	broken.Store(false)
	require.Eventually(t, func() bool {
		i, err := r.Raise(t.Context(), p)
		return err == nil && i.Stored
	}, 20*time.Second, 50*time.Millisecond)
}

func TestAPhonesAlarmWaitsForASlowDiskNoLongerThanTheLimit(t *testing.T) {
	hold := make(chan struct{})
	r := start(t, "", func(s journal.Stage) error {
		if s == journal.StageCommit {
			<-hold
		}
		return nil
	})
	began := time.Now()
	i, err := r.Raise(t.Context(), aReport())
	close(hold)
	require.NoError(t, err)
	assert.False(t, i.Stored)
	assert.GreaterOrEqual(t, time.Since(began), engine.CommitLimit)
}
