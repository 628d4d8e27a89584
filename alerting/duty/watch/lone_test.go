package watch_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// gatehouse gives the school the post that is watched alone by night.
func gatehouse(t *testing.T, of *watch.School) {
	setup, faults := duty.ReadSetup(node(t, `
pattern: primary
posts:
  - {id: house, kind: gatehouse, place: south-gate, name: {zh: 门卫室, en: Gatehouse}}
`), "")
	require.Empty(t, faults)
	setup.School, setup.Seed = school, of.Setup.Seed
	of.Setup = setup
}

// alone has zhao check in alone for the night.
func (r *rig) alone() {
	r.t.Helper()
	r.reload(func(of *watch.School) { gatehouse(r.t, of) })
	r.roster(duty.Entry{ShiftKey: duty.ShiftKey{Date: monday(r.t), PostID: "house", Window: "night"}, Person: "zhao", Role: duty.Guard})
	r.until("18:55:00")
	c := card("04a1b2c3")
	c.Post = "house"
	require.NoError(r.t, r.CheckIn(c))
}

// again starts a watch on what another has stored.
func (r *rig) again() *rig {
	r.t.Helper()
	r.stop()
	next := startWith(r.t, r.dir, r.nudger)
	next.reload(func(of *watch.School) { gatehouse(r.t, of) })
	return next
}

// lone lists the open incidents of silence alone.
func (r *rig) lone() (out []string) {
	r.t.Helper()
	for _, i := range r.open() {
		if len(i) > 11 && i[:11] == string(duty.KindLoneWorker) {
			out = append(out, i[12:])
		}
	}
	return out
}

func (r *rig) unasked() []string {
	r.t.Helper()
	b, ok := r.Board(school, time.Now())
	require.True(r.t, ok)
	return b.Unasked
}

const alone = "guard: 请应答:一切正常请在“我的班次”选“一切正常”,或在岗位刷卡"

func TestALoneGuardIsAskedOnceAndTheirSilenceIsRaisedAlsoOverARestart(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.alone()
		r.until("22:59:59")
		assert.NotContains(t, r.nudger.all(), alone)
		assert.Empty(t, r.Asked(school, zhaoName, time.Now()))
		r.until("23:00:01")
		assert.Contains(t, r.nudger.all(), alone, "asked when it is due")
		require.Len(t, r.Asked(school, zhaoName, time.Now()), 1)
		said := len(r.nudger.all())
		r = r.again()
		r.until("23:00:59")
		assert.Empty(t, r.lone())
		r.until("23:01:10")
		assert.Equal(t, []string{"high"}, r.lone())
		r.until("23:02:10")
		assert.Equal(t, []string{"critical"}, r.lone())
		assert.Len(t, r.nudger.all(), said, "and asked once")
		all := r.engine.Unresolved()
		i := all[slices.IndexFunc(all, func(i alerting.Incident) bool { return i.Kind == duty.KindLoneWorker })]
		require.NoError(t, r.Well(t.Context(), school, "w-1", zhao.Name))
		r.until("23:02:20")
		assert.Empty(t, r.lone(), "answered")
		full, err := r.engine.Incident(t.Context(), i.ID)
		require.NoError(t, err)
		assert.True(t, full.Resolved())
		r = r.again()
		defer r.stop()
		r.until("23:58:00")
		assert.Empty(t, r.lone())
		assert.Empty(t, r.Asked(school, zhaoName, time.Now()), "the answer is on the disk")
	})
}

func TestALoneGuardWhoCannotBeAskedIsNotSilent(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{fails: errors.New("no way is known")})
		defer func() { r.stop() }()
		r.alone()
		r.until("23:00:59")
		assert.Empty(t, r.unasked(), "their page may yet show it")
		r.until("23:01:01")
		assert.Equal(t, []string{zhaoName}, r.unasked(), "the officer reads it")
		r.until("23:29:00")
		assert.Empty(t, r.lone())
		n := 0
		for _, m := range r.nudger.all() {
			if m == alone {
				n++
			}
		}
		assert.Equal(t, 3, n, "tried again every ten minutes")
		r = r.again()
		r.until("23:35:00")
		assert.Empty(t, r.lone(), "nor after a restart")
		assert.Equal(t, []string{zhaoName}, r.unasked())

		r.Shown(t.Context(), school, r.Asked(school, zhaoName, time.Now()))
		assert.Empty(t, r.unasked(), "their page asks, too")
		r = r.again()
		r.until("23:36:05")
		assert.Equal(t, []string{"high"}, r.lone(), "and from then on silence counts")
		held := card("04a1b2c3")
		held.ID, held.Post = "held once more", "house"
		require.NoError(t, r.CheckIn(held))
		r.until("23:36:10")
		assert.Empty(t, r.lone(), "a card is an answer")
	})
}

