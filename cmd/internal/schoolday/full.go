package schoolday

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/firmware-sim/campus/day"
	"example.org/campushub/firmware-sim/campus/scenario"
)

// underLoad is how many signals the hub takes in after the day has gone on until
// it is killed.
const underLoad = 500

// RunFull lives through a day on which InfluxDB is away from its beginning to
// its end, until the hub's spool is full and lets the oldest go; then the hub is
// killed as the scenario says, started, and goes on letting go. When InfluxDB is
// there at last it compares what is stored with what was sent.
func RunFull(ctx context.Context, c Config) (*Full, error) {
	return within(ctx, c, http.StatusServiceUnavailable, (*rig).liveFull)
}

// flood is the one outage of such a day.
type flood struct {
	*rig
	killing  chan error
	killedAt time.Time
	before   uint64         // points that were let go before the kill
	inSpool  map[string]int // by device: the latest reading that was in the spool then
}

func (r *rig) liveFull(ctx context.Context) (*Full, error) {
	terminals, stop, err := r.terminals(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	f := &flood{rig: r, inSpool: map[string]int{}}
	sent, err := day.Play(ctx, day.Config{
		Hub: r.hub.mqtt, Scenario: r.config.Scenario, Credentials: r.hub.credentials(), Factor: r.config.Factor,
		Settle: r.config.Settle, Break: f.begin, Mend: f.end, Act: r.people.act, Drain: patience,
	})
	if err != nil {
		return nil, errors.Join(err, fmt.Errorf("the hub said %s", r.hub.said()))
	}
	told := toldBy(terminals)
	r.gateway.answer.Store(0)
	if _, err := r.settled(ctx, terminals); err != nil {
		return nil, err
	}
	after, err := r.figure(ctx, "telemetry_points_dropped_total")
	if err != nil {
		return nil, err
	}
	s, err := r.stored(ctx)
	if err != nil {
		return nil, err
	}
	out := f.compare(sent, s)
	out.Before, out.After = f.before, uint64(after)
	stages := &Result{}
	stages.staged(told, s, sent)
	out.Told, out.Unstaged, out.Faults = stages.Told, stages.Unstaged, append(out.Faults, stages.Faults...)
	if err := r.hub.end(syscall.SIGTERM); err != nil {
		return nil, err
	}
	out.Missing, err = r.unwritten(ctx)
	return out, err
}

// begin waits until the spool lets the oldest go and all that is gone is
// counted, and has the hub killed while it goes on taking readings.
func (f *flood) begin(ctx context.Context, what scenario.What) error {
	if what != scenario.HubKilled {
		return fmt.Errorf("a day with a full spool knows no outage but that %s", scenario.HubKilled)
	}
	err := until(ctx, "the spool is full, and what it let go is counted", func() bool {
		dropped, err := f.figure(ctx, "telemetry_points_dropped_total")
		oldest, none := f.oldest()
		return errors.Join(err, none) == nil && dropped > 0 && uint64(dropped) == oldest
	})
	if err != nil {
		return err
	}
	taken, err := f.figure(ctx, "hub_signals_total")
	f.killing = make(chan error, 1)
	go func() {
		err := until(ctx, "the hub takes more", func() bool {
			now, err := f.figure(ctx, "hub_signals_total")
			return err == nil && now >= taken+underLoad
		})
		f.killedAt = time.Now()
		f.killing <- errors.Join(err, f.hub.kill())
	}()
	return err
}

// end looks at what the dead hub's spool holds, and starts the hub.
func (f *flood) end(ctx context.Context, _ scenario.What) error {
	if err := <-f.killing; err != nil {
		return err
	}
	s, err := f.spool()
	if err != nil {
		return err
	}
	err = f.note(s)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return f.hub.start(ctx)
}

// note keeps what was in the spool when the hub was killed.
func (f *flood) note(s *spool.Spool) error {
	first, next := s.Bounds(spool.Reading)
	f.before = first
	r := s.NewReader(spool.Reading)
	defer r.Close()
	for at := first; at < next; {
		b, err := r.Read(at, next, 1000)
		if err != nil {
			return err
		}
		for _, line := range b.Records {
			if device, seq, ok := readingIn(string(line)); ok {
				f.inSpool[device] = max(f.inSpool[device], seq)
			}
		}
		at = b.Next
	}
	return nil
}

// readingIn is the device and the count of a reading's point.
func readingIn(line string) (device string, seq int, ok bool) {
	if !strings.HasPrefix(line, telemetry.MeasureReading+",") {
		return "", 0, false
	}
	_, rest, _ := strings.Cut(line, ",device=")
	device, rest, _ = strings.Cut(rest, ",")
	_, rest, _ = strings.Cut(rest, "seq=")
	count, _, _ := strings.Cut(rest, "i")
	seq, err := strconv.Atoi(count)
	return device, seq, err == nil
}

// spool opens the spool of a hub that does not run.
func (r *rig) spool() (*spool.Spool, error) {
	return spool.Open(spool.Config{Dir: filepath.Join(r.config.Dir, "telemetry"), MaxBytes: int64(r.config.SpoolMiB) << 20}, time.Now())
}

// oldest is the number of the oldest point of a spool that is in use: its
// segments are named so.
func (r *rig) oldest() (uint64, error) {
	names, err := filepath.Glob(filepath.Join(r.config.Dir, "telemetry", "reading", "*.seg"))
	if err != nil || len(names) == 0 {
		return 0, errors.Join(err, errors.New("no segment"))
	}
	return strconv.ParseUint(strings.TrimSuffix(filepath.Base(slices.Min(names)), ".seg"), 10, 64)
}

// unwritten is how many points the spool has taken that InfluxDB does not have,
// and that do not wait. The hub must not run.
func (r *rig) unwritten(ctx context.Context) (uint64, error) {
	s, err := r.spool()
	if err != nil {
		return 0, err
	}
	_, taken := s.Bounds(spool.Reading)
	waiting := s.Stats().Waiting[spool.Reading]
	if err := s.Close(); err != nil {
		return 0, err
	}
	for _, m := range telemetry.Measurements() {
		if m.Class != spool.Reading {
			continue
		}
		points, err := held(ctx, r.influx, m.Name)
		if err != nil {
			return 0, err
		}
		taken -= uint64(len(points))
	}
	return taken - waiting, nil
}
