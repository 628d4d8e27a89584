package release

import (
	"strings"
	"time"

	"example.org/campushub/alerting"
)

// Bounds of a fan-out. Beyond them it is refused as a whole, before anybody is
// told: half a school that knows is worse than a second call with half the list.
const (
	MaxRecipients = 20000
	MaxBatch      = 500
)

// Budgets of a fan-out, from the release.
const (
	FirstWithin = 5 * time.Second
	MostWithin  = 60 * time.Second
	Most        = 99 // per cent
)

// Recipient is one way to one parent. There is no name in it.
type Recipient struct {
	Channel alerting.Channel
	Address string // telephone number in E.164 form, mail address, or the channel's own id
}

// Batch is what is handed to the channel at once.
type Batch struct {
	Index      int
	Due        time.Time // not before
	Recipients []Recipient
}

// Fanout is a released notice on its way to its recipients, cut into batches.
// It is a value: Take returns what follows it.
type Fanout struct {
	batches []Batch
	pace    time.Duration
	next    int
	due     time.Time
	// Doubled and Unreachable count recipients that were in the list again, or
	// without an address.
	Doubled     int
	Unreachable int
}

// Cut deduplicates recipients and cuts them into batches of at most size, one
// every pace, the first at once. A recipient keeps the place of its first
// mention, so that the same list gives the same batches after a restart.
func Cut(to []Recipient, size int, pace time.Duration, start time.Time) (Fanout, error) {
	switch {
	case size < 1 || size > MaxBatch:
		return Fanout{}, refuse(alerting.ErrInvalid, "batch size: 1 to %d", MaxBatch)
	case pace < 0 || pace > MostWithin:
		return Fanout{}, refuse(alerting.ErrInvalid, "pace: 0 to %s", MostWithin)
	case len(to) > MaxRecipients:
		return Fanout{}, refuse(alerting.ErrInvalid, "recipients: at most %d", MaxRecipients)
	}
	f := Fanout{pace: pace, due: start}
	unique := f.unique(to)
	for from := 0; from < len(unique); from += size {
		upto := min(from+size, len(unique))
		f.batches = append(f.batches, Batch{
			Index: len(f.batches), Due: start.Add(time.Duration(len(f.batches)) * pace), Recipients: unique[from:upto:upto],
		})
	}
	return f, nil
}

func (f *Fanout) unique(to []Recipient) []Recipient {
	seen := make(map[Recipient]bool, len(to))
	out := make([]Recipient, 0, len(to))
	for _, r := range to {
		r = normal(r)
		switch {
		case r.Address == "":
			f.Unreachable++
		case seen[r]:
			f.Doubled++
		default:
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}

// normal writes an address in one way: two children of one parent are one
// message, also where the second form has blanks in its number.
func normal(r Recipient) Recipient {
	switch r.Channel {
	case alerting.ChannelSMS, alerting.ChannelVoice:
		r.Address = strings.Map(func(c rune) rune {
			if strings.ContainsRune(" -().\t\u00a0\u3000", c) {
				return -1
			}
			return c
		}, r.Address)
	case alerting.ChannelMail:
		r.Address = strings.ToLower(strings.TrimSpace(r.Address))
	default:
		r.Address = strings.TrimSpace(r.Address)
	}
	return r
}

// Batches lists every batch with the moment at which it is due.
func (f Fanout) Batches() []Batch { return f.batches }

// Recipients is how many are told.
func (f Fanout) Recipients() int {
	n := 0
	for _, b := range f.batches {
		n += len(b.Recipients)
	}
	return n
}

// Take is the batch that is due, if one is. Two batches are never closer than
// the pace: after a pause the rest follows at the pace and not in one burst,
// for the gateway behind it has its own limit.
func (f Fanout) Take(now time.Time) (Fanout, Batch, bool) {
	if f.Done() || now.Before(f.due) {
		return f, Batch{}, false
	}
	b := f.batches[f.next]
	f.next++
	f.due = now.Add(f.pace)
	return f, b, true
}

// Skip leaves out the batches before an index: those that were handed before
// a restart.
func (f Fanout) Skip(before int) Fanout {
	f.next = min(max(f.next, before), len(f.batches))
	return f
}

// Done reports whether every batch was taken.
func (f Fanout) Done() bool { return f.next >= len(f.batches) }

// NextDue is when there is something to take again; false when there is
// nothing left.
func (f Fanout) NextDue() (time.Time, bool) { return f.due, !f.Done() }

// CheckPace reports whether a number of recipients can be handed in time at
// all: that the batch which brings them to 99 % is due within the budget, with
// room for its own handing over. A fan-out that is too slow goes out all the
// same; this is for the configuration, where it can still be changed.
func CheckPace(recipients, size int, pace, handing time.Duration) error {
	if size < 1 || recipients < 1 {
		return refuse(alerting.ErrInvalid, "pace: nothing to hand over")
	}
	enough := most(recipients)
	last := time.Duration((enough-1)/size) * pace
	if last+handing > MostWithin {
		return refuse(alerting.ErrInvalid, "pace: %d of %d recipients would be handed after %s, the budget is %s", enough, recipients, last+handing, MostWithin)
	}
	return nil
}

// most is 99 % of n, rounded up.
func most(n int) int { return (n*Most + 99) / 100 }
