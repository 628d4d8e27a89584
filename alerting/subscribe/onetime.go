package subscribe

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"
)

// What a one-time code is.
const (
	// Tries is how often the digits of one may be given.
	Tries = 5
	// GoodFor is how long.
	GoodFor = 10 * time.Minute
	// Gap is how long it is at least from one to the next of the same number.
	Gap = time.Minute
	// mostRunning bounds those that are running. Overflow: refused.
	mostRunning = 5_000
)

// Wish is what somebody asks for who has not proven a number yet.
type Wish struct {
	School   string // "": to come back to what is subscribed already
	Number   string // in E.164 form
	Language string
}

// oneTime is a one-time code that is running.
type oneTime struct {
	id     string
	wish   Wish
	secret string // of the school's code, which has to be good yet at the end
	digits string // "": it goes to nobody, and nothing is right
	made   time.Time
	left   int
}

// running are the one-time codes, one a number. The caller's lock guards them.
type running struct {
	byID     map[string]*oneTime
	byNumber map[string]*oneTime
}

func newRunning() *running {
	return &running{map[string]*oneTime{}, map[string]*oneTime{}}
}

// since is how long ago the number's was made; false where none is running.
func (r *running) since(number string, now time.Time) (time.Duration, bool) {
	o, ok := r.byNumber[number]
	if !ok {
		return 0, false
	}
	return now.Sub(o.made), true
}

// put has a code run in place of the number's last one. It reports false where
// too many are running.
func (r *running) put(o *oneTime, now time.Time) bool {
	if old, ok := r.byNumber[o.wish.Number]; ok {
		r.drop(old)
	}
	if len(r.byID) >= mostRunning {
		r.prune(now)
	}
	if len(r.byID) >= mostRunning {
		return false
	}
	r.byID[o.id], r.byNumber[o.wish.Number] = o, o
	return true
}

func (r *running) drop(o *oneTime) {
	delete(r.byID, o.id)
	if r.byNumber[o.wish.Number] == o {
		delete(r.byNumber, o.wish.Number)
	}
}

func (r *running) prune(now time.Time) {
	for _, o := range r.byID {
		if now.Sub(o.made) >= GoodFor {
			r.drop(o)
		}
	}
}

// try gives digits. Right ones end the code, and so do as many wrong ones as it
// takes. It takes the same time whatever was right of them.
func (r *running) try(id, digits string, now time.Time) (*oneTime, error) {
	o, ok := r.byID[id]
	if !ok || now.Sub(o.made) >= GoodFor {
		return nil, errOver
	}
	o.left--
	right := subtle.ConstantTimeCompare([]byte(o.digits), []byte(digits)) == 1 && o.digits != ""
	if right || o.left == 0 {
		r.drop(o)
	}
	switch {
	case right:
		return o, nil
	case o.left == 0:
		return nil, errOver
	}
	return nil, errDigits
}

// drawDigits draws six digits, each six as likely.
func drawDigits() string {
	const all, even = 1_000_000, 4_294_000_000 // even: the most millions in 32 bits
	for {
		var b [4]byte
		_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
		if n := binary.BigEndian.Uint32(b[:]); n < even {
			return fmt.Sprintf("%06d", n%all)
		}
	}
}
