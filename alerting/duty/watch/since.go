package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

const (
	// beatEvery is how often it is written down that the hub looks at its posts.
	beatEvery = 2 * time.Minute
	// downFrom is from when on a hub that was away says so: a restart takes less,
	// and a kill leaves up to beatEvery unknown.
	downFrom = 3 * time.Minute
)

// marks notes from when on what is watched of every school, and who is to be where
// on its roster. It counts at once, and
// no disk is waited for: the look that follows stores it. It is false where
// nothing has changed.
func (w *Watcher) marks(now time.Time) (changed bool) {
	now = asKept(now)
	for id, school := range w.deps.Schools() {
		s, today := w.of(id), calendar.On(now, school.Zone)
		if next, days := s.entries.Righted(today, now); len(days) > 0 {
			w.log.Warn("people were put on a roster by a clock that was ahead: they owe their shifts from now on", "school", id, "days", len(days))
			s.entries, changed = next, true
			s.righted = slices.Compact(slices.SortedFunc(slices.Values(append(s.righted, days...)), calendar.Date.Compare))
		}
		if next, fresh := s.since.Mark(school.Setup, s.entries, today, now); fresh {
			s.since, s.unmarked, changed = next, true, true
		}
	}
	return changed
}

// saveMarks hands the disk what it has not got yet; false where something is to
// be tried again. The first that it does not take ends the round: the others would
// wait for it as long.
func (w *Watcher) saveMarks() bool {
	for id, s := range w.schools {
		if !w.saveRighted(id, s) {
			return false
		}
		if !s.unmarked {
			continue
		}
		if err := w.stored("since", func(ctx context.Context) error { return w.deps.Store.SaveSince(ctx, id, s.since) }); err != nil {
			return false
		}
		s.unmarked = false
	}
	return true
}

// saveRighted does so with the roster's days, one after the other: a whole term's
// could take longer than the disk may.
func (w *Watcher) saveRighted(id string, s *state) bool {
	for len(s.righted) > 0 {
		day := s.righted[0]
		entries := s.entries.Within(calendar.Span{From: day, To: day})
		if err := w.stored("roster", func(ctx context.Context) error {
			return w.deps.Store.ChangeRoster(ctx, id, []calendar.Date{day}, entries, nil)
		}); err != nil {
			return false
		}
		s.righted = s.righted[1:]
	}
	return true
}

// looked reads until when the hub looked, and so when it was down.
func (w *Watcher) looked(ctx context.Context, now time.Time) error {
	until, down, err := w.deps.Store.Looked(ctx, now.Add(-kept))
	if err != nil {
		return fmt.Errorf("load duty: %w", err)
	}
	if w.down = down; until.IsZero() || now.Sub(until) < downFrom {
		return nil
	}
	w.down = append(w.down, duty.Gap{From: until, To: asKept(now)})
	w.log.Warn("the hub was down: nobody could check in by telephone meanwhile", "from", until, "to", now)
	return nil
}

// beat writes down that the hub looks, and when it was down. What the disk does
// not take is written with the next one.
func (w *Watcher) beat(now time.Time) {
	_ = w.stored("looked", func(ctx context.Context) error { return w.deps.Store.SaveLooked(ctx, asKept(now), w.down) })
}

// sinceNotices say what of today the hub did not watch.
func (s *state) sinceNotices(of School, now time.Time) []alerting.Text {
	today := calendar.On(now, of.Zone)
	midnight := today.At(0, of.Zone)
	clock := func(t time.Time) string {
		if calendar.On(t, of.Zone) != today { // of a clock that was ahead
			return t.In(of.Zone).Format("2006-01-02 15:04")
		}
		return t.In(of.Zone).Format("15:04")
	}
	var out []alerting.Text
	if first := s.since.First(); first.After(midnight) {
		day := alerting.Text{ZH: "今日 ", EN: " today"}
		if calendar.On(first, of.Zone) != today {
			day = alerting.Text{ZH: " "}
		}
		out = append(out, alerting.Text{
			ZH: fmt.Sprintf("系统自%s%s 起开始值守：此前的未到岗、缺岗、漏巡不计", day.ZH, clock(first)),
			EN: fmt.Sprintf("The hub watches these posts since %s%s: nothing before counts as missed", clock(first), day.EN),
		})
	}
	for _, g := range s.down {
		if !g.To.After(midnight) {
			continue
		}
		from := clock(later(g.From, midnight))
		out = append(out, alerting.Text{
			ZH: fmt.Sprintf("系统今日 %s 至 %s 停机：其间不能用手机签到，刷卡会补报；其间的未到岗、缺岗、漏巡照常上报，并注明停机", from, clock(g.To)),
			EN: fmt.Sprintf("The hub was down from %s to %s today: nobody could check in by telephone, cards come in late. What was missed then is raised all the same, and says so", from, clock(g.To)),
		})
	}
	return slices.Clip(out)
}

// blindNotices say that the link of the school is cut.
func (s *state) blindNotices(of School, now time.Time) []alerting.Text {
	for _, b := range s.blinds {
		if !b.Link() || !b.To.IsZero() {
			continue
		}
		layout := "15:04"
		if calendar.On(b.From, of.Zone) != calendar.On(now, of.Zone) {
			layout = "2006-01-02 15:04"
		}
		since := b.From.In(of.Zone).Format(layout)
		return []alerting.Text{{
			ZH: "学校链路自 " + since + " 起中断：刷卡无法到达，各岗位是否有人无法判断，请打电话核实；手机签到照常有效",
			EN: "The school's link is cut since " + since + ": cards do not arrive, nobody can tell who is at the posts: ask by telephone. Check-ins by telephone count as ever",
		}}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
