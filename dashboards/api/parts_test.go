package api

import (
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestWaitsGrowAndStayBounded(t *testing.T) {
	b, now := newBackoff(), time.Now()
	o := origin{account: "a", from: "192.0.2.1"}
	var waits []time.Duration
	for range 12 {
		require.Zero(t, b.begin(o, now))
		again := b.begin(o, now)
		waits = append(waits, again)
		if again == 0 {
			b.forgiven(o) // the free ones
		}
		now = now.Add(again)
	}
	assert.Equal(t, longestWait, waits[len(waits)-1])
	assert.IsNonDecreasing(t, waits)
	b.succeeded(o)
	assert.Zero(t, b.begin(o, now))
	assert.Zero(t, b.begin(o, now), "success forgets")
}

func TestTryingDuringAWaitDoesNotLengthenIt(t *testing.T) {
	b, now := newBackoff(), time.Now()
	o := origin{account: "a", from: "192.0.2.1"}
	for range freeFailures + 1 {
		require.Zero(t, b.begin(o, now))
	}
	for range 100 {
		require.Positive(t, b.begin(o, now))
	}
	assert.Zero(t, b.begin(o, now.Add(firstWait)))
}

func TestFailuresAreForgottenAndTheTableIsBounded(t *testing.T) {
	b, now := newBackoff(), time.Now()
	first := origin{account: "first", from: "192.0.2.1"}
	for range freeFailures + 3 {
		b.begin(first, now)
		now = now.Add(time.Minute)
	}
	assert.Zero(t, b.begin(first, now.Add(forgetAfter+time.Minute)))
	for n := range maxOrigins + 10 {
		b.begin(origin{account: strconv.Itoa(n), from: "x"}, now)
	}
	assert.LessOrEqual(t, len(b.origins), maxOrigins)
}

func TestOneAddressDoesNotFillTheLine(t *testing.T) {
	b := newBackoff()
	for range maxPerAddress {
		require.True(t, b.enter("192.0.2.1"))
	}
	assert.False(t, b.enter("192.0.2.1"))
	assert.True(t, b.enter("192.0.2.2"))
	b.leave("192.0.2.1")
	assert.True(t, b.enter("192.0.2.1"))
}

// Whatever comes from many addresses, the line before the checks keeps room for
// browsers that are known.
func TestManyAddressesDoNotFillTheLine(t *testing.T) {
	b := newBackoff()
	for n := range maxStrangers {
		require.True(t, b.enter("192.0.2."+strconv.Itoa(n)))
	}
	assert.False(t, b.enter("198.51.100.1"))
	b.leave("192.0.2.0")
	assert.True(t, b.enter("198.51.100.1"))
}

func TestNetworks(t *testing.T) {
	assert.Equal(t, "192.0.2.7", networkOf("192.0.2.7:4711"))
	assert.Equal(t, "192.0.2.7", networkOf("[::ffff:192.0.2.7]:4711"))
	assert.Equal(t, networkOf("[2001:db8::1]:1"), networkOf("[2001:db8::2]:2"))
	assert.NotEqual(t, networkOf("[2001:db8:0:1::1]:1"), networkOf("[2001:db8:0:2::1]:1"))
	assert.Equal(t, networkOf("[fe80::1%eth0]:1"), networkOf("[fe80::1%eth1]:1"))
	assert.Equal(t, "pipe", networkOf("pipe"))
}

func TestASessionIsRenewedPastHalfOfItsLife(t *testing.T) {
	s := newSessions(nil, nil, time.Hour, false, slog.New(slog.DiscardHandler))
	now := time.Now()
	assert.False(t, s.aging(Reader{until: now.Add(31 * time.Minute)}, now))
	assert.True(t, s.aging(Reader{until: now.Add(29 * time.Minute)}, now))
}

func TestTimesHaveExactlyMilliseconds(t *testing.T) {
	at := time.Date(2026, 3, 1, 15, 42, 1, 999_999_999, time.FixedZone("", 8*3600))
	assert.Equal(t, "2026-03-01T07:42:01.999Z", stamp(at))
	assert.Equal(t, "2026-03-01T07:42:01.000Z", stamp(at.Truncate(time.Second)))
	later := at.Add(1500 * time.Microsecond)
	assert.Equal(t, int64(1500), *micros(at, &later))
	assert.Nil(t, micros(at, nil))
}

func TestViewsHaveNoNullArrays(t *testing.T) {
	d := detailOf(alerting.Incident{})
	assert.NotNil(t, d.Facts)
	assert.NotNil(t, d.Links)
	assert.NotNil(t, d.Presses)
	assert.NotNil(t, d.Acknowledgements)
	assert.NotNil(t, d.Deliveries)
	assert.NotNil(t, d.Timeline)
}

func TestAnIncidentsOwnPageHasEveryPress(t *testing.T) {
	i := alerting.Incident{Presses: make([]alerting.PressRecord, 30), PressCount: 30}
	assert.Len(t, viewOf(i).Presses, alerting.ListedPresses)
	assert.Len(t, detailOf(i).Presses, 30)
}

func FuzzCursor(f *testing.F) {
	f.Add(EncodeCursor(alerting.Cursor{OpenedAt: time.Unix(1, 2), ID: "0123456789abcdef"}))
	f.Add("")
	f.Add("Li4u")
	f.Add("!!")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := DecodeCursor(s)
		if err != nil {
			return
		}
		again, err := DecodeCursor(EncodeCursor(c))
		require.NoError(t, err)
		require.True(t, c.OpenedAt.Equal(again.OpenedAt))
		require.Equal(t, c.ID, again.ID)
	})
}
