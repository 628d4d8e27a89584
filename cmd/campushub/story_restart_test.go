package main

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// clockTimes are the times of day that a line names, by the school's clock.
func clockTimes(t *testing.T, line string, near time.Time) (out []time.Time) {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	for _, s := range regexp.MustCompile(`\d\d:\d\d:\d\d`).FindAllString(line, -1) {
		at, err := time.ParseInLocation(time.DateOnly+" "+time.TimeOnly, near.In(zone).Format(time.DateOnly)+" "+s, zone)
		require.NoError(t, err)
		if at.Sub(near) > 12*time.Hour {
			at = at.AddDate(0, 0, -1) // midnight lies between them
		}
		out = append(out, at)
	}
	return out
}

// The hub's process is killed under an open board, fingers go on pressing, and it
// comes back: the board, which nobody loads again, has each incident and each
// press once, and says from when to when it was away, and what came meanwhile.
func TestStoryOfAHubThatIsKilledUnderABoard(t *testing.T) {
	const beats = 3 * time.Second // what the hub last said may be as old
	s := tell(t)
	b := s.sits("liaison")
	b.run(`window.loadedOnce = true`)
	require.NoError(t, s.school.Press("b-1"))
	s.light("b-1", devices.IndicatorStored)
	b.await(cards(1), "from before")

	killed := time.Now()
	s.kill()
	b.await(`!document.getElementById("lost").hidden`, "the page says that it lost the hub")
	for _, button := range []string{"b-1", "b-2", "b-3"} { // the first for the second time: its finger has long been off it
		require.NoError(t, s.school.Press(button))
	}
	line := seen[string](b, `document.querySelector("#lost strong").textContent`)
	since := clockTimes(t, line, killed)
	require.Len(t, since, 1, line)
	assert.WithinRange(t, since[0], killed.Add(-beats-time.Second), time.Now(), "since when")
	b.await(`document.querySelector("#link.lost") !== null && document.getElementById("lost").getBoundingClientRect().width >= innerWidth - 20`, "over the whole width")
	assert.Equal(t, 1, seen[int](b, `document.querySelectorAll("#groups .card").length`), "what it knew stands there still")

	back := time.Now()
	s.start()
	for _, button := range []string{"b-1", "b-2", "b-3"} {
		s.light(button, devices.IndicatorStored)
	}
	b.await(`document.getElementById("lost").hidden && `+cards(3), "it comes back by itself, with what came")
	b.await(`document.querySelector("#groups").textContent.includes("共按 2 次")`, "and with the second press of the first")
	b.await(`document.querySelectorAll("#groups [data-came]").length === 3`, "what came meanwhile is marked")
	assert.True(t, seen[bool](b, `window.loadedOnce === true`), "nobody has loaded the page again")
	band := seen[string](b, `document.getElementById("away").hidden ? "" : document.querySelector("#away span").textContent`)
	assert.Contains(t, band, "期间有 3 起新增或更新")
	away := clockTimes(t, band, back)
	require.Len(t, away, 2, band)
	assert.Equal(t, since[0], away[0], "since when, as it said before")
	assert.WithinRange(t, away[1], back.Add(-time.Second), time.Now(), "until when")

	stored := map[string]int{}
	for _, i := range s.asks("liaison").incidents(t) {
		stored[i.ID] = i.PressCount
	}
	shown := seen[[]string](b, `[...document.querySelectorAll("#groups .card")].map((c) => c.dataset.incident)`)
	assert.Len(t, stored, 3)
	for _, id := range shown {
		assert.Contains(t, stored, id, "nothing that is not so")
		delete(stored, id)
	}
	assert.Empty(t, stored, "nothing missed, nothing twice")
	presses := 0
	for _, i := range s.asks("liaison").incidents(t) {
		presses += i.PressCount
	}
	assert.Equal(t, 4, presses, "each finger counts once")
}
