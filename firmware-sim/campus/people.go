package campus

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// cardsInUse is how many cards check in at one reader: a post's few people.
const cardsInUse = 3

// live is a calm day: people come and go at the gates, and rarely somebody holds
// a card to a reader. Nobody presses anything.
func (c *Campus) live(ctx context.Context) {
	var all sync.WaitGroup
	for _, d := range c.devices {
		if d.gate != nil {
			k := newKeeper(d.credential.Gate, c.config, d.credential.Address.String(), time.Now())
			all.Go(func() { d.gate.keep(ctx, k) })
		}
	}
	c.guard(ctx)
	all.Wait()
}

// guard has guards hold their cards.
func (c *Campus) guard(ctx context.Context) {
	c.arrive(ctx)
	for {
		at, happens := c.nextEvent()
		if !sleep(ctx, at) {
			return
		}
		happens()
	}
}

// arriving is how long two people are apart who hold their cards one after the
// other.
const arriving = 500 * time.Millisecond

// arrive has everybody hold their card once: they come on duty.
func (c *Campus) arrive(ctx context.Context) {
	for holder := range cardsInUse {
		for _, d := range c.devices {
			if d.cards != nil && !d.point {
				_ = d.cards.Hold(CardNumber(d.credential.Username, holder)) // busy: it has one to read
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(arriving):
		}
	}
}

// nextEvent draws what happens next on the whole campus and when. Each
// reader is a Poisson process; so is all of them together.
func (c *Campus) nextEvent() (time.Duration, func()) {
	var rate float64 // events a second
	for _, d := range c.devices {
		rate += d.rate()
	}
	if rate == 0 {
		return time.Hour, func() {}
	}
	wait := time.Duration(rand.ExpFloat64() / rate * float64(time.Second))
	pick := rand.Float64() * rate
	for _, d := range c.devices {
		if pick -= d.rate(); pick < 0 {
			return wait, d.event
		}
	}
	return wait, func() {}
}

func (d *device) rate() float64 {
	if d.cards != nil && !d.point {
		return 1 / checkInEvery.Seconds()
	}
	return 0
}

func (d *device) event() {
	_ = d.cards.Hold(CardNumber(d.credential.Username, rand.N(cardsInUse))) // busy: the same moment's card counts
}

// CardNumber is the four bytes of a card that is held to a reader on a calm day,
// always the same for the same holder. A reader has three of them, from 0.
func CardNumber(reader string, holder int) []byte {
	h := fnv.New32a()
	h.Write([]byte(reader))
	h.Write([]byte{byte(holder)})
	return h.Sum(nil)
}
