package alerting

import (
	"cmp"
	"slices"
)

// The facts that somebody who looked may add to an incident, one tap each.
// The list is closed: no free text reaches the police by it.
const (
	FactArmed        = "armed"
	FactSeveral      = "several-people"
	FactInjured      = "injured"
	FactUnderControl = "under-control"
	FactGone         = "gone"
	FactFlames       = "visible-flames"
	FactTrapped      = "people-trapped"
	FactCalled110    = "called-110"
	FactCalled119    = "called-119"
	FactCalled120    = "called-120"
	FactCalled122    = "called-122"
)

// Facts lists every fact, in the order in which they are offered and told.
func Facts() []string {
	return []string{
		FactArmed, FactSeveral, FactInjured, FactUnderControl, FactGone, FactFlames, FactTrapped,
		FactCalled110, FactCalled119, FactCalled120, FactCalled122,
	}
}

var factTexts = map[string]Text{
	FactArmed:        {ZH: "持械", EN: "armed"},
	FactSeveral:      {ZH: "多人", EN: "several people"},
	FactInjured:      {ZH: "有人受伤", EN: "somebody is injured"},
	FactUnderControl: {ZH: "人已控制", EN: "under control"},
	FactGone:         {ZH: "人已离开", EN: "has left"},
	FactFlames:       {ZH: "可见明火", EN: "flames are visible"},
	FactTrapped:      {ZH: "有人被困", EN: "people are trapped"},
	FactCalled110:    {ZH: "已拨 110", EN: "110 was called"},
	FactCalled119:    {ZH: "已拨 119", EN: "119 was called"},
	FactCalled120:    {ZH: "已拨 120", EN: "120 was called"},
	FactCalled122:    {ZH: "已拨 122", EN: "122 was called"},
}

// FactText says a fact in words; an unknown one has none.
func FactText(fact string) Text { return factTexts[fact] }

// Verifications lists what somebody who looked may say.
func Verifications() []Verification {
	return []Verification{Unverified, VerifiedReal, VerifiedFalse, VerifiedNoFind}
}

var verificationTexts = map[Verification]Text{
	Unverified:     {ZH: "未核实", EN: "unverified"},
	VerifiedReal:   {ZH: "属实", EN: "real"},
	VerifiedFalse:  {ZH: "误报", EN: "false alarm"},
	VerifiedNoFind: {ZH: "未发现异常", EN: "nothing found"},
}

// withFacts is the facts with some added and some withdrawn, in the order of
// the list; the given slice stays as it is.
func withFacts(facts, added, withdrawn []string) []string {
	out := make([]string, 0, len(facts)+len(added))
	for _, f := range slices.Concat(facts, added) {
		if !slices.Contains(withdrawn, f) && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	all := Facts()
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Compare(slices.Index(all, a), slices.Index(all, b))
	})
	return out
}
