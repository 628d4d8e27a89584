package password

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// What a check answers besides nil.
var (
	// ErrWrong says that the account is unknown or the password is not its own.
	ErrWrong = errors.New("wrong name or password")
	// ErrBusy says that too many checks wait already; trying again helps.
	ErrBusy = errors.New("too many sign-ins at once")
)

// Bounds of a Checker where nobody says otherwise: two at once take 38 MiB.
const (
	DefaultConcurrent = 2
	DefaultWaiting    = 64
)

// Checker checks passwords, a few at a time: argon2id is meant to be
// expensive, and sign-ins must not take the machine from the alarm path.
type Checker struct {
	unknown phc // checked in place of an account that is not there
	// slots bounds the checks that run. Who finds none waits.
	slots chan struct{}
	// waiting counts who waits or runs. Overflow: refused with ErrBusy, because
	// a long queue would make everybody wait in vain.
	waiting atomic.Int64
	limit   int64
}

// NewChecker builds a checker that runs concurrent checks at once and lets
// waiting more stand in line. p is what an unknown account costs: use the
// parameters that the accounts' hashes were made with.
func NewChecker(p Params, concurrent, waiting int) (*Checker, error) {
	if concurrent < 1 || waiting < 0 {
		return nil, fmt.Errorf("password checker: %d at once and %d waiting is not possible", concurrent, waiting)
	}
	stored, err := Hash("nobody has this one", p)
	if err != nil {
		return nil, err
	}
	unknown, err := parse(stored)
	if err != nil {
		return nil, fmt.Errorf("password checker: %w", err)
	}
	return &Checker{
		unknown: unknown,
		slots:   make(chan struct{}, concurrent),
		limit:   int64(concurrent + waiting),
	}, nil
}

// Check compares a password with a stored hash; stored is "" for an unknown
// account, which is checked at the same cost and always wrong. It waits for a
// free slot until the context ends.
func (c *Checker) Check(ctx context.Context, stored, password string) error {
	leave, err := c.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return c.compare(stored, password)
}

// Hash makes the hash of a new password, at the cost and under the bounds of a
// check.
func (c *Checker) Hash(ctx context.Context, password string) (string, error) {
	leave, err := c.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return Hash(password, c.unknown.Params)
}

// enter waits for a free slot; leave gives it back.
func (c *Checker) enter(ctx context.Context) (leave func(), err error) {
	if c.waiting.Add(1) > c.limit {
		c.waiting.Add(-1)
		return nil, ErrBusy
	}
	select {
	case c.slots <- struct{}{}:
		return func() { <-c.slots; c.waiting.Add(-1) }, nil
	case <-ctx.Done():
		c.waiting.Add(-1)
		return nil, fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
	}
}

func (c *Checker) compare(stored, password string) error {
	if len(password) > MaxLength {
		password = password[:MaxLength] // too long for any account, at the usual cost
		stored = ""
	}
	h, err := parse(stored)
	if err != nil {
		c.unknown.matches(password)
		if stored == "" {
			return ErrWrong
		}
		return err
	}
	if !h.matches(password) {
		return ErrWrong
	}
	return nil
}
