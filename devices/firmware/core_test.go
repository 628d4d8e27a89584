package firmware

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware/debounce"
)

var noon = time.Date(2026, time.September, 1, 12, 0, 0, 0, time.UTC)

func TestLightsDifferInRhythm(t *testing.T) {
	const tick = 50 * time.Millisecond
	for indicator, want := range map[devices.Indicator]string{
		devices.IndicatorIdle:         "........................................",
		devices.IndicatorSent:         "##..##..##..##..##..##..##..##..##..##..",
		devices.IndicatorStored:       "##########..........##########..........",
		devices.IndicatorAcknowledged: "########################################",
		devices.IndicatorFailed:       "##...##.............##...##.............",
	} {
		got := ""
		for i := range len(want) {
			if on, _ := lit(indicator, noon, noon.Add(time.Duration(i)*tick)); on {
				got += "#"
			} else {
				got += "."
			}
		}
		assert.Equal(t, want, got, indicator)
	}
}

func TestLitSaysWhenItChanges(t *testing.T) {
	for _, i := range []devices.Indicator{devices.IndicatorSent, devices.IndicatorStored, devices.IndicatorFailed} {
		at := noon
		for range 20 {
			on, next := lit(i, noon, at)
			require.True(t, next.After(at))
			before, _ := lit(i, noon, next.Add(-1))
			after, _ := lit(i, noon, next)
			assert.Equal(t, on, before, "%s at %s", i, at.Sub(noon))
			assert.NotEqual(t, on, after, "%s at %s", i, next.Sub(noon))
			at = next
		}
	}
}

func TestFullOutboxRefusesTheNewest(t *testing.T) {
	var o outbox
	for i := range MaxPresses {
		require.True(t, o.add(Press{ID: fmt.Sprint(i)}, noon))
	}
	assert.False(t, o.add(Press{ID: "late"}, noon))
	assert.Len(t, o.waiting, MaxPresses)
	assert.True(t, o.confirm("0"))
	assert.False(t, o.confirm("0"))
	assert.True(t, o.add(Press{ID: "late"}, noon))
}

func TestOutboxSendsAWindowAndTheNewest(t *testing.T) {
	var o outbox
	for i := range 100 {
		o.add(Press{ID: fmt.Sprint(i)}, noon)
	}
	sent := o.due(noon)
	require.Len(t, sent, window+1)
	for i, p := range sent[:window] {
		assert.Equal(t, fmt.Sprint(i), p.ID)
	}
	assert.Equal(t, "99", sent[window].ID)
	assert.Empty(t, o.due(noon), "each is sent once until its next attempt")
	assert.Equal(t, noon.Add(firstRetry), o.next())

	o.confirm("0")
	next := o.due(noon)
	require.Len(t, next, 1)
	assert.Equal(t, fmt.Sprint(window), next[0].ID, "a receipt makes room for the next")
}

func TestFullOutboxIsSaidByTheCore(t *testing.T) {
	n := 0
	b := newButtonCore(ButtonConfig{Identity: identity()}, func() string { n++; return fmt.Sprint(n) }, Kept{}, noon)
	at, refused := noon, 0
	for range MaxPresses + 2 {
		for _, closed := range []bool{true, false} {
			b.step(at, pinInput{closed: closed})
			at = at.Add(debounce.Rest)
			for _, e := range b.step(at, nil) {
				if _, ok := e.(dropEffect); ok {
					refused++
				}
			}
		}
	}
	assert.Equal(t, 2, refused)
	assert.Equal(t, MaxPresses, b.status().Waiting)
}

func TestCoreAsksForNoStepInThePast(t *testing.T) {
	b := newButtonCore(ButtonConfig{Identity: identity()}, func() string { return "1" }, Kept{Presses: []Press{{ID: "kept", PressedAt: noon.Add(-time.Hour)}}}, noon)
	at := noon
	inputs := []input{linkInput{up: true}, pinInput{closed: true}, nil, nil, pinInput{closed: false}, linkInput{}, nil}
	for i := range 2000 {
		b.step(at, inputs[i%len(inputs)])
		next := b.next(at)
		if next.IsZero() {
			next = at.Add(time.Second)
		}
		require.True(t, next.After(at), "step %d would spin", i)
		at = next
	}
}

func TestTrailKeepsWhatMayNotHaveArrived(t *testing.T) {
	say := func(s string) func(time.Duration) Message {
		return func(age time.Duration) Message { return Message{Topic: s, Payload: []byte(age.String())} }
	}
	tr := trail{limit: 3, hold: 16 * time.Second}
	for _, s := range []string{"a", "b", "c", "d"} {
		tr.add(report{at: noon, encode: say(s)})
	}
	assert.Equal(t, 1, tr.dropped, "the oldest yields")
	sent := func(now time.Time) (out []string) {
		for _, m := range tr.due(now) {
			out = append(out, m.Topic+" "+string(m.Payload))
		}
		return out
	}
	assert.Equal(t, []string{"b 1s", "c 1s", "d 1s"}, sent(noon.Add(time.Second)))
	assert.Empty(t, sent(noon.Add(2*time.Second)))

	tr.lost()
	assert.Equal(t, []string{"b 3s", "c 3s", "d 3s"}, sent(noon.Add(3*time.Second)))
	assert.Equal(t, noon.Add(19*time.Second), tr.next(noon.Add(3*time.Second)))
	assert.Empty(t, sent(noon.Add(19*time.Second)))
	tr.lost()
	assert.Empty(t, sent(noon.Add(20*time.Second)), "the connection outlived them")
	assert.Zero(t, tr.next(noon.Add(20*time.Second)))
}

func TestTrailLeavesTheLineFreeAfterAnOutage(t *testing.T) {
	tr := trail{limit: 100, hold: time.Minute}
	for range 100 {
		tr.add(report{at: noon, encode: func(time.Duration) Message { return Message{} }})
	}
	at, bursts := noon, []int{}
	for range 4 {
		bursts = append(bursts, len(tr.due(at)))
		at = tr.next(at)
	}
	assert.Equal(t, []int{32, 32, 32, 4}, bursts)
	assert.Equal(t, noon.Add(time.Minute), at, "then nothing until the first is surely there")
}
