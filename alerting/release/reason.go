package release

import (
	"slices"

	"example.org/campushub/alerting"
)

// ReasonID names one of the sentences that may say to parents what it is
// about. There is no other way to say it.
type ReasonID string

// The reason lines.
const (
	PoliceOnSite   ReasonID = "police-on-site"
	FireService    ReasonID = "fire-service"
	UnwellInCare   ReasonID = "unwell-in-care"
	RoadClosed     ReasonID = "road-closed"
	Staggered      ReasonID = "staggered"
	NoSchool       ReasonID = "no-school"
	LateStart      ReasonID = "late-start"
	EarlyDismissal ReasonID = "early-dismissal"
)

// reason is one sentence, the kinds that it speaks of and the texts that it
// may stand in.
type reason struct {
	line  alerting.Text
	kinds []alerting.Kind
	texts []TextID
	// counted says that the sentence is true only once everybody is counted
	// and nobody is missing.
	counted bool
}

// A correction takes a line wherever another text of the kind does: it stands
// in the place of that text.
var reasons = map[ReasonID]reason{
	PoliceOnSite: {
		line:  alerting.Text{ZH: "公安机关正在现场处置。", EN: "Police are on site."},
		kinds: []alerting.Kind{"emergency", "attack", "intrusion"}, texts: []TextID{Waiting, Correction},
	},
	FireService: {
		line:  alerting.Text{ZH: "消防部门正在处置,师生已疏散。", EN: "The fire service is on site; everybody has left the building."},
		kinds: []alerting.Kind{"fire"}, texts: []TextID{Waiting, Correction}, counted: true,
	},
	UnwellInCare: {
		line:  alerting.Text{ZH: "个别学生身体不适,已就医,家长已通知。", EN: "Some pupils felt unwell and are in care; their families know."},
		kinds: []alerting.Kind{"health"}, texts: []TextID{Waiting, Correction},
	},
	RoadClosed: {
		line:  alerting.Text{ZH: "校门外道路临时管制。", EN: "The road outside is closed for now."},
		kinds: []alerting.Kind{"traffic"}, texts: []TextID{Waiting, Correction, GateChanged},
	},
	Staggered: {
		line:  alerting.Text{ZH: "校门口人流较大,实行错峰。", EN: "The gate is crowded; times are staggered."},
		kinds: []alerting.Kind{"crowd"}, texts: []TextID{DismissalLater, Correction, GateChanged},
	},
	NoSchool:       weatherLine("停课。", "No school."),
	LateStart:      weatherLine("推迟到校。", "Late start."),
	EarlyDismissal: weatherLine("提前放学。", "Early dismissal."),
}

func weatherLine(zh, en string) reason {
	return reason{
		line:  alerting.Text{ZH: zh, EN: en},
		kinds: []alerting.Kind{"weather"}, texts: []TextID{ClosedWeather, Correction},
	}
}

// Reasons lists the reason lines that a text may carry for a kind, in the
// order of their ids; none is the usual answer.
func Reasons(text TextID, kind alerting.Kind) []ReasonID {
	var out []ReasonID
	for id, r := range reasons {
		if slices.Contains(r.kinds, kind) && slices.Contains(r.texts, text) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// ReasonLine is the sentence in words; false where there is none of that id.
func ReasonLine(id ReasonID) (alerting.Text, bool) {
	r, ok := reasons[id]
	return r.line, ok
}

// DrillName is what a drill is called to parents.
type DrillName string

// The drills.
const (
	Evacuation DrillName = "evacuation"
	LockIn     DrillName = "lock-in"
	FireDrill  DrillName = "fire"
	Earthquake DrillName = "earthquake"
	Security   DrillName = "security"
)

var drillNames = map[DrillName]alerting.Text{
	Evacuation: {ZH: "疏散", EN: "evacuation"},
	LockIn:     {ZH: "校内避险", EN: "lock-in"},
	FireDrill:  {ZH: "消防", EN: "fire"},
	Earthquake: {ZH: "地震避险", EN: "earthquake"},
	Security:   {ZH: "安全防范", EN: "security"},
}

// DrillNames lists the names that a drill may have, sorted.
func DrillNames() []DrillName {
	return []DrillName{Earthquake, Evacuation, FireDrill, LockIn, Security}
}
