package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// Of an incident that was confidential for a while whoever is not named reads
// what they did themselves and the stamps, and no word of the others.
func TestWhatWasSaidInConfidenceStaysWithTheNamed(t *testing.T) {
	counsellor := alerting.Actor{Name: "counsellor", Role: alerting.RoleOfficer}
	own := alerting.Actor{Name: "own", Role: alerting.RoleLiaison}
	o := alerting.Opening{Kind: "emergency", Severity: alerting.Critical, Lead: alerting.LeadPolice}
	events := []alerting.Event{
		{Type: alerting.EventOpened, Opening: &o, Press: &alerting.PressRecord{ID: "p", PressedAt: noon, ReceivedAt: noon}},
		{Type: alerting.EventNoted, Actor: counsellor, Text: "before"},
		{Type: alerting.EventClassified, Actor: own, Class: &alerting.Classification{Kind: "bullying", Confidential: true, Name: alerting.Text{ZH: "学生欺凌", EN: "bullying"}}},
		{Type: alerting.EventNoted, Actor: counsellor, Text: "in confidence"},
		{Type: alerting.EventVerified, Actor: counsellor, Verify: alerting.VerifiedReal, Facts: []string{"injured"}},
		{Type: alerting.EventReferred, Actor: counsellor, Audience: alerting.Police, Reason: "secret reason"},
		{Type: alerting.EventReported, Actor: counsellor, Submission: &alerting.Submission{Report: alerting.ReportFirst, Way: alerting.WayTelephone, At: noon.Add(time.Hour), Reference: "secret reference"}},
		{Type: alerting.EventAcknowledged, Actor: counsellor, Audience: alerting.School, Number: 1},
		{Type: alerting.EventNoted, Actor: own, Text: "own words"},
		{Type: alerting.EventRevealed, Actor: counsellor, Reason: "a mistake", Class: &alerting.Classification{Kind: "emergency", Severity: alerting.Critical, Lead: alerting.LeadPolice}},
		{Type: alerting.EventNoted, Actor: counsellor, Text: "afterwards"},
	}
	for n := range events {
		events[n].Seq, events[n].Incident, events[n].School, events[n].At = int64(n+1), "i", "ziwei", noon.Add(time.Duration(n)*time.Second)
	}
	i := alerting.Fold(events)
	i.Timeline = alerting.Timeline(events)
	liaison := people.Account{Name: "own", Role: alerting.RoleLiaison, Schools: []string{"ziwei"}}
	dir := people.New(people.Lists{Schools: []people.School{{ID: "ziwei"}}, Accounts: []people.Account{liaison}})

	seen := policy.Seen(dir, liaison, i)
	for words, read := range map[string]bool{
		"before": true, "in confidence": false, "有人受伤": false, "secret reason": false, "secret reference": false,
		"学校已接手": true, "own words": true, "学生欺凌": true, "撤销保密：a mistake": true, "afterwards": true,
	} {
		assert.Equal(t, read, tells(seen, words), words)
	}
	assert.Empty(t, seen.Facts)
	assert.Equal(t, alerting.Unverified, seen.Verify)
	assert.Empty(t, seen.Reports[0].Reference)
	other := policy.Seen(dir, people.Account{Name: "other", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}}, i)
	assert.False(t, tells(other, "学生欺凌"), "what it was taken for is for the named, and for whoever said so")
	liaison.Named = true
	assert.True(t, tells(policy.Seen(dir, liaison, i), "in confidence"))
}
