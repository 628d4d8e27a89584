package firmware

import (
	"encoding/hex"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// SameCard is how long a card that stays on the reader is one check-in.
const SameCard = 3 * time.Second

// LeaveFor is how long after its key was pressed the next card is that of somebody
// who leaves: as long as it takes to find a card in a pocket.
const LeaveFor = 10 * time.Second

// maxCheckIns is how many unconfirmed check-ins a reader holds: a day's of a
// busy post.
const maxCheckIns = 256

// Cards is a card reader; periph.io's mfrc522 is one.
type Cards interface {
	// ReadUID waits for a card and returns its number, or an error where none
	// came in time.
	ReadUID(timeout time.Duration) ([]byte, error)
}

// ReaderPins are what a reader reads.
type ReaderPins struct {
	Cards Cards
	// Leave is the key that somebody presses who leaves, and then holds their card;
	// nil where there is none: the hub tells by when a card was held.
	Leave gpio.PinIn
}

// readerCore is a card reader at a guard post.
type readerCore struct {
	identity  Identity
	post      string
	newID     func() string
	trail     trail
	connected bool
	lastCard  string
	lastSeen  time.Time
	leaving   time.Time // until when the next card leaves
	effects   []effect
}

func newReaderCore(i Identity, post string, newID func() string) *readerCore {
	return &readerCore{
		identity: i, post: post, newID: newID,
		trail: trail{limit: maxCheckIns, hold: settled(i.Power)},
	}
}

func (r *readerCore) step(now time.Time, in input) []effect {
	r.effects = nil
	switch in := in.(type) {
	case pinInput:
		if in.closed {
			r.leaving = now.Add(LeaveFor)
		}
	case cardInput:
		r.card(now, hex.EncodeToString(in.uid))
	case linkInput:
		r.connected = in.up
		r.trail.lost() // a new connection knows nothing of the old one's
		if in.up {
			r.effects = append(r.effects, sendEffect{online(r.identity, false)})
		}
	}
	if r.connected {
		for _, m := range r.trail.due(now) {
			r.effects = append(r.effects, sendEffect{m})
		}
	}
	return r.effects
}

func (r *readerCore) next(now time.Time) time.Time {
	if !r.connected {
		return time.Time{}
	}
	return r.trail.next(now)
}

func (r *readerCore) card(now time.Time, card string) {
	out := now.Before(r.leaving)
	stays := card == r.lastCard && now.Before(r.lastSeen.Add(SameCard)) && !out
	r.lastCard, r.lastSeen = card, now
	if stays || len(card) < wire.MinCardLength || len(card) > wire.MaxCardLength {
		return
	}
	r.leaving = time.Time{} // one card's
	c := devices.CheckIn{ID: r.newID(), Post: r.post, Card: card, Out: out}
	r.trail.add(now, func(age time.Duration) Message {
		c := c
		c.Age = age
		return Message{Topic: wire.CheckInTopic(r.identity.Address), Payload: wire.EncodeCheckIn(c)}
	})
}
