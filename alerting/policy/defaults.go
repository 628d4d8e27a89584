package policy

import (
	"time"

	"example.org/campushub/alerting"
)

// never marks an audience that is not told about a kind by itself: because a
// person decides, because it is only shown silently, or not at all.
const never = time.Duration(-1)

// rule is one line of the default policy: what a kind is, and after how long
// each audience is told if nobody has taken the incident on.
type rule struct {
	severity     alerting.Severity
	lead         alerting.Lead
	confidential bool // named recipients only
	police       time.Duration
	school       time.Duration
	guards       time.Duration
}

func at(seconds int) time.Duration { return time.Duration(seconds) * time.Second }

// defaults is the built-in policy for what people raise and what the hub
// raises itself. Local rules win; these follow published practice of Chinese
// schools and stations (one-key alarms reach station and school at once; a
// fight goes to the police after a minute, a missing pupil after five).
var defaults = map[alerting.Kind]rule{
	"emergency": {alerting.Critical, alerting.LeadPolice, false, 0, 0, 0},
	"attack":    {alerting.Critical, alerting.LeadPolice, false, 0, 0, 0},
	"intrusion": {alerting.High, alerting.LeadPolice, false, 0, 0, 0},
	"fire":      {alerting.Critical, alerting.LeadSchool, false, 0, 0, 0},
	"medical":   {alerting.High, alerting.LeadSchool, false, never, 0, 0},
	"health":    {alerting.High, alerting.LeadSchool, false, never, 0, never},
	"fight":     {alerting.High, alerting.LeadSchool, false, at(60), 0, 0},
	"bullying":  {alerting.High, alerting.LeadSchool, true, never, 0, never},
	"welfare":   {alerting.High, alerting.LeadSchool, true, never, 0, never},
	"missing":   {alerting.High, alerting.LeadPolice, false, at(300), 0, 0},
	"traffic":   {alerting.High, alerting.LeadPolice, false, 0, 0, 0},
	"drowning":  {alerting.Critical, alerting.LeadPolice, false, 0, 0, 0},
	"crowd":     {alerting.High, alerting.LeadSchool, false, 0, 0, 0},
	"weather":   {alerting.High, alerting.LeadSchool, false, never, 0, never},
	"hazard":    {alerting.Low, alerting.LeadSchool, false, never, 0, never},

	alerting.KindHubFault: {alerting.High, alerting.LeadSchool, false, never, 0, never},
}

// ruleOf is the kind's rule; an unknown kind is handled as an emergency.
func ruleOf(k alerting.Kind) rule {
	if r, ok := defaults[k]; ok {
		return r
	}
	return defaults["emergency"]
}

// after is the wait before an audience is told, or never.
func (r rule) after(a alerting.Audience) time.Duration {
	switch a {
	case alerting.Police:
		return r.police
	case alerting.School:
		return r.school
	case alerting.Guards:
		return r.guards
	}
	return never
}

// budget is the time to the endpoint's receipt and the hard limit behind it.
type budget struct{ target, limit time.Duration }

// budgets follow GB/T 28181-2016 section 5.3 (2 s from device to centre, 4 s
// to a user's terminal) as hard limits.
var budgets = map[alerting.Audience]budget{
	alerting.Police: {500 * time.Millisecond, 2 * time.Second},
	alerting.School: {time.Second, 4 * time.Second},
	alerting.Guards: {time.Second, 4 * time.Second},
}
