package watch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

func TestWhoeverStandsAtAPlaceIsKnownToAnAlarmThere(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.until("07:05:00")
		assert.Empty(t, r.OnPost(school, "south-gate"), "nobody knows: there is no roster")
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:10:00")
		assert.Empty(t, r.OnPost(school, "south-gate"), "no shift runs yet, and nobody has come early")
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		synctest.Wait()
		assert.Equal(t, alerting.Text{ZH: "教职工1人", EN: "teacher 1"}, r.OnPost(school, "south-gate"))
		assert.Empty(t, r.There(school, "south-gate", time.Now()), "no guard is there")
		require.NoError(t, r.CheckIn(card("04a1b2c3")))
		r.until("07:25:00")
		assert.Equal(t, alerting.Text{ZH: "保安员1人、教职工1人", EN: "school guard 1, teacher 1"}, r.OnPost(school, "south-gate"))
		assert.Equal(t, []policy.Named{{Duty: people.DutyRostered}}, r.There(school, "south-gate", time.Now()), "the guard, and no teacher")
		assert.Empty(t, r.There(school, "library", time.Now()))
		assert.Empty(t, r.There("elsewhere", "south-gate", time.Now()))
		assert.Empty(t, r.OnPost(school, "library"), "no post is there")
		assert.Empty(t, r.OnPost("elsewhere", "south-gate"))
		r.stop()

		r = start(t, dir)
		defer r.stop()
		time.Sleep(time.Second)
		assert.Equal(t, "school guard 1, teacher 1", r.OnPost(school, "south-gate").EN, "also after a restart")
		r.until("09:00:00")
		assert.Empty(t, r.OnPost(school, "south-gate"), "the shift is over")
		assert.Empty(t, r.There(school, "south-gate", time.Now()))
	})
}

func TestNobodyAtAPostThatShouldBeMannedIsSaid(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:21:00")
		assert.Equal(t, alerting.Text{ZH: "无人", EN: "nobody"}, r.OnPost(school, "south-gate"))
	})
}
