package supervise

import (
	"context"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// loop owns the fleet. Its timer is set for the moment that the fleet asks for.
func (s *Supervisor) loop(ctx context.Context) {
	defer close(s.records)
	now := time.Now()
	s.know(now)
	s.keepAt = now.Add(keepEvery)
	timer := time.NewTimer(s.step(now))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			timer.Reset(s.step(time.Now()))
		case state := <-s.reports:
			s.report(state)
		case answer := <-s.asks:
			answer <- s.fleet.View(time.Now())
		case <-s.nudge:
			s.know(time.Now())
		case <-ctx.Done():
			s.handOver()
			return
		}
	}
}

// step lets the time pass, and says how long it may until the next one.
func (s *Supervisor) step(now time.Time) time.Duration {
	found := s.fleet.Step(now, s.heard)
	s.mark()
	s.tell(found)
	if len(found) > 0 && s.keepAt.After(now.Add(keepSoon)) {
		s.keepAt = now.Add(keepSoon)
	}
	if s.behind.Swap(false) && s.keepAt.After(now.Add(keepAgain)) {
		s.keepAt = now.Add(keepAgain)
	}
	s.handFresh(now)
	if !now.Before(s.keepAt) {
		s.keepAt = now.Add(keepEvery)
		s.handOver()
	}
	if !now.Before(s.gaugeAt) {
		s.gaugeAt = now.Add(gaugeFor)
		s.metrics.count(s.fleet.View(now))
	}
	return max(time.Until(s.fleet.Due()), 0)
}

// know follows the configuration.
func (s *Supervisor) know(now time.Time) {
	dir := s.deps.People()
	configured := dir.Devices()
	s.prepare(configured)
	all := make([]supervision.Device, 0, len(configured))
	for _, d := range configured {
		school, _ := dir.School(d.Address.School)
		all = append(all, supervision.Device{Address: d.Address, Kind: d.Kind, Power: d.Power, Zone: school.Location()})
	}
	s.tell(s.fleet.Know(all, now))
	s.gaugeAt = now
}

func (s *Supervisor) report(state devices.State) {
	s.tell(s.fleet.Report(state))
}

// handOver gives the records to who writes them down; what was not taken yet
// gives way to the newer.
func (s *Supervisor) handOver() {
	records := s.fleet.Records()
	s.fresh = nil // they are among them
	select {
	case <-s.records:
	default:
	}
	s.records <- records // there is room: nobody else puts anything in
}

// handFresh gives those who were heard for the first time to who writes them
// down, where that has nothing else to do; else with the next step.
func (s *Supervisor) handFresh(now time.Time) {
	s.fresh = append(s.fresh, s.fleet.Fresh()...)
	if len(s.fresh) == 0 || now.Before(s.freshAt) {
		return
	}
	select {
	case s.records <- s.fresh:
		s.fresh, s.freshAt = nil, now.Add(keepSoon)
	default:
	}
}

// keep writes records down until the loop has ended, and what it left last.
func (s *Supervisor) keep(ctx context.Context) {
	for records := range s.records {
		wctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepLast)
		if err := s.deps.Store.KeepSupervised(wctx, lately(records), firstDay(time.Now())); err != nil {
			s.log.Error("keeping supervision failed", "error", err)
			s.behind.Store(true)
		}
		cancel()
	}
}

// lately leaves of each device the days that may have changed since they were
// written: with a school's own days, today and yesterday.
func lately(records []supervision.Record) []supervision.Record {
	for i := range records {
		d := records[i].Days
		records[i].Days = d[max(len(d)-2, 0):]
	}
	return records
}
