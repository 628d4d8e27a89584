package provision

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// schoolZone is the demonstration's, as in its configuration.
const schoolZone = "Asia/Shanghai"

// pattern is what the demonstration's duty says of when its gates are open, as
// in its configuration.
const pattern = "{pattern: primary, posts: []}"

// Hours is when the demonstration's gates are open, and its school: by its duty, and
// a calendar that knows weekdays alone.
type Hours struct {
	setup duty.Setup
	days  *calendar.Calendar
	zone  *time.Location
}

// OpenHours reads the hours.
func OpenHours() (*Hours, error) {
	zone, err := time.LoadLocation(schoolZone)
	if err != nil {
		return nil, fmt.Errorf("read when gates are open: %w", err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(pattern), &node); err != nil {
		return nil, fmt.Errorf("read when gates are open: %w", err)
	}
	setup, faults := duty.ReadSetup(node.Content[0], "")
	if len(faults) > 0 {
		return nil, fmt.Errorf("read when gates are open: %s", faults[0])
	}
	return &Hours{setup: setup, days: calendar.Default(), zone: zone}, nil
}

// Of is from when to when gates are open on the day of a moment, in order.
func (h *Hours) Of(now time.Time) (spans [][2]time.Time) {
	day := h.days.Day(calendar.On(now, h.zone))
	for _, o := range h.setup.Open(h.days, day) {
		spans = append(spans, [2]time.Time{day.Date.At(o.From, h.zone), day.Date.At(o.To, h.zone)})
	}
	return spans
}

// School is from when to when the school is open on the day of a moment; twice the
// zero time on a day on which it is not.
func (h *Hours) School(now time.Time) [2]time.Time {
	day := duty.Occupancy{Setup: h.setup, Calendar: h.days, Zone: h.zone}.On(calendar.On(now, h.zone))
	if !day.Manned {
		return [2]time.Time{}
	}
	return [2]time.Time{day.From, day.To}
}
