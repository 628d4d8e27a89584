package campus

import (
	"context"
	"slices"
	"time"
)

// Patrol is one person who walks rounds at a school: at each of the times of day
// they hold their card to each of the readers, one after the other. Nothing else
// happens at these readers.
type Patrol struct {
	Card    []byte
	Readers []string // as Campus.Card names them
	At      []int    // minutes after midnight in Zone
	Zone    *time.Location
}

const (
	// A hub moves the start of a round by up to 10 min a day, and nobody is told
	// when it is. Its points count from 15 min before to 30 min after: from walkFrom
	// to walkUntil after the time in the school's rules they do in any case.
	walkFrom  = 2 * time.Minute
	walkUntil = 18 * time.Minute
	// between is how long the way from one point to the next takes.
	between = 20 * time.Second
	// heldAgain is when a card is held again to a reader that was busy, and
	// heldMost how often.
	heldAgain = time.Second
	heldMost  = 5
)

// patrol walks the rounds of one person until ctx ends.
func (c *Campus) patrol(ctx context.Context, p Patrol) {
	for {
		walk, over := p.next(time.Now())
		if !wait(ctx, time.Until(walk)) || !c.walk(ctx, p) || !wait(ctx, time.Until(over)) {
			return
		}
	}
}

// next is when the next round is walked, now where one runs, and when it is over.
func (p Patrol) next(now time.Time) (walk, over time.Time) {
	y, m, d := now.In(p.Zone).Date()
	for day := range 2 {
		for _, minute := range slices.Sorted(slices.Values(p.At)) {
			at := time.Date(y, m, d+day, 0, minute, 0, 0, p.Zone)
			if over = at.Add(walkUntil); now.Before(over) {
				if walk = at.Add(walkFrom); walk.Before(now) {
					walk = now
				}
				return walk, over
			}
		}
	}
	return now.Add(time.Hour), now.Add(time.Hour) // a clock was set
}

// walk holds the card to each reader; false where ctx has ended.
func (c *Campus) walk(ctx context.Context, p Patrol) bool {
	for _, reader := range p.Readers {
		for range heldMost {
			if c.Card(reader, p.Card) == nil {
				break
			}
			if !wait(ctx, heldAgain) {
				return false
			}
		}
		if !wait(ctx, between) {
			return false
		}
	}
	return true
}

// wait is false where ctx ends first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
