package hub

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
)

// stuck is a disk and a post that take nothing, and count what they were asked.
type stuck struct{ saves, tells int }

func (s *stuck) SaveErrand(context.Context, office.Errand) error {
	s.saves++
	return context.DeadlineExceeded
}

func (s *stuck) Errands(context.Context, time.Time) ([]office.Errand, error) { return nil, nil }

func (s *stuck) Nudge(errand, func(error)) error {
	s.tells++
	return errors.New("no room")
}

// With a disk that hangs each school's summary would cost its time, and other
// errands stand behind them.
func TestSummariesThatTheDiskDoesNotTakeCostOneWait(t *testing.T) {
	s := &stuck{}
	e := newErrands(s, s, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	dir := people.New(people.Lists{Schools: []people.School{{ID: "a"}, {ID: "b"}, {ID: "c"}}})
	d := digests{
		open:   func() []alerting.Incident { return nil },
		who:    func() *people.Directory { return dir },
		closed: func(string, time.Time) bool { return false },
		book:   e,
	}
	assert.Empty(t, d.due(t.Context(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)))
	assert.Equal(t, 1, s.saves)
}

func TestAnErrandWithoutRoomIsDueAgainAndNotKept(t *testing.T) {
	s := &stuck{}
	e := newErrands(s, s, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	e.tell(errand{ID: "x"})
	e.tell(errand{ID: "x"})
	assert.Equal(t, 2, s.tells)
	assert.Empty(t, e.under)
}
