package watch_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// hanging is a disk that takes rosters and never ends storing marks.
type hanging struct {
	watch.Store
	tries atomic.Int64
}

func (h *hanging) Duty(context.Context, time.Time) (map[string]watch.Saved, error) { return nil, nil }

func (h *hanging) Looked(context.Context, time.Time) (time.Time, []duty.Gap, error) {
	return time.Time{}, nil, nil
}

func (h *hanging) SaveLooked(context.Context, time.Time, []duty.Gap) error { return nil }

func (h *hanging) SaveRoster(context.Context, string, calendar.Span, []duty.Entry, []watch.Change) error {
	return nil
}

func (h *hanging) SaveSince(ctx context.Context, _ string, _ duty.Marks) error {
	h.tries.Add(1)
	<-ctx.Done()
	return ctx.Err()
}

// calm has no incidents.
type calm struct{ watch.Alarms }

func (calm) Unresolved() []alerting.Incident { return nil }

// An order waits for no disk that hangs with the marks, whatever the number of
// schools: a look tries one of them, and an order none.
func TestAnOrderIsAnsweredWhileTheDiskHangsWithTheMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		schools, disk := map[string]watch.School{}, &hanging{}
		for i := range 10 {
			schools[fmt.Sprint(i)] = ziwei(t)
		}
		w := watch.New(watch.Deps{
			Store: disk, Alarms: calm{}, Log: slog.New(slog.DiscardHandler),
			Schools: func() map[string]watch.School { return schools },
		})
		require.NoError(t, w.Load(t.Context()))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		time.Sleep(2500 * time.Millisecond) // between two looks: the first has given up
		tried, began := disk.tries.Load(), time.Now()
		assert.EqualValues(t, 1, tried)
		day := calendar.On(began, ziwei(t).Zone)
		_, err := w.Import(t.Context(), "3", "officer", calendar.Span{From: day, To: day}, nil)
		require.NoError(t, err)
		assert.Zero(t, time.Since(began))
		stop()
		require.NoError(t, <-done)
	})
}
