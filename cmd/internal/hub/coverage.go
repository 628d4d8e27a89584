package hub

import (
	"context"
	"maps"
	"slices"
	"time"

	"example.org/campushub/dashboards/telemetry"
)

// coverageEvery is how often it is recorded how posts stand.
const coverageEvery = time.Minute

// cover records how the posts of every school stand, at once and then every
// minute, until ctx ends.
func (h *Hub) cover(ctx context.Context) error {
	every := time.NewTicker(coverageEvery)
	defer every.Stop()
	for {
		h.covered(time.Now())
		select {
		case <-every.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (h *Hub) covered(now time.Time) {
	var posts []telemetry.PostCoverage
	var days []telemetry.DutyDay
	for _, school := range slices.Sorted(maps.Keys(h.who.Load().duties)) {
		f, ok := h.duty.Figures(school, now)
		if !ok {
			continue // a reload took its posts away a moment ago
		}
		day := telemetry.DutyDay{
			School: school, RoundsRequired: f.Rounds.Required, RoundsDone: f.Rounds.Done, RoundsMissed: f.Rounds.Missed, RollCalls: f.Calls.Lately,
			Unanswered: f.Calls.Unanswered(),
		}
		for _, n := range f.Calls.Latest {
			day.Called += n
		}
		days = append(days, day)
		for kind, k := range f.Kinds {
			posts = append(posts, telemetry.PostCoverage{
				School: school, Class: string(kind), Required: k.Required, Covered: k.Covered, Uncovered: k.Uncovered, Unrostered: k.Unrostered, Unseen: k.Unseen,
				Present: k.Present, Late: k.Late, Missed: k.Missed, Away: k.Away, Roving: k.Roving, Doubted: k.Doubted,
			})
		}
	}
	h.measured.Coverage(now, posts, days)
}
