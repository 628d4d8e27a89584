package hub

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/dashboards/api"
)

// slowChains take a minute for each check, or for ever.
type slowChains struct {
	of    [][]string
	never bool
}

func (s *slowChains) Trail(context.Context, string, int64, int) ([]alerting.Event, int64, error) {
	return nil, 0, errors.New("not asked for")
}

func (s *slowChains) Verify(ctx context.Context, schools []string) (r journal.Report, err error) {
	s.of = append(s.of, schools)
	if s.never {
		<-ctx.Done()
		return journal.Report{}, ctx.Err()
	}
	time.Sleep(time.Minute)
	for _, name := range []string{"a", "b"} {
		if schools == nil || slices.Contains(schools, name) {
			r.Schools = append(r.Schools, journal.SchoolReport{School: name, Events: 3})
		}
	}
	return r, nil
}

func (s *slowChains) VerifyAccounts(context.Context) (office.AccountsReport, error) {
	return office.AccountsReport{Entries: 7}, nil
}

func schoolsOf(c api.AuditCheck) (out []string) {
	for _, chain := range c.Chains {
		out = append(out, chain.School)
	}
	return out
}

func TestOneCheckOfChainsRunsAtATimeAndWhoWaitsGoesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &slowChains{}
		a := newAuditor(slow, slow, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		go a.run(ctx)
		began := time.Now()
		ofA, ofB, all := api.AuditScope{Schools: []string{"a"}}, api.AuditScope{Schools: []string{"b"}}, api.AuditScope{All: true}
		a.Check(ofA)
		synctest.Wait()
		a.Check(ofA) // the one that runs is the one
		a.Check(ofB)
		a.Check(api.AuditScope{Schools: []string{"", "b"}})
		assert.Equal(t, began, a.Checked(ofA).Running)
		assert.Equal(t, began, a.Checked(ofB).Running, "it waits")
		assert.Equal(t, began, a.Checked(all).Running)
		assert.Zero(t, a.Checked(api.AuditScope{Schools: []string{"c"}}).Running)

		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"a"}, schoolsOf(a.Checked(all)))
		assert.Zero(t, a.Checked(ofA).Running)
		assert.Empty(t, a.Checked(ofB).Chains)
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, [][]string{{"a"}, {"b"}}, slow.of)
		assert.Equal(t, []string{"", "a", "b"}, schoolsOf(a.Checked(all)))
		assert.Equal(t, []string{"b"}, schoolsOf(a.Checked(ofB)))
		assert.Equal(t, began.Add(time.Minute), a.Checked(all).At, "what is said of all is as old as the oldest")

		a.Check(all)
		synctest.Wait()
		a.Check(ofA)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		assert.Equal(t, [][]string{{"a"}, {"b"}, nil}, slow.of, "all are all")
		stop()
	})
}

func TestACheckThatDoesNotEndIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &slowChains{never: true}
		a := newAuditor(slow, slow, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		go a.run(ctx)
		ofA, all := api.AuditScope{Schools: []string{"a"}}, api.AuditScope{All: true}
		for _, of := range []api.AuditScope{ofA, all} {
			a.Check(of)
			time.Sleep(auditWithin - time.Second)
			assert.NotZero(t, a.Checked(of).Running)
			time.Sleep(2 * time.Second)
			synctest.Wait()
			got := a.Checked(of)
			assert.Zero(t, got.Running)
			assert.Equal(t, "not read to their end within 30m0s", got.Failed)
		}
		stop()
	})
}
