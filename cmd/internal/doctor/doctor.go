package doctor

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"example.org/campushub/cmd/internal/config"
)

// Level is how a finding stands.
type Level string

// The levels, from the best.
const (
	OK   Level = "ok"
	Warn Level = "warn"
	Bad  Level = "bad"
)

// Finding is one thing that was looked at.
type Finding struct {
	Level Level  `json:"level"`
	About string `json:"about"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"` // "" where there is nothing to do
}

// Findings is everything that was looked at, in the order of looking.
type Findings []Finding

// Bad reports whether anything is bad.
func (f Findings) Bad() bool {
	return slices.ContainsFunc(f, func(x Finding) bool { return x.Level == Bad })
}

func (f *Findings) say(l Level, about, do, format string, args ...any) {
	*f = append(*f, Finding{Level: l, About: about, Says: fmt.Sprintf(format, args...), Do: do})
}

// Options says what to look at.
type Options struct {
	Config string // the configuration's path
	Hub    string // the console's address of a running hub; "" is what the configuration says
}

// Look looks at everything; a configuration with faults ends it early, because
// it does not say where the rest is.
func Look(ctx context.Context, o Options, now time.Time) Findings {
	var f Findings
	cfg, err := config.Load(o.Config)
	if err != nil {
		configFaults(&f, err)
		return f
	}
	f.say(OK, "configuration", "", "%s", cfg.Counts())
	for _, w := range cfg.Warnings {
		f.say(Warn, "configuration", w.Do, "%v", w)
	}
	permissions(&f, cfg)
	disk(&f, cfg.Hub.Dir)
	clock(&f, now)
	zones(&f, cfg, now)
	ports(ctx, &f, cfg)
	certificates(&f, cfg, now)
	journalAt(ctx, &f, filepath.Join(cfg.Hub.Dir, "journal.db"))
	h := ask(ctx, hubAddress(o.Hub, cfg), cfg)
	hubItself(&f, h)
	paths(ctx, &f, cfg, h, now)
	coverage(&f, cfg, h)
	buttonTests(&f, cfg, h)
	calendars(&f, cfg, now)
	rosters(&f, cfg, h)
	influx(ctx, &f, cfg)
	waiting(&f, h)
	gateways(ctx, &f, cfg)
	return f
}

// mostFaults bounds the faults that are listed; "campushub check" has them all.
const mostFaults = 5

func configFaults(f *Findings, err error) {
	var faults config.Faults
	if !errors.As(err, &faults) {
		f.say(Bad, "configuration", "name a file or a folder that can be read", "%v", err)
		return
	}
	for _, fault := range faults[:min(len(faults), mostFaults)] {
		f.say(Bad, "configuration", "correct this line", "%v", fault)
	}
	if more := len(faults) - mostFaults; more > 0 {
		f.say(Bad, "configuration", `"campushub check" lists them all`, "%s more", config.Counted(more, "fault"))
	}
}
