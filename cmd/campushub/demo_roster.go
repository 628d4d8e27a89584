package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/cmd/internal/hub"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/firmware-sim/campus"
)

// patrols walk the rounds of every day.
func patrols(of watch.School) []campus.Patrol {
	if len(of.Setup.Points) == 0 {
		return nil
	}
	var at []int
	for _, r := range of.Setup.Rounds {
		if r.On == duty.Every && r.If == "" {
			at = append(at, r.At)
		}
	}
	return provision.Patrols(at, of.Zone)
}

// rosterDays is for how many days the demonstration brings a roster along.
const rosterDays = 14

// rosterFor brings the demonstration's roster for the days that have none yet,
// yesterday's night included: what somebody has changed stays.
func rosterFor(ctx context.Context, h *hub.Hub, school string, now time.Time) error {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return fmt.Errorf("bring a roster: %w", err)
	}
	today := calendar.On(now, zone)
	for d := today.Add(-1); d.Compare(today.Add(rosterDays)) < 0; d = d.Add(1) {
		day := calendar.Span{From: d, To: d}
		if h.HasRoster(school, d) {
			continue
		}
		got, err := h.ImportRoster(ctx, school, day, strings.NewReader(provision.Roster(day)))
		if err != nil {
			return err
		}
		if len(got.Faults) > 0 {
			return fmt.Errorf("bring a roster: %s", got.Faults[0])
		}
	}
	return nil
}
