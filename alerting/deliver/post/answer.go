package post

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"example.org/campushub/alerting/deliver"
)

// Answer is what the far side said.
type Answer struct {
	Status int
	// Pause is what it asked for in Retry-After; 0 is nothing.
	Pause time.Duration
	// Body is what it wrote, nil where nobody read it.
	Body []byte
}

// OK reports a status of 2xx.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Refusal is nil for 2xx. 408, 425, 429 and 5xx are worth another attempt,
// after the pause that was asked for; the rest are not.
func (a Answer) Refusal() error {
	if a.OK() {
		return nil
	}
	err := fmt.Errorf("status %d", a.Status)
	switch {
	case a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooEarly,
		a.Status == http.StatusTooManyRequests, a.Status >= 500:
		return deliver.RetryAfter(err, a.Pause)
	}
	return deliver.Permanent(err)
}

// MaxPause is the longest pause that a far side is believed.
const MaxPause = time.Minute

// retryAfter reads RFC 9110 section 10.2.3: seconds or a date. What is
// neither asks for no pause.
func retryAfter(h string, now time.Time) time.Duration {
	if s, err := strconv.ParseUint(h, 10, 64); err == nil {
		return time.Duration(min(s, uint64(MaxPause/time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return MaxPause
	}
	if at, err := http.ParseTime(h); err == nil {
		return min(max(at.Sub(now), 0), MaxPause)
	}
	return 0
}
