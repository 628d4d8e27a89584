package alerting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func submit(r alerting.ReportStage, w alerting.ReportWay, reference string) alerting.Command {
	return alerting.Command{Verb: alerting.VerbReport, Actor: officer, Report: r, Way: w, Text: reference}
}

var hours = alerting.ReportRule{First: 30 * time.Minute, Written: time.Hour, FollowUp: 2 * time.Hour, Final: 24 * time.Hour}

// owed lists what an incident owes, each with its time from noon.
func owed(i alerting.Incident) map[alerting.ReportStage]time.Duration {
	out := map[alerting.ReportStage]time.Duration{}
	for _, o := range i.ReportsOwed(hours) {
		out[o.Report] = o.Due.Sub(noon)
	}
	return out
}

type owing = map[alerting.ReportStage]time.Duration

func TestWhatIsOwedToTheBureau(t *testing.T) {
	s := of(t, "fire")
	assert.Equal(t, owing{alerting.ReportFirst: 30 * time.Minute, alerting.ReportWritten: time.Hour}, owed(s.now))
	s.at(10*time.Minute, submit(alerting.ReportFirst, alerting.WayTelephone, ""))
	assert.Equal(t, owing{alerting.ReportWritten: time.Hour, alerting.ReportFollowUp: 130 * time.Minute}, owed(s.now), "a call is no written report")
	s.at(40*time.Minute, submit(alerting.ReportFirst, alerting.WayDocument, "教安7号"))
	assert.Equal(t, owing{alerting.ReportFollowUp: 160 * time.Minute}, owed(s.now))
	at := noon.Add(2 * time.Hour)
	s.now.Deliveries = []alerting.Delivery{{Audience: alerting.District, HandedAt: &at}, {Audience: alerting.Police, HandedAt: &at}}
	assert.Equal(t, owing{alerting.ReportFollowUp: 4 * time.Hour}, owed(s.now), "the hub's own report is a follow-up")
	s.at(3*time.Hour, alerting.Command{Verb: alerting.VerbReset, Actor: officer, Reason: "looked"})
	s.at(3*time.Hour, alerting.Command{Verb: alerting.VerbResolve, Actor: liaison, Outcome: alerting.OutcomeUnfounded})
	assert.Equal(t, owing{alerting.ReportFinal: 27 * time.Hour}, owed(s.now), "the bureau has heard of it")
	s.at(4*time.Hour, submit(alerting.ReportFinal, alerting.WayDocument, "教安8号"))
	assert.Empty(t, owed(s.now))
	assert.Len(t, s.now.Reports, 3)
	lines := alerting.Timeline(s.events)
	assert.Equal(t, alerting.Text{ZH: "已向教育局终报（书面）：教安8号", EN: "Reported to the education bureau: final report, in writing: 教安8号"}, lines[len(lines)-1].Text)
}

func TestOfWhatWasNothingNoFinalReportIsOwed(t *testing.T) {
	for outcome, want := range map[alerting.Outcome]owing{
		alerting.OutcomeUnfounded: {}, alerting.OutcomeAccidental: {}, alerting.OutcomeMalicious: {},
		alerting.OutcomeReal: {alerting.ReportFinal: 24*time.Hour + time.Minute}, alerting.OutcomeTransferred: {alerting.ReportFinal: 24*time.Hour + time.Minute},
	} {
		s := of(t, "fire")
		s.do(alerting.Command{Verb: alerting.VerbReset, Actor: officer, Reason: "looked"})
		s.do(alerting.Command{Verb: alerting.VerbResolve, Actor: liaison, Outcome: outcome})
		assert.Equal(t, want, owed(s.now), outcome)
	}
	s := of(t, "fire")
	s.now.Mode = devices.Drill
	assert.Empty(t, owed(s.now))
	s = of(t, "fire")
	s.now.Referred = []alerting.Referred{{Audience: alerting.District, At: noon.Add(time.Hour)}}
	assert.Equal(t, owing{alerting.ReportFirst: 90 * time.Minute, alerting.ReportWritten: 2 * time.Hour}, owed(s.now), "from when it was referred")
	s.now.Acknowledgements = []alerting.Acknowledgement{{Audience: alerting.District, At: noon.Add(2 * time.Hour)}}
	assert.Equal(t, owing{alerting.ReportWritten: 2 * time.Hour, alerting.ReportFollowUp: 4 * time.Hour}, owed(s.now))
	assert.Empty(t, s.now.ReportsOwed(alerting.ReportRule{}), "never due")
}

func TestWhichReportsAreRefused(t *testing.T) {
	s := of(t, "fire")
	with := func(c alerting.Command, change func(*alerting.Command)) alerting.Command { change(&c); return c }
	first := submit(alerting.ReportFirst, alerting.WayTelephone, "")
	for what, c := range map[string]alerting.Command{
		"no report": submit("", alerting.WayTelephone, ""), "none that is submitted": submit(alerting.ReportWritten, alerting.WayDocument, ""),
		"no way": submit(alerting.ReportFirst, "pigeon", ""), "two lines": submit(alerting.ReportFirst, alerting.WayMessage, "a\nb"),
		"too long":  submit(alerting.ReportFirst, alerting.WayMessage, strings.Repeat("a", alerting.MaxReference+1)),
		"to come":   with(first, func(c *alerting.Command) { c.When = noon.Add(2 * time.Minute) }),
		"before it": with(first, func(c *alerting.Command) { c.When = noon.Add(-time.Minute) }),
	} {
		_, err := s.try(c)
		require.ErrorIs(t, err, alerting.ErrInvalid, what)
	}
	_, err := s.try(submit(alerting.ReportFinal, alerting.WayDocument, ""))
	require.ErrorIs(t, err, alerting.ErrConflict, "it is open")
	s.now.Mode = devices.Drill
	_, err = s.try(first)
	require.ErrorIs(t, err, alerting.ErrConflict, "a drill")
	s.now.Mode = devices.Live
	s.do(alerting.Command{Verb: alerting.VerbReset, Actor: officer, Reason: "looked"})
	s.do(alerting.Command{Verb: alerting.VerbResolve, Actor: liaison, Outcome: alerting.OutcomeReal})
	early := submit(alerting.ReportFinal, alerting.WayDocument, "")
	early.When = noon.Add(time.Second)
	_, err = s.try(early)
	require.ErrorIs(t, err, alerting.ErrInvalid, "before the closing")
	s.at(time.Hour, first)
	s.at(2*time.Hour, submit(alerting.ReportFinal, alerting.WayDocument, ""))
	_, err = s.tryAt(first, noon.Add(3*time.Hour))
	require.ErrorIs(t, err, alerting.ErrConflict, "nothing follows the final one")
	s.at(4*time.Hour, submit(alerting.ReportFinal, alerting.WayDocument, "put right"))
	for len(s.now.Reports) < alerting.MaxSubmissions {
		s.at(5*time.Hour, submit(alerting.ReportFinal, alerting.WayDocument, ""))
	}
	_, err = s.tryAt(submit(alerting.ReportFinal, alerting.WayDocument, ""), noon.Add(6*time.Hour))
	require.ErrorIs(t, err, alerting.ErrConflict)
}
