package hub

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting/notice"
)

// parents puts the desk of notices and head counts beside the engine. It comes
// before anything runs; the desk stops before the engine does.
func (h *Hub) parents(ctx context.Context) error {
	h.notices = notice.New(notice.Deps{Engine: h.engine, People: h.people, Log: h.log})
	h.engine.OnBeside(h.notices.Hear)
	events, err := h.journal.Besides(ctx, time.Now().Add(-notice.Kept))
	if err != nil {
		return fmt.Errorf("load notices to parents: %w", err)
	}
	h.notices.Load(events)
	return nil
}
