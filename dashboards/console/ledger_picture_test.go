package console

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

func english(t *testing.T) *page {
	t.Helper()
	return &page{words: catalogues(t)["en"], people: people.New(people.Lists{}), now: time.Now()}
}

// of are the x of the stamps of a line, by what they say.
func (d drawn) of(t *testing.T) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for _, s := range d.Stamps {
		x, err := strconv.ParseFloat(s.X, 64)
		require.NoError(t, err)
		out[s.Of] = x
	}
	return out
}

func TestADeliveryIsDrawnAgainstItsTargetAndLimit(t *testing.T) {
	p := english(t)
	at := func(d time.Duration) *time.Time { m := p.now.Add(d); return &m }
	leg := alerting.Leg{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT, Budget: 500 * time.Millisecond, Limit: 2 * time.Second}
	c := card{page: p, Incident: alerting.Incident{Plan: alerting.Plan{Legs: []alerting.Leg{leg}}}}
	d := alerting.Delivery{
		Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT, State: alerting.Read, PlannedAt: p.now,
		HandedAt: at(time.Millisecond), ReceivedAt: at(99 * time.Millisecond), ReadAt: at(9999 * time.Millisecond),
		Origin: &alerting.Origin{Wait: time.Millisecond},
	}
	got := c.draw(d)
	x := got.of(t)
	assert.InDelta(t, drawnAt(2*time.Millisecond), x["handed"], 0.1, "from when the hub had read the press, as the target counts")
	assert.InDelta(t, drawnAt(100*time.Millisecond), x["received"], 0.1)
	assert.InDelta(t, drawnAt(10*time.Second), x["read"], 0.1)
	classes := map[string]string{}
	for _, l := range got.Lines {
		classes[l.Class] = l.D
	}
	assert.Contains(t, classes["budget"], "M"+unit(drawnAt(500*time.Millisecond))+" ")
	assert.Contains(t, classes["limit"], "M"+unit(drawnAt(2*time.Second))+" ")
	assert.Contains(t, classes, "came")

	c.Plan.Legs[0].Handing = 200 * time.Millisecond
	var targets []string
	for _, l := range c.draw(d).Lines {
		if l.Class == "budget" {
			targets = append(targets, strings.Fields(l.D)[0])
		}
	}
	assert.Equal(t, []string{"M" + unit(drawnAt(200*time.Millisecond)), "M" + unit(drawnAt(500*time.Millisecond))}, targets, "one for each stage that has its own")

	d.State, d.HandedAt, d.ReceivedAt, d.ReadAt = alerting.Failed, nil, nil, nil
	got = c.draw(d)
	assert.Contains(t, got.of(t), "failed", "a failure has a shape of its own")
	for _, l := range got.Lines {
		assert.NotEqual(t, "came", l.Class, "and no line that says that something came")
	}
	assert.InDelta(t, drawnAt(drawnTo), drawnAt(time.Hour), 0.1, "what is off the scale stands at its end")
}

func TestManyDeliveriesAreSummedByAudience(t *testing.T) {
	c := card{page: english(t)}
	var all []alerting.Delivery
	for n := range 40 {
		d := alerting.Delivery{Number: 7, Audience: alerting.School, Recipient: fmt.Sprintf("r-%02d", n), State: alerting.Received}
		switch {
		case n < 3:
			d.Audience, d.State = alerting.Police, alerting.Failed
		case n < 5:
			d.Missed = alerting.MissedTarget
		case n < 10:
			d.State = alerting.Handed
		}
		all = append(all, d)
	}
	u := c.update(7, true, all)
	require.Len(t, u.Rows, 40)
	assert.Equal(t, []sum{{"police: 0 of 3 received, 3 not delivered", true}, {"school: 32 of 37 received, 5 handed over, 2 late", true}}, u.Sums)
	all[0].State = alerting.Received
	for _, row := range c.update(7, true, all).Rows[:3] {
		assert.Contains(t, []string{"r-00", "r-01", "r-02"}, row.Recipient)
	}
	assert.Equal(t, "r-00", c.update(7, true, all).Rows[0].Recipient, "no row changes its place with its state")
}

func TestALongTimelineIsPartedAtItsPresses(t *testing.T) {
	p := english(t)
	var i alerting.Incident
	add := func(event alerting.EventType, n int) {
		for range n {
			i.Timeline = append(i.Timeline, alerting.Entry{At: p.now, Event: event})
		}
	}
	rounds := func() []pressRound {
		return newRounds(p, i, make([]entry, len(i.Timeline)))
	}
	add(alerting.EventOpened, 1)
	i.Presses = make([]alerting.PressRecord, 1)
	add(alerting.EventNoted, 5)
	require.Len(t, rounds(), 1)
	assert.False(t, rounds()[0].Fold, "few entries stand open")
	add(alerting.EventPressed, 3)
	add(alerting.EventNoted, 5)
	got := rounds()
	require.Len(t, got, 2, "presses in a row are one round")
	assert.True(t, got[0].Fold && got[1].Fold)
	assert.False(t, got[0].Open)
	assert.True(t, got[1].Open, "the latest stands open")
	assert.Len(t, got[1].Entries, 8)
	add(alerting.EventNoted, 40)
	got = rounds()
	require.Len(t, got, 3)
	assert.False(t, got[1].Open)
	assert.Len(t, got[2].Entries, entriesUnfolded, "of a long round the latest")
	all := 0
	for _, r := range got {
		all += len(r.Entries)
	}
	assert.Equal(t, len(i.Timeline), all, "and nothing is left out")
}
