package carrier

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var began = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func note(delivery, incident string, n int64, at time.Time) Told {
	return Told{Gateway: "g", Contact: "desk", To: "+8613900000001", Delivery: delivery, Incident: incident, Number: n, At: at}
}

func TestAMessageIsFoundByEitherId(t *testing.T) {
	l := NewLedger()
	l.told(note("d-1", "i-1", 1, began))
	_, ok := l.find("g", "m-1", "")
	assert.False(t, ok)
	_, ok = l.find("g", "m-1", "d-1")
	assert.True(t, ok, "the callback may overtake the answer")
	l.answered("d-1", "m-1")
	got, ok := l.find("g", "m-1", "")
	require.True(t, ok)
	assert.Equal(t, "d-1", got.Delivery)
	_, ok = l.find("g", "m-2", "d-1")
	assert.False(t, ok, "the two ids speak of two messages")
	_, ok = l.find("other", "m-1", "d-1")
	assert.False(t, ok, "a gateway knows its own messages only")
	_, ok = l.find("g", "", "")
	assert.False(t, ok)

	l.told(note("d-1", "i-1", 1, began.Add(time.Second))) // a second attempt
	_, ok = l.find("g", "m-1", "")
	assert.True(t, ok, "the first attempt may have arrived after all")
	l.answered("d-1", "m-2")
	_, ok = l.find("g", "m-2", "")
	assert.True(t, ok)
}

func TestALedgerIsBounded(t *testing.T) {
	l := NewLedger()
	for n := range maxTold + 5 {
		d := fmt.Sprint("d-", n)
		l.told(note(d, "i", 1, began))
		l.answered(d, "m-"+d)
	}
	assert.Len(t, l.by, maxTold)
	assert.Len(t, l.byID, maxTold)
	assert.Len(t, l.oldest, maxTold)
	_, ok := l.find("g", "m-d-4", "")
	assert.False(t, ok)
	_, ok = l.find("g", "m-d-5", "")
	assert.True(t, ok)
}

func TestWhatWasRefusedIsForgotten(t *testing.T) {
	l := NewLedger()
	assert.True(t, l.told(note("d-1", "i-1", 1, began)))
	assert.False(t, l.told(note("d-1", "i-1", 1, began)))
	l.told(note("d-2", "i-1", 2, began))
	l.answered("d-1", "m-1")
	l.forget("d-1")
	l.forget("d-3")
	assert.Equal(t, []string{"d-2"}, l.oldest)
	assert.Len(t, l.by, 1)
	assert.Empty(t, l.byID)
}

func TestWhatANumberWasTold(t *testing.T) {
	l := NewLedger()
	l.told(note("old", "i-0", 1, began.Add(-time.Hour)))
	l.told(note("a1", "i-1", 1, began))
	l.told(note("a3", "i-1", 3, began.Add(time.Second)))
	l.told(note("a2", "i-1", 2, began.Add(2*time.Second)))
	l.told(note("b1", "i-2", 1, began.Add(3*time.Second)))
	other := note("c", "i-3", 1, began)
	other.Gateway = "other"
	l.told(other)
	var got []string
	for _, told := range l.to("g", "139 0000 0001", began) {
		got = append(got, told.Delivery)
	}
	assert.Equal(t, []string{"b1", "a3"}, got, "the newest first, of each incident the latest update")
	assert.Empty(t, l.to("g", "13900000002", began))
	assert.Empty(t, l.to("g", "", began))
}

func TestNumbersAsGatewaysWriteThem(t *testing.T) {
	for _, same := range []string{"+8613900000001", "8613900000001", "008613900000001", "13900000001", "139-0000 0001"} {
		assert.True(t, sameNumber("+8613900000001", same), same)
	}
	for _, other := range []string{"", "+", "1390000000", "+13900000001x", "23900000001", "+4913900000001", "3900000001"} {
		assert.False(t, sameNumber("+8613900000001", other), other)
	}
	assert.False(t, sameNumber("", ""), "no number is nobody's")
	assert.Equal(t, "13900000001", local("+8613900000001"))
	assert.Equal(t, "442079460000", local("+442079460000"))
}
