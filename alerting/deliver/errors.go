package deliver

import (
	"errors"
	"time"
)

// Permanent wraps an error that no retry will mend.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// IsPermanent reports whether a retry is useless.
func IsPermanent(err error) bool { return errors.As(err, new(permanent)) }

// RetryAfter wraps an error after which the far side asked for a pause.
func RetryAfter(err error, pause time.Duration) error { return retryAfter{err, pause} }

type retryAfter struct {
	error
	pause time.Duration
}

func (r retryAfter) Unwrap() error { return r.error }

// PauseOf is the pause that the far side asked for, 0 if none.
func PauseOf(err error) time.Duration {
	var r retryAfter
	if errors.As(err, &r) {
		return r.pause
	}
	return 0
}
