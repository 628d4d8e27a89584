package notice_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

// speaking is a school that lets the hub send the first holding text.
func speaking() *people.Directory {
	d := directory()
	var schools []people.School
	for _, s := range d.Schools() {
		s.Holding = people.Holding{After: 10 * time.Minute, Countdown: 2 * time.Minute}
		schools = append(schools, s)
	}
	return people.New(people.Lists{Schools: schools, Devices: d.Devices()})
}

func TestTheHubSpeaksWhenNobodyElseHas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) {
		r := startFor(t, path, speaking())
		defer r.stop()
		i := r.raise(school, "crowd")
		time.Sleep(8*time.Minute + 2*time.Second)
		g := r.gate(i)
		require.NotNil(t, g.State.Draft, "the countdown is shown")
		assert.False(t, g.HoldingAt.IsZero())
		assert.Empty(t, r.Sent([]string{school}, 1))
		time.Sleep(2*time.Minute + 2*time.Second)
		require.Len(t, r.Sent([]string{school}, 9), 1)
		assert.Contains(t, r.Sent([]string{school}, 1)[0].Text.ZH, "第1号")
	})
}

func TestAHeldCountdownSendsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) {
		r := startFor(t, path, speaking())
		defer r.stop()
		i := r.raise(school, "crowd")
		time.Sleep(9 * time.Minute)
		r.do(i, plain, release.VerbHold)
		time.Sleep(time.Hour)
		assert.Empty(t, r.Sent([]string{school}, 1))
	})
}

func TestApprovalsForSeveralSchoolsLapse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) {
		r := start(t, path)
		defer r.stop()
		i := r.raise(school, "crowd")
		r.do(i, plain, release.VerbDraft, with(soon(release.Holding), school, other))
		r.do(i, head, release.VerbApprove)
		require.Len(t, r.gate(i).State.Draft.Approvals, 1)
		time.Sleep(release.ConfirmWithin + 3*time.Second)
		assert.Empty(t, r.gate(i).State.Draft.Approvals)
	})
}
