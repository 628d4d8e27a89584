package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// Longest lists.
const (
	MaxListed     = 500
	DefaultListed = 50
)

// Service reads and changes incidents on behalf of an account.
type Service struct {
	engine      Engine
	people      People
	paths       Paths       // nil: no path is checked
	supervision Supervision // nil: no device is supervised
	notices     Notices     // nil: no notices to parents
	drills      Drills      // nil: none are run here
	duty        Duty        // nil: no posts are watched here
	gates       Gates       // nil: no gate rules run here
	hazards     Hazards     // nil: none are reported here
	past        Past        // nil: nothing is recorded
	examined    Examined    // nil: no day is an examination day
	evidence    Evidence    // nil: none is taken away
	audit       Audit       // nil: nobody reads the audit chains here
	trials      Trials      // nil: no way is tested here
	on          pathcheck.Connections
	asked       *allowance // for the past
	gatherer    prometheus.Gatherer
	configured  Configured
}

// People returns the present directory.
func (s *Service) People() *people.Directory { return s.people() }

// Unresolved returns every unresolved incident that the account may see,
// newest first.
func (s *Service) Unresolved(a people.Account) []alerting.Incident {
	var out []alerting.Incident
	for _, i := range s.engine.Unresolved() {
		if a.MaySee(i) && !i.Resolved() { // resolved and not yet durable is resolved to people
			out = append(out, policy.Seen(s.people(), a, i))
		}
	}
	slices.SortFunc(out, newestFirst)
	return out
}

// Incident returns one incident with deliveries and timeline, as the account
// may read it.
func (s *Service) Incident(ctx context.Context, a people.Account, id string) (alerting.Incident, error) {
	i, err := s.whole(ctx, a, id)
	if err != nil {
		return alerting.Incident{}, err
	}
	return policy.Seen(s.people(), a, i), nil
}

// whole is an incident that the account may see, with what it may not read.
func (s *Service) whole(ctx context.Context, a people.Account, id string) (alerting.Incident, error) {
	if !a.Role.SeesIncidents() {
		return alerting.Incident{}, notThere(id)
	}
	i, err := s.engine.Incident(ctx, id)
	if err != nil {
		return alerting.Incident{}, err
	}
	if !a.MaySee(i) {
		return alerting.Incident{}, notThere(id)
	}
	return i, nil
}

// Do carries out a command of the account on an incident that it may see, and
// returns the incident as it is after it.
func (s *Service) Do(ctx context.Context, a people.Account, c alerting.Command) (alerting.Incident, error) {
	i, err := s.whole(ctx, a, c.Incident)
	if err != nil {
		return alerting.Incident{}, err
	}
	if !policy.MayDo(a, i, c.Verb) {
		return alerting.Incident{}, fmt.Errorf("%w: this incident is for named people: to %s is theirs", alerting.ErrForbidden, c.Verb)
	}
	if linking(c) { // what one may not see is no incident to link to
		if _, err := s.whole(ctx, a, c.Other); err != nil {
			return alerting.Incident{}, err
		}
	}
	c.Actor = alerting.Actor{Name: a.Name, Role: a.Role}
	done, err := s.engine.Do(ctx, c)
	if err != nil {
		return alerting.Incident{}, err
	}
	if full, err := s.Incident(ctx, a, c.Incident); err == nil && full.Number >= done.Number {
		return full, nil
	}
	return policy.Seen(s.people(), a, done), nil
}

func linking(c alerting.Command) bool {
	return (c.Verb == alerting.VerbLink || c.Verb == alerting.VerbUnlink) && c.Other != ""
}

// Confirm records that a page of the account received or read an update.
func (s *Service) Confirm(ctx context.Context, a people.Account, id string, number int64, status alerting.DeliveryState) error {
	if _, err := s.Incident(ctx, a, id); err != nil {
		return err
	}
	return s.engine.ConfirmConsole(ctx, a.Name, id, number, status)
}

// Filter is what a reader asks of a list.
type Filter struct {
	State  alerting.State // "" is every state
	School string         // "" is every school of the account
	Since  time.Time
	Limit  int
	Cursor alerting.Cursor
}

// Page is one page of a list; a zero Next ends it.
type Page struct {
	Incidents []alerting.Incident
	Next      alerting.Cursor
}

// List returns a page of the incidents that the account may see.
func (s *Service) List(ctx context.Context, a people.Account, f Filter) (Page, error) {
	if !a.Role.SeesIncidents() {
		return Page{}, fmt.Errorf("%w: %s reads no incidents", alerting.ErrForbidden, a.Role)
	}
	q := alerting.Query{
		Schools: slices.Clone(a.Schools), State: f.State, Since: f.Since,
		Limit: f.Limit + 1, Before: f.Cursor, // one more shows whether another page follows
	}
	if f.School != "" {
		q.Schools = slices.DeleteFunc(q.Schools, func(id string) bool { return id != f.School })
	}
	q.Named = slices.DeleteFunc(slices.Clone(q.Schools), func(id string) bool {
		return !a.Named && !slices.Contains(a.StandsInAt(), id)
	})
	if len(q.Schools) == 0 {
		return Page{}, nil
	}
	found, err := s.visible(ctx, a, q)
	if err != nil {
		return Page{}, err
	}
	return page(found, f.Limit, func(i alerting.Incident) alerting.Incident { return policy.Seen(s.people(), a, i) }), nil
}

// visible lists what the account may see, as many as asked for where there are
// so many: behind what it may not see the list goes on.
func (s *Service) visible(ctx context.Context, a people.Account, q alerting.Query) ([]alerting.Incident, error) {
	var out []alerting.Incident
	for {
		found, err := s.engine.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			if a.MaySee(i) && len(out) < q.Limit {
				out = append(out, i)
			}
		}
		if len(found) < q.Limit || len(out) == q.Limit {
			return out, nil
		}
		last := found[len(found)-1]
		q.Before = alerting.Cursor{OpenedAt: last.OpenedAt, ID: last.ID}
	}
}

func page(found []alerting.Incident, limit int, seen func(alerting.Incident) alerting.Incident) Page {
	var p Page
	if len(found) > limit {
		found = found[:limit]
		p.Next = alerting.Cursor{OpenedAt: found[limit-1].OpenedAt, ID: found[limit-1].ID}
	}
	for _, i := range found {
		p.Incidents = append(p.Incidents, seen(i))
	}
	return p
}

func notThere(id string) error {
	return fmt.Errorf("%w: incident %s", alerting.ErrNotFound, id)
}

func newestFirst(a, b alerting.Incident) int {
	if c := b.OpenedAt.Compare(a.OpenedAt); c != 0 {
		return c
	}
	if a.ID > b.ID {
		return -1
	}
	return 1
}