// A guard who came without a plan and is alone by night is asked, and their silence
// is raised, on a day for which the school has no roster too.
func TestAGuardWithoutAPlanWhoIsAloneIsAsked(t *testing.T) {
	for name, rostered := range map[string]bool{"of another who has not come": true, "without a roster": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, dir string) {
				r := start(t, dir)
				r.reload(func(of *watch.School) { gatehouse(t, of) })
				if rostered {
					r.roster(duty.Entry{ShiftKey: duty.ShiftKey{Date: monday(t), PostID: "house", Window: "night"}, Person: "feng", Role: duty.Guard})
				}
				r.until("20:00:00")
				c := card("04a1b2c3")
				c.Post = "house"
				require.NoError(t, r.CheckIn(c))
				r.until("22:59:00")
				assert.NotContains(t, r.nudger.all(), alone)
				r.until("23:00:01")
				assert.Contains(t, r.nudger.all(), alone)
				r = r.again()
				defer func() { r.stop() }()
				r.until("23:01:10")
				assert.Equal(t, []string{"high"}, r.lone())
				require.NoError(t, r.Well(t.Context(), school, "w-1", zhao.Name), "by their own page")
				r.until("23:01:20")
				assert.Empty(t, r.lone())
			})
		})
	}
}

func TestAWordOfLifeIsNoWayToCheckIn(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:25:00")
		require.ErrorIs(t, r.Well(t.Context(), school, "w-1", zhao.Name), alerting.ErrConflict)
		require.ErrorIs(t, r.Well(t.Context(), school, "w-1", "nobody"), alerting.ErrForbidden)
		require.NoError(t, r.CheckIn(card("04a1b2c3")))
		r.until("07:26:00")
		require.NoError(t, r.Well(t.Context(), school, "w-1", zhao.Name))
		require.NoError(t, r.Well(t.Context(), school, "w-1", zhao.Name), "the same word")
	})
}

func TestWhoCouldNotBeAskedByARollCallIsNotSilentAndIsToBeTelephoned(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{fails: errors.New("no way is known")})
		defer r.stop()
		r.called("c-1")
		r.Shown(t.Context(), school, r.Asked(school, zhaoName, time.Now()))
		r.until("07:15:10")
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, map[string]duty.Called{"zhao": duty.Asked, "qian": duty.Unreached}, b.Calls[0].People, "nobody says that qian was asked")
		assert.Empty(t, r.open(), "another way may still be found")
		r.until("07:16:05")
		require.Equal(t, []string{"lone-worker low"}, r.open())
		i := r.engine.Unresolved()[0]
		assert.Contains(t, i.Facts, alerting.FactUnreached)
		assert.NotContains(t, i.Device, "qian", "nobody is named beyond the school")
		r.until("07:18:10")
		assert.Equal(t, []string{"lone-worker high", "lone-worker low"}, r.open(), "zhao read it, and qian never did")
		b, _ = r.Board(school, time.Now())
		assert.Equal(t, map[string]duty.Called{"zhao": duty.Unanswered, "qian": duty.Unreached}, b.Calls[0].People)
		r.Shown(t.Context(), school, r.Asked(school, "qian", time.Now()))
		time.Sleep(2 * time.Second)
		assert.Equal(t, []string{"lone-worker high"}, r.open(), "it has reached qian")
	})
}

// One who answers ends nothing for another who is lost meanwhile.
func TestThatOneAnswersHidesNoOtherWhomARollCallCannotReach(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{fails: errors.New("no way is known")})
		defer r.stop()
		r.called("c-1")
		r.until("07:16:05")
		require.Equal(t, []string{"lone-worker low"}, r.open())
		require.NoError(t, r.Reply(t.Context(), school, "c-1", zhao, false))
		r.until("07:16:30")
		assert.Equal(t, []string{"lone-worker low"}, r.open(), "qian is lost still")
		require.NoError(t, r.Reply(t.Context(), school, "c-1", qian, false))
		r.until("07:16:40")
		assert.Equal(t, []string{"lone-worker low"}, r.open(), "another may be lost until both windows are over")
		r.until("07:18:10")
		assert.Empty(t, r.open())
	})
}

// zhaoName is zhao as the roster calls them.
const zhaoName = "zhao"
