package console_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/dashboards/api/apitest"
)

// told is a checker that has found this out.
type told []pathcheck.Status

func (t told) Statuses() []pathcheck.Status { return t }

func (t told) Shown(string, string, string, time.Time) {}

func proven(ago time.Duration) pathcheck.Status {
	now := time.Now()
	return pathcheck.Status{
		School: apitest.School, Every: time.Minute, Began: now.Add(-time.Hour), ProvenAt: now.Add(-ago), Took: 41 * time.Millisecond,
		Last:     &pathcheck.Check{ID: "1", ReachedAt: now, StoredAt: now, AcknowledgedAt: now, Legs: []pathcheck.Leg{{LegKey: desk, HandedAt: now}}},
		Coverage: pathcheck.Coverage{At: now, Responders: 3, Vias: []alerting.Via{alerting.ViaInternet, alerting.ViaLAN}},
	}
}

var desk = alerting.LegKey{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT}

func TestHeadLineSaysWhenTheWayWasProven(t *testing.T) {
	h := startWith(t, told{proven(12*time.Second + 500*time.Millisecond)})
	const seconds = "(1[2-9]|[2-5][0-9])" // as fast as the machine is
	assert.Regexp(t, "报警通路 "+seconds+" 秒前已证实 · 41 毫秒", h.as("liaison-1", "zh").get("/").html)
	for _, path := range []string{"/", "/incidents"} {
		page := h.as("liaison-1", "en").get(path).html
		assert.Regexp(t, "Way to police proven "+seconds+" s ago · 41 ms", page)
		lacks(t, page, "not reached")
	}
}

func TestHeadLineSaysSinceWhenItIsNot(t *testing.T) {
	s := proven(4 * time.Minute)
	s.Last.Legs[0].HandedAt = time.Time{}
	s.Last.Legs[0].Reason = "not connected"
	h := startWith(t, told{s})
	page := h.as("officer-1", "en").get("/").html
	school, _ := campus.School(apitest.School)
	says(t, page, "Way to police not proven since "+s.ProvenAt.In(school.Location()).Format(time.TimeOnly))
	says(t, page, "police desk-1 not reached")
	says(t, page, `title="not connected"`)
	lacks(t, page, "ago ·</span>")
}

func TestHeadLineWarnsOfTooFewPeople(t *testing.T) {
	s := proven(time.Second)
	s.Coverage = pathcheck.Coverage{At: time.Now(), Responders: 1, Vias: []alerting.Via{alerting.ViaLAN}}
	h := startWith(t, told{s})
	says(t, h.as("guard-1", "zh").get("/").html, "可联系 1 人，1 条通道")
	says(t, h.as("guard-1", "en").get("/").html, "reachable: 1 person over 1 path<")
	s.Coverage.Responders, s.Coverage.Vias = 0, nil
	says(t, startWith(t, told{s}).as("guard-1", "en").get("/").html, "reachable: 0 people over 0 paths<")
}

func TestHeadLineOfAHubThatChecksNothing(t *testing.T) {
	page := start(t).as("liaison-1", "en").get("/").html
	says(t, page, "Way to police not yet proven")
	says(t, page, "path check is off")
}

func TestBeforeTheFirstCheckNothingIsClaimed(t *testing.T) {
	h := startWith(t, told{{School: apitest.School, Began: time.Now()}})
	says(t, h.as("liaison-1", "en").get("/").html, "Way to police not yet proven")
}
