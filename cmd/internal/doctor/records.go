package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/cmd/internal/config"
)

// journalAt recomputes the audit chains.
func journalAt(ctx context.Context, f *Findings, path string) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		f.say(Warn, "journal", "start the hub once; it makes it", "%s is not there yet", path)
		return
	}
	report, err := journal.Verify(ctx, path)
	if err != nil {
		f.say(Bad, "journal", "stop the hub, copy the folder, and look at the disk", "it cannot be read: %v", err)
		return
	}
	if len(report.Schools) == 0 {
		f.say(OK, "journal", "", "it can be read and holds no event yet")
	}
	for _, s := range report.Schools {
		if s.Reason != "" {
			f.say(Bad, "audit chain", `keep a copy of the folder as it is; "campushub verify" says more`, "%s: breaks at event %d: %s", s.School, s.BrokenAt, s.Reason)
			continue
		}
		f.say(OK, "audit chain", "", "%s: whole to its end, %d events", s.School, s.Events)
	}
}

// paths says when each way to the police was last proven: as the hub says where
// one answers, else as its records do.
func paths(ctx context.Context, f *Findings, cfg *config.Config, h answers, now time.Time) {
	if cfg.Hub.PathCheck.Off {
		f.say(Warn, "way to police", "take hub.path_check.off away", "the configuration has the path check off: nobody would notice a broken way")
		return
	}
	records, err := office.ReadPathRecords(ctx, filepath.Join(cfg.Hub.Dir, "office.db"))
	if err != nil && h.figures == nil {
		f.say(Warn, "way to police", "start the hub", "no record can be read: %v", err)
		return
	}
	for _, s := range cfg.Schools {
		w := known(s.ID, records[s.ID], h)
		w.say(f, s.ID, now)
	}
}

// wayAt is what is known of one school's way.
type wayAt struct {
	running bool // from the hub itself, now
	proven  time.Time
	took    time.Duration
	last    *pathcheck.Check
}

func known(school string, r pathcheck.Records, h answers) wayAt {
	w := wayAt{last: r.Last}
	if r.Proven != nil {
		w.proven, w.took = r.Proven.ProvenAt, r.Proven.Took()
	}
	if at, ok := h.of("campushub_path_proven_timestamp_seconds", school); ok {
		took, _ := h.of("campushub_path_proven_duration_seconds", school)
		w.proven, w.took = time.UnixMilli(int64(at*1000)), time.Duration(took*float64(time.Second))
	}
	w.running = h.figures != nil
	return w
}

func (w wayAt) say(f *Findings, school string, now time.Time) {
	const about = "way to police"
	do := "look at the desk, its network, and the hub's log"
	age := now.Sub(w.proven).Round(time.Second)
	switch {
	case w.proven.IsZero() && !w.running:
		f.say(Warn, about, "start the hub", "%s: never proven%s", school, w.missing())
	case w.proven.IsZero():
		f.say(Bad, about, do, "%s: never proven%s", school, w.missing())
	case !w.running:
		f.say(Warn, about, "start the hub", "%s: last proven %s ago, and no hub proves it now", school, age)
	case age >= pathcheck.Unproven:
		f.say(Bad, about, do, "%s: not proven for %s%s", school, age, w.missing())
	default:
		f.say(OK, about, "", "%s: proven %s ago · %s", school, age, round(w.took))
	}
}

func (w wayAt) missing() string {
	if w.last == nil || len(w.last.Missing()) == 0 {
		return ""
	}
	m := w.last.Missing()[0]
	return ": " + string(m.Stage) + " " + m.Leg.Recipient + ": " + m.Why
}

// coverage says whom an alarm would reach now. Only a running hub knows.
func coverage(f *Findings, cfg *config.Config, h answers) {
	for _, s := range cfg.Schools {
		n, ok := h.of("campushub_path_reachable_responders", s.ID)
		if !ok {
			continue
		}
		m, _ := h.of("campushub_path_independent_paths", s.ID)
		if n < pathcheck.LeastResponders || m < pathcheck.LeastPaths {
			f.say(Warn, "coverage", "connect a second terminal or page, and one that runs over something else", "%s: %.0f responders over %.0f independent paths can be reached", s.ID, n, m)
			continue
		}
		f.say(OK, "coverage", "", "%s: %.0f responders over %.0f independent paths can be reached", s.ID, n, m)
	}
}
