package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/cmd/internal/config"
)

type incidentCmd struct {
	List listCmd `cmd:"" help:"List incidents, newest first."`
	Show showCmd `cmd:"" help:"Show one incident with its timeline and deliveries."`

	Verify bundleCmd `cmd:"" help:"Check a bundle of evidence: alone, or against the journal of the hub that made it."`
}

// records says where the journal is. It is read only, also while a hub runs.
type records struct {
	Config string `help:"The configuration whose journal to read." placeholder:"campus.yaml" xor:"where" required:""`
	Dir    string `help:"The folder that holds journal.db." xor:"where" required:""`
}

// zones are the schools' own; of a school that is not among them times are
// this machine's. Every time that is printed says its offset.
type zones map[string]*time.Location

func (z zones) in(school string, at time.Time) time.Time {
	if zone, ok := z[school]; ok {
		return at.In(zone)
	}
	return at.Local()
}

// How times are printed: of a list, and of what happened within an incident.
const (
	dayAndTime = "2006-01-02 15:04:05 -07:00"
	timeAlone  = "15:04:05.000 -07:00"
)

func (r records) where() (path string, z zones, err error) {
	if r.Dir != "" {
		return filepath.Join(r.Dir, "journal.db"), nil, nil
	}
	cfg, err := config.Load(r.Config)
	if err != nil {
		return "", nil, err
	}
	z = zones{}
	for _, s := range cfg.Schools {
		z[s.ID] = s.Location()
	}
	return filepath.Join(cfg.Hub.Dir, "journal.db"), z, nil
}

func (r records) open(ctx context.Context) (*journal.Reader, zones, error) {
	path, z, err := r.where()
	if err != nil {
		return nil, nil, err
	}
	reader, err := journal.OpenReader(ctx, path)
	return reader, z, err
}

type listCmd struct {
	records
	School string         `help:"One school only."`
	State  alerting.State `help:"open, acknowledged or resolved." enum:",open,acknowledged,resolved" default:""`
	Since  time.Time      `help:"Opened at this time or later (RFC 3339)." format:"2006-01-02T15:04:05Z07:00"`
	Limit  int            `default:"50" help:"At most so many."`
	JSON   bool           `help:"One JSON object a line."`
}

// Run lists incidents; a confidential one is listed, because whoever reads the
// journal's file can read it all.
func (c listCmd) Run(ctx context.Context, out io.Writer) error {
	r, z, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	schools := []string{c.School}
	if c.School == "" {
		if schools, err = r.Schools(ctx); err != nil {
			return err
		}
	}
	all, err := r.List(ctx, alerting.Query{Schools: schools, Named: schools, State: c.State, Since: c.Since, Limit: c.Limit})
	if err != nil {
		return err
	}
	if c.JSON {
		return lines(out, all)
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "OPENED\tSCHOOL\tPLACE\tKIND\tSEVERITY\tMODE\tSTATE\tPRESSES\tID")
	for _, i := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", z.in(i.School, i.OpenedAt).Format(dayAndTime),
			i.School, i.Place.Name.ZH, i.Kind, i.Severity, i.Mode, i.State, i.PressCount, i.ID)
	}
	return t.Flush()
}

func lines(out io.Writer, all []alerting.Incident) error {
	enc := json.NewEncoder(out)
	for _, i := range all {
		if err := enc.Encode(i); err != nil {
			return err
		}
	}
	return nil
}

type showCmd struct {
	records
	ID   string `arg:"" help:"The incident's id."`
	JSON bool   `help:"As JSON."`
}

// Run shows one incident.
func (c showCmd) Run(ctx context.Context, out io.Writer) error {
	r, z, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	events, deliveries, err := r.Get(ctx, c.ID)
	if err != nil {
		return err
	}
	i := alerting.Fold(events)
	i.Stored, i.Deliveries, i.Timeline = true, deliveries, alerting.Timeline(events)
	if c.JSON {
		return lines(out, []alerting.Incident{i})
	}
	return show(out, i, z)
}

func show(out io.Writer, i alerting.Incident, z zones) error {
	presses := "1 press"
	if i.PressCount != 1 {
		presses = fmt.Sprintf("%d presses", i.PressCount)
	}
	fmt.Fprintf(out, "%s  %s %s  %s %s %s  %s  %s  %s\n", i.ID, i.School, i.Place.Name.ZH, i.Kind, i.Severity, i.Mode, i.State,
		presses, z.in(i.School, i.OpenedAt).Format(dayAndTime))
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, e := range i.Timeline {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", z.in(i.School, e.At).Format(timeAlone), e.Actor, e.Event, e.Text.ZH)
	}
	for _, d := range i.Deliveries {
		fmt.Fprintf(t, "%s\t%s/%s\t%s\t%s %s\n", z.in(i.School, d.PlannedAt).Format(timeAlone), d.Audience, d.Recipient, d.Channel, d.State, d.Reason)
	}
	return t.Flush()
}
