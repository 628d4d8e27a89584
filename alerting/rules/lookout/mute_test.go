package lookout_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/rules"
)

func aMute(id string, during time.Duration) rules.Mute {
	now := time.Now()
	return rules.Mute{ID: id, School: "ziwei", Device: "g-1", Rule: "G1", By: "officer", Reason: "a lorry unloads", From: now, Until: now.Add(during)}
}

// A mute holds for its time, over a restart too, and ends by itself.
func TestAMuteEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		stop := r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		_, err := r.Mute(t.Context(), aMute("1", 10*time.Minute))
		require.NoError(t, err)
		r.tell("open", 1)
		pass(4 * time.Minute)
		stop()
		r = newRigOn(t, "", r.desk, r.disk)
		r.start(t)
		synctest.Wait()
		assert.Len(t, r.Held("ziwei", time.Now()), 1)
		assert.Empty(t, r.Held("yucai", time.Now()))
		pass(6*time.Minute - time.Second)
		assert.Empty(t, r.desk.heard())
		pass(29 * time.Second)
		assert.Empty(t, r.desk.heard(), "it must hold for its whole time")
		pass(3 * time.Second)
		assert.Equal(t, []string{opened}, r.desk.heard())
		assert.Empty(t, r.Held("ziwei", time.Now()))
	})
}

func TestAMuteIsLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		first, err := r.Mute(t.Context(), aMute("1", time.Hour))
		require.NoError(t, err)
		r.tell("open", 1)
		pass(time.Minute)
		again, err := r.Mute(t.Context(), aMute("1", 2*time.Hour))
		require.NoError(t, err)
		assert.Equal(t, first, again, "the same id is the same mute")
		require.NoError(t, r.Lift(t.Context(), "ziwei", "1", "deputy", time.Now()))
		require.ErrorIs(t, r.Lift(t.Context(), "ziwei", "1", "deputy", time.Now()), alerting.ErrNotFound)
		pass(45 * time.Second)
		assert.Equal(t, []string{opened}, r.desk.heard())
		all, err := r.Mutes(t.Context(), "ziwei")
		require.NoError(t, err)
		require.Len(t, all, 1)
		assert.Equal(t, "officer deputy", all[0].By+" "+all[0].LiftedBy)
	})
}

func TestWhatIsNotStoredIsNotMuted(t *testing.T) {
	r := newRig(t, "")
	r.disk.broken = true
	_, err := r.Mute(t.Context(), aMute("1", time.Hour))
	require.ErrorIs(t, err, alerting.ErrUnavailable)
	assert.Empty(t, r.Held("ziwei", time.Now()))
	_, err = r.Mutes(t.Context(), "ziwei")
	require.ErrorIs(t, err, alerting.ErrUnavailable)
}

func TestMutesAreOfGatesAndNotTooMany(t *testing.T) {
	r := newRig(t, "")
	button := aMute("1", time.Hour)
	button.Device = "b-1"
	_, err := r.Mute(t.Context(), button)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	require.ErrorContains(t, err, "b-1 is no gate")
	for n := range 64 {
		_, err := r.Mute(t.Context(), aMute(fmt.Sprint(n), time.Hour))
		require.NoError(t, err)
	}
	_, err = r.Mute(t.Context(), aMute("more", time.Hour))
	require.ErrorIs(t, err, alerting.ErrConflict)
}
