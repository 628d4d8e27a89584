package hub

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// Whoever may release a notice to parents is told that one waits, with its
// number and until when, once for each draft.
func TestHoldersOfTheRightAreToldThatANoticeWaits(t *testing.T) {
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	account := func(name string, releases bool, schools ...string) people.Account {
		return people.Account{Name: name, Role: alerting.RoleOfficer, Release: releases, Schools: schools}
	}
	dir := people.New(people.Lists{
		Schools:  []people.School{{ID: "ziwei", Zone: time.FixedZone("CST", 8*3600)}, {ID: "other"}},
		Accounts: []people.Account{account("writer", false, "ziwei"), account("head", true, "ziwei"), account("deputy", true, "ziwei", "other"), account("far", true, "other")},
	})
	draft := notice.Waiting{
		School: "ziwei", Incident: "i", Mode: devices.Live, Until: at.Add(20 * time.Minute),
		Draft: release.Draft{Number: 2, Schools: []string{"ziwei"}, Hash: "h", At: at},
	}
	w := waiting{func() []notice.Waiting { return []notice.Waiting{draft} }, func() *people.Directory { return dir }}
	due := func(after time.Duration) []errand { return w.due(t.Context(), at.Add(after)) }
	names := func(all []errand) (out []string) {
		for _, e := range all {
			out = append(out, e.Account)
		}
		return out
	}
	assert.Empty(t, due(29*time.Second), "whoever writes one as a rule releases it at once")
	first := due(31 * time.Second)
	require.Equal(t, []string{"deputy", "head"}, names(first))
	assert.Equal(t, "家长通知待审核:第 2 号,08:20 前", first[0].Text.ZH)
	assert.Equal(t, first, due(time.Minute), "the same errands: told once")
	assert.Empty(t, due(20*time.Minute), "it is of no use any more")

	draft.Draft.Approvals = []release.Approval{{By: alerting.Actor{Name: "head"}}}
	assert.Equal(t, []string{"deputy"}, names(due(time.Minute)))
	draft.Draft.Schools = []string{"other", "ziwei"}
	draft.Draft.Approvals = nil
	assert.Equal(t, []string{"deputy"}, names(due(time.Minute)), "a holder for every school of it")
	draft.Draft.Hash = "another"
	assert.NotEqual(t, first[0].ID, due(time.Minute)[0].ID, "another draft is said anew")
}
