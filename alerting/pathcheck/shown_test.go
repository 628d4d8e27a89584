package pathcheck

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// console is a school whose police have a page and no terminal.
func (r *rig) console(open bool) {
	r.set(func() { r.pageOnly, r.open = true, open })
	r.dir.Store(people.New(people.Lists{
		Schools:  []people.School{{ID: "s"}},
		Accounts: []people.Account{{Name: "desk", Role: alerting.RoleLiaison, Schools: []string{"s"}}, {Name: "office", Role: alerting.RoleOfficer, Schools: []string{"s"}}},
	}))
}

func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// Where the police have a page alone, the page that shows a check proves it.
func TestAPageThatIsLookedAtProvesTheWay(t *testing.T) {
	story(t, func(t *testing.T, r *rig) {
		r.console(true)
		wait(2 * time.Minute)
		require.NotNil(t, r.status().Last)
		assert.False(t, r.status().Proven(time.Now()))
		r.Shown("s", "of another minute", "desk", time.Now())
		synctest.Wait()
		assert.False(t, r.status().Proven(time.Now()))

		r.Shown("s", r.status().Last.ID, "desk", time.Now())
		synctest.Wait()
		assert.True(t, r.status().Proven(time.Now()))
		assert.Empty(t, r.status().Missing())
		leg := r.status().Last.Legs[0]
		assert.Equal(t, alerting.LegKey{Audience: alerting.Police, Recipient: "desk", Channel: alerting.ChannelConsole}, leg.LegKey)
		assert.Positive(t, r.status().Took, "from the press to the page")
		before := r.status().ProvenAt
		wait(time.Second)
		r.Shown("s", r.status().Last.ID, "desk", time.Now())
		synctest.Wait()
		assert.Equal(t, before, r.status().ProvenAt, "once")
	})
}

// Nobody of the police looks: the way is not proven, and that is no fault of
// the hub. Somebody has a page open that shows nothing: it is.
func TestThatNobodyLooksIsNoFaultOfTheHub(t *testing.T) {
	for _, c := range []struct {
		open, cut bool
		raised    int
	}{{false, false, 0}, {true, false, 1}, {false, true, 1}} {
		story(t, func(t *testing.T, r *rig) {
			r.console(c.open)
			r.set(func() { r.cut = c.cut })
			wait(5 * time.Minute)
			assert.False(t, r.status().Proven(time.Now()))
			assert.False(t, r.status().Waiting(time.Now()), "and it is said")
			r.set(func() { assert.Equal(t, c.raised, r.raised, "%+v", c) })
		})
	}
}

// Where the police have a terminal a page proves nothing: it is the terminal's
// way that is in doubt.
func TestAPageProvesNothingBesideATerminal(t *testing.T) {
	story(t, func(t *testing.T, r *rig) {
		r.set(func() { r.failing = true })
		wait(5 * time.Minute)
		r.Shown("s", r.status().Last.ID, "desk", time.Now())
		synctest.Wait()
		assert.False(t, r.status().Proven(time.Now()))
		r.set(func() { assert.Equal(t, 1, r.raised) })
	})
}
