package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
)

type policyCmd struct {
	Explain explainCmd `cmd:"" help:"Say who would be told of an incident, by what and when, and why."`
}

type explainCmd struct {
	Config string        `help:"The configuration; without it the demonstration's is explained." placeholder:"campus.yaml"`
	School string        `help:"The school; may be left out where there is one."`
	Place  string        `help:"The place; the first one of the school where it is left out."`
	Kind   alerting.Kind `default:"emergency" help:"What the incident is about."`
	At     time.Time     `help:"When it would begin (RFC 3339); now where it is left out." format:"2006-01-02T15:04:05Z07:00"`
	Mode   alerting.Mode `default:"" enum:",live,drill,test" help:"live, drill or test; live and then drill where it is left out, as JSON live."`
	Filed  bool          `help:"A drill whose filing the station has accepted."`
	Late   bool          `help:"An alarm that reached the hub only after five minutes or more."`
	Silent bool          `help:"A silent alarm."`
	Fact   []policy.Fact `help:"What is known beyond the kind, such as violence or under-10."`
	JSON   bool          `help:"As JSON."`

	Engaged []string `help:"Contacts or accounts that have signed for an open critical incident of another school."`
}

// Run prints the plan that an incident would be frozen with: it is made by the
// same function.
func (c explainCmd) Run(out io.Writer) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	o, err := c.occasion(cfg)
	if err != nil {
		return err
	}
	set := policy.Of(cfg.Directory())
	if c.JSON {
		o.Mode = cmp.Or(c.Mode, devices.Live)
		o.Facts = c.known(cfg, o)
		return indented(out, set.Explain(o))
	}
	for i, mode := range c.modes() {
		if i > 0 {
			fmt.Fprintf(out, "\n%s\n\n", strings.Repeat("=", 60))
		}
		o.Mode = mode
		o.Facts = c.known(cfg, o)
		if _, err := io.WriteString(out, set.Explain(o).String()); err != nil {
			return err
		}
	}
	return nil
}

// known are the facts of the flags, and the one that the hub knows by the
// school's calendar: that there is an examination. It is a fact of what the hub
// finds, of a test and of a drill, and never of a person's alarm.
func (c explainCmd) known(cfg *config.Config, o policy.Occasion) []policy.Fact {
	person := o.Mode == devices.Live && slices.Contains(alerting.Kinds(), o.Kind) && !slices.Contains(c.Fact, policy.FactSensor)
	if person || slices.Contains(c.Fact, policy.FactExamination) || !examinedAt(cfg, o.School, o.At) {
		return c.Fact
	}
	return append(slices.Clip(c.Fact), policy.FactExamination)
}

// examinedAt reports whether a school's calendar has an examination on a day.
func examinedAt(cfg *config.Config, school string, at time.Time) bool {
	s, _ := cfg.Directory().School(school)
	c := cfg.Calendars[school]
	return c != nil && c.Day(calendar.On(at, s.Location())).Examination
}

// modes are those that are asked about: what is meant, and what it is practised
// by, where nobody says which.
func (c explainCmd) modes() []alerting.Mode {
	if c.Mode != "" {
		return []alerting.Mode{c.Mode}
	}
	return []alerting.Mode{devices.Live, devices.Drill}
}

// load reads the configuration, or that of a demonstration which is made for
// this and forgotten.
func (c explainCmd) load() (*config.Config, error) {
	if c.Config != "" {
		return config.Load(c.Config)
	}
	dir, err := os.MkdirTemp("", "campushub-explain-")
	if err != nil {
		return nil, fmt.Errorf("make the demonstration's folder: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it holds nothing that anybody needs
	campus, err := provision.Demo(dir, provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	if err != nil {
		return nil, err
	}
	return config.Load(campus.Config)
}

// occasion is what the flags ask about.
func (c explainCmd) occasion(cfg *config.Config) (policy.Occasion, error) {
	o := policy.Occasion{Kind: c.Kind, At: c.At, Mode: c.Mode, Filed: c.Filed, Late: c.Late, Silent: c.Silent, Facts: c.Fact, Engaged: c.Engaged}
	if o.At.IsZero() {
		o.At = time.Now()
	}
	school, err := c.school(cfg.Schools)
	if err != nil {
		return o, err
	}
	o.School = school.ID
	if o.Place, err = c.place(school); err != nil {
		return o, err
	}
	if kinds := policy.Of(cfg.Directory()).Kinds(school.ID); !slices.Contains(kinds, c.Kind) {
		return o, fmt.Errorf("kind %q: want %s", c.Kind, oneOf(kinds))
	}
	for _, f := range c.Fact {
		if !slices.Contains(policy.AllFacts(), f) {
			return o, fmt.Errorf("fact %q: want %s", f, oneOf(policy.AllFacts()))
		}
	}
	return o, nil
}

// oneOf lists words as "a, b or c".
func oneOf[S ~string](words []S) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i > 0 && i == len(words)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

func (c explainCmd) school(all []people.School) (people.School, error) {
	var ids []string
	for _, s := range all {
		if s.ID == c.School || (c.School == "" && len(all) == 1) {
			return s, nil
		}
		ids = append(ids, s.ID)
	}
	return people.School{}, fmt.Errorf("school %q: want %s", c.School, oneOf(ids))
}

func (c explainCmd) place(s people.School) (alerting.Place, error) {
	var ids []string
	for _, p := range s.Places {
		if p.ID == c.Place || c.Place == "" {
			return p, nil
		}
		ids = append(ids, p.ID)
	}
	if c.Place == "" {
		return alerting.Place{ID: s.ID, Name: s.Name}, nil
	}
	return alerting.Place{}, fmt.Errorf("place %q: want %s", c.Place, oneOf(ids))
}
