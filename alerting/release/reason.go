package release

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
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

// reason is, of one sentence, the kinds that it speaks of and the texts that it
// may stand in.
type reason struct {
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
		kinds: []alerting.Kind{"emergency", "attack", "intrusion"}, texts: []TextID{Waiting, Correction},
	},
	FireService: {
		kinds: []alerting.Kind{"fire"}, texts: []TextID{Waiting, Correction}, counted: true,
	},
	UnwellInCare: {
		kinds: []alerting.Kind{"health"}, texts: []TextID{Waiting, Correction},
	},
	RoadClosed: {
		kinds: []alerting.Kind{"traffic"}, texts: []TextID{Waiting, Correction, GateChanged},
	},
	Staggered: {
		kinds: []alerting.Kind{"crowd"}, texts: []TextID{DismissalLater, Correction, GateChanged},
	},
	NoSchool:       weatherLine(),
	LateStart:      weatherLine(),
	EarlyDismissal: weatherLine(),
}

func weatherLine() reason {
	return reason{kinds: []alerting.Kind{"weather"}, texts: []TextID{ClosedWeather, Correction}}
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

// ReasonLine is the sentence in the built-in words; false where there is none
// of that id.
func ReasonLine(id ReasonID) (alerting.Text, bool) { return LineOf(nil, id) }

// LineOf is the sentence in a school's words.
func LineOf(b *texts.Book, id ReasonID) (alerting.Text, bool) {
	if _, ok := reasons[id]; !ok {
		return alerting.Text{}, false
	}
	return b.Plain(texts.Code("RSN-" + id)), true
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

// DrillOf is what a drill of a kind is called; false where it has no name but
// that of its kind.
func DrillOf(k alerting.Kind) (alerting.Text, bool) {
	switch k {
	case "fire":
		return drillNames[FireDrill], true
	case "attack", "intrusion":
		return drillNames[Security], true
	}
	return alerting.Text{}, false
}

// DrillNames lists the names that a drill may have, sorted.
func DrillNames() []DrillName {
	return []DrillName{Earthquake, Evacuation, FireDrill, LockIn, Security}
}
