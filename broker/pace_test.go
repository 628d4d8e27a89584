package broker

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestOnlyAFloodIsReadInSlices(t *testing.T) {
	at := time.Now()
	send := func(p *pace, perSecond int, d time.Duration) {
		for end := at.Add(d); at.Before(end); at = at.Add(time.Second / time.Duration(perSecond)) {
			p.reading(at)
		}
	}
	var p pace
	send(&p, 20, 10*time.Second)
	assert.False(t, p.flooding, "a busy sensor is no flood")
	send(&p, 100, 410*time.Millisecond)
	assert.True(t, p.flooding, "it is known before it has cost anybody a second")
	send(&p, 100, 3*time.Second)
	assert.True(t, p.flooding)
	send(&p, 20, 3*time.Second)
	assert.False(t, p.flooding, "it is over")

	send(&p, 100, 3*time.Second)
	at = at.Add(time.Minute)
	p.reading(at)
	assert.False(t, p.flooding, "what was a minute ago is no flood now")

	send(&p, 100, 3*time.Second)
	p.alarm(at)
	assert.False(t, p.flooding, "an alarm is not read in slices")
	send(&p, 100, 900*time.Millisecond)
	assert.False(t, p.flooding, "nor is what follows it")
}
