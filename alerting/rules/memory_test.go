package rules

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/devices"
)

// restarted replays a recording on a hub that begins anew behind each of its
// first lines and behind every few of a long one.
func restarted(t *testing.T, r *Recording) []Change {
	t.Helper()
	p := replay{r: r, points: map[string]*Point{}, due: map[string]time.Time{}, posts: map[string]Post{}}
	start := r.lines[0].at
	for _, g := range r.Set.Gates() {
		p.point(g.Device, start)
	}
	p.points[""], p.due[""] = r.Set.NewCounters(), start
	p.names = append(p.names, "")
	for n, l := range r.lines {
		p.pass(l.at)
		p.take(l)
		if n > 50 && n%31 != 0 {
			continue
		}
		for _, name := range p.names {
			lost := p.points[name].lost // supervision knows it over a restart
			p.points[name] = recalled(t, p.points[name], l.at, l.at)
			p.points[name].lost = lost
		}
	}
	p.pass(r.Until)
	return p.out
}

// recalled is a gate as it is after a restart.
func recalled(t *testing.T, p *Point, until, now time.Time) *Point {
	t.Helper()
	raw, err := json.Marshal(p.Memory())
	require.NoError(t, err)
	assert.Less(t, len(raw), 16<<10, "what is kept of a gate is bounded")
	var m Memory
	require.NoError(t, json.Unmarshal(raw, &m))
	out := p.set.point(p.gate)
	out.Recall(m, until, now)
	return out
}

// Whenever the hub is restarted, the rules find what they would have found.
func TestARestartBehindAnyReadingChangesNothing(t *testing.T) {
	files, err := filepath.Glob("testdata/recordings/*.yaml")
	require.NoError(t, err)
	require.Greater(t, len(files), 30)
	for n, file := range files {
		if n%OneIn != 0 {
			continue
		}
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		r, faults := ReadRecording(data)
		require.Empty(t, faults, file)
		missing, extra := r.Differ(restarted(t, r))
		assert.Empty(t, missing, file)
		assert.Empty(t, extra, file)
	}
}

var (
	atSchool = Clock{Calendar: calendar.Default(), Zone: time.UTC}
	evening  = time.Date(2026, 9, 1, 20, 0, 0, 0, time.UTC)
)

// After a time without a hub nothing is taken for unbroken, and what stands
// still stands.
func TestALongAbsenceBreaksWhatMustNotBeBroken(t *testing.T) {
	for _, c := range []struct {
		name  string
		away  time.Duration
		whole bool
	}{
		{"a restart", 5 * time.Second, true},
		{"the longest", Unbroken, true},
		{"longer", Unbroken + time.Second, false},
		{"a clock that was set back", -time.Minute, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Default().NewPoint("g-1")
			p.Read(devices.Reading{ReceivedAt: evening, Values: map[string]float64{"open": 0, "passages_in": 9}}, atSchool)
			p.Read(devices.Reading{ReceivedAt: evening.Add(time.Second), Values: map[string]float64{"open": 1}}, atSchool)
			p.Step(atSchool, Post{}, evening.Add(time.Second))
			until := evening.Add(20 * time.Second)
			now := until.Add(c.away)
			q := recalled(t, p, until, now)
			for _, ph := range q.phases {
				assert.False(t, ph.pending.After(now))
			}
			assert.Equal(t, c.whole, !q.track.watched.IsZero())
			assert.Equal(t, !c.whole, q.track.today.broken)
			assert.True(t, q.track.open, "the contact is as it was last said")
			assert.False(t, q.track.seen.After(now), "or no later reading would count")
			changes := q.Step(atSchool, Post{}, now.Add(15*time.Second))
			assert.Equal(t, c.whole, len(changes) == 1, "%v", changes)
		})
	}
}

func TestWhatStandsStandsAfterAnyAbsence(t *testing.T) {
	p := Default().NewPoint("g-1")
	p.Read(devices.Reading{ReceivedAt: evening, Values: map[string]float64{"open": 1}}, atSchool)
	p.Step(atSchool, Post{}, evening)
	require.Len(t, p.Step(atSchool, Post{}, evening.Add(31*time.Second)), 1)
	later := evening.Add(30 * time.Hour)
	q := recalled(t, p, evening.Add(time.Minute), later)
	require.Len(t, q.Standing(), 1)
	assert.Equal(t, "G1", q.Standing()[0].ID)
}

// Nothing that a broken record says makes a gate grow, or stops it.
func TestARecordThatIsNoneIsBounded(t *testing.T) {
	m := Memory{Seen: evening.Add(time.Hour), Entered: []Bucket{{-1, 5}, {1 << 60, 5}}, Values: map[string]float64{}}
	for i := range 1000 {
		m.Known = append(m.Known, string(rune('a'+i)))
		m.Values[m.Known[i]] = 1
		m.Contact.Changes = append(m.Contact.Changes, evening)
		m.Entered = append(m.Entered, Bucket{int64(i), -3})
	}
	p := Default().NewPoint("g-1")
	p.Recall(m, evening, evening)
	assert.LessOrEqual(t, len(p.track.values), mostValues)
	assert.LessOrEqual(t, len(p.track.changes), mostChanges)
	assert.Zero(t, p.track.entered.within(buckets*bucket, evening))
	p.Step(atSchool, Post{}, evening)
	assert.True(t, p.Next(atSchool, evening).After(evening))
}

func TestAGateIsWrittenDownOnlyWhenItHasChanged(t *testing.T) {
	p := Default().NewPoint("g-1")
	p.Read(devices.Reading{ReceivedAt: evening, Values: map[string]float64{"open": 1}}, atSchool)
	assert.True(t, p.Fresh())
	p.Memory()
	assert.False(t, p.Fresh())
	p.Step(atSchool, Post{}, evening)
	assert.True(t, p.Fresh(), "a rule has begun to wait")
	p.Memory()
	p.Step(atSchool, Post{}, evening.Add(time.Second))
	assert.False(t, p.Fresh())
}
