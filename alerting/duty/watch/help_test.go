package watch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/devices"
)

var (
	zhao = alerting.Actor{Name: "guard", Role: alerting.RoleGuard}
	qian = alerting.Actor{Name: "staff", Role: alerting.RoleStaff}
)

// called has both check in at the south gate and calls the roll.
func (r *rig) called(id string) {
	r.t.Helper()
	r.roster(owes(r.t, "zhao", duty.Guard), owes(r.t, "qian", duty.Teacher))
	r.until("07:15:00")
	require.NoError(r.t, r.CheckIn(card("04a1b2c3")))
	require.NoError(r.t, r.CheckIn(card("04a1b2c4")))
	synctest.Wait()
	require.NoError(r.t, r.Call(r.t.Context(), school, id, "officer"))
}

func TestWhoeverNeedsHelpInARollCallRaisesAnAlarmFromTheirPost(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.called("c-1")
		require.NoError(t, r.Reply(t.Context(), school, "c-1", qian, false))
		assert.Empty(t, r.open(), "all is well there")
		require.NoError(t, r.Reply(t.Context(), school, "c-1", zhao, true))
		require.Equal(t, []string{"emergency critical"}, r.open())
		i := r.engine.Unresolved()[0]
		assert.Equal(t, "south-gate", i.Place.ID)
		assert.Equal(t, devices.Live, i.Mode)
		assert.False(t, i.Silent)
		require.NoError(t, r.Reply(t.Context(), school, "c-1", zhao, true))
		assert.Len(t, r.open(), 1, "the same answer is the same alarm")
		r.stop()

		r = start(t, dir)
		defer r.stop()
		require.NoError(t, r.Reply(t.Context(), school, "c-1", zhao, true))
		require.Equal(t, []string{"emergency critical"}, r.open(), "also after a restart")
		assert.Equal(t, i.ID, r.engine.Unresolved()[0].ID)
		require.NoError(t, r.Reply(t.Context(), school, "c-1", qian, true))
		assert.Len(t, r.open(), 2, "whoever stands at a post may ask, also who raises nothing by hand, and also later")
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		time.Sleep(time.Hour)
		assert.Len(t, r.open(), 2, "people close it, and nothing else")
	})
}

func TestNobodyRaisesAnAlarmByARollCallThatDoesNotAskThem(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.called("c-1")
		stranger := alerting.Actor{Name: "volunteer", Role: alerting.RoleVolunteer}
		require.ErrorIs(t, r.Reply(t.Context(), school, "c-1", stranger, true), alerting.ErrForbidden)
		require.ErrorIs(t, r.Reply(t.Context(), school, "c-2", zhao, true), alerting.ErrNotFound)
		require.ErrorIs(t, r.Reply(t.Context(), "elsewhere", "c-1", zhao, true), alerting.ErrNotFound)
		assert.Empty(t, r.open())
	})
}

func TestHelpIsSilentWhileTheSchoolHasASilentIncident(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.called("c-1")
		_, err := r.engine.Raise(t.Context(), alerting.Report{
			ID: "1", School: school, Kind: "attack", Mode: devices.Live, Silent: true, By: zhao, At: time.Now(),
		})
		require.NoError(t, err)
		require.NoError(t, r.Reply(t.Context(), school, "c-1", qian, true))
		require.Equal(t, []string{"attack critical", "emergency critical"}, r.open())
		for _, i := range r.engine.Unresolved() {
			assert.True(t, i.Silent, i.Kind)
		}
	})
}

// Help that was asked for does not wait for a watch that is stuck on its disk.
func TestHelpIsRaisedAlthoughTheWatchTakesNoOrders(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.called("c-1")
		r.halt()
		require.ErrorIs(t, r.Reply(t.Context(), school, "c-1", zhao, true), alerting.ErrUnavailable)
		assert.Equal(t, []string{"emergency critical"}, r.open(), "raised, and the answer is to be said again")
	})
}
