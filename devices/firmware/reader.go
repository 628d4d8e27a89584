package firmware

import (
	"encoding/hex"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// SameCard is how long a card that stays on the reader is one check-in.
const SameCard = 3 * time.Second

// maxCheckIns is how many unconfirmed check-ins a reader holds: a day's of a
// busy post.
const maxCheckIns = 256

// Cards is a card reader; periph.io's mfrc522 is one.
type Cards interface {
	// ReadUID waits for a card and returns its number, or an error where none
	// came in time.
	ReadUID(timeout time.Duration) ([]byte, error)
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
	stays := card == r.lastCard && now.Before(r.lastSeen.Add(SameCard))
	r.lastCard, r.lastSeen = card, now
	if stays || len(card) < wire.MinCardLength || len(card) > wire.MaxCardLength {
		return
	}
	c := devices.CheckIn{ID: r.newID(), Post: r.post, Card: card}
	r.trail.add(now, func(age time.Duration) Message {
		c := c
		c.Age = age
		return Message{Topic: wire.CheckInTopic(r.identity.Address), Payload: wire.EncodeCheckIn(c)}
	})
}
