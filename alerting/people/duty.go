package people

import (
	"slices"

	"example.org/campushub/alerting"
)

// Duty is what a contact answers for. Escalation levels ask for duties, so
// that a policy names no person.
type Duty string

// The duties, as schools and stations share them out.
const (
	DutyStationDesk      Duty = "station-desk"      // whoever sits at the station's desk this shift
	DutyCommandSeat      Duty = "command-seat"      // a seat of the 110 command centre
	DutyAssignedOfficer  Duty = "assigned-officer"  // the police officer assigned to the school
	DutyStationLeader    Duty = "station-leader"    // leads the station today
	DutyCommandChief     Duty = "command-chief"     // leads the command centre's shift
	DutyNeighbourStation Duty = "neighbour-station" // the station next to the school's own

	DutyResponseUnit Duty = "response-unit" // acts in the school in the first minute
	DutyOfficer      Duty = "officer"       // runs the school's safety from day to day
	DutyDutyLeader   Duty = "duty-leader"   // leads the school today
	DutyDeputy       Duty = "deputy"
	DutyPrincipal    Duty = "principal"
	DutyNamedPerson  Duty = "named-person"  // is trusted with confidential matters
	DutySecondDeputy Duty = "second-deputy" // the next who is
	DutyTechnician   Duty = "technician"    // keeps the hub running

	DutyGuard         Duty = "guard"
	DutyNeighbourPost Duty = "neighbour-post" // guards the post beside
	DutySubstitute    Duty = "substitute"     // takes a shift that nobody came to
	DutyRostered      Duty = "rostered"       // whose shift or round it is

	DutyStaff            Duty = "staff"
	DutyLoudspeaker      Duty = "loudspeaker"       // the school's loudspeakers, over a number that can be called
	DutyBureauDuty       Duty = "bureau-duty"       // whoever is on duty at the education bureau
	DutyBureauProtection Duty = "bureau-protection" // the bureau's contact for the protection of children

	DutyPlatform Duty = "platform" // another system that is told beside the people
)

type dutyOf struct {
	duty      Duty
	title     alerting.Text
	audiences []alerting.Audience
}

var duties = []dutyOf{
	{DutyStationDesk, alerting.Text{ZH: "派出所值班民警", EN: "station desk"}, only(alerting.Police)},
	{DutyCommandSeat, alerting.Text{ZH: "110 指挥中心席位", EN: "110 command centre seat"}, only(alerting.Police)},
	{DutyAssignedOfficer, alerting.Text{ZH: "联络民警(法治副校长)", EN: "the school's liaison officer"}, only(alerting.Police)},
	{DutyStationLeader, alerting.Text{ZH: "带班所领导", EN: "station leader on duty"}, only(alerting.Police)},
	{DutyCommandChief, alerting.Text{ZH: "110 指挥中心值班长", EN: "110 duty chief"}, only(alerting.Police)},
	{DutyNeighbourStation, alerting.Text{ZH: "邻近派出所", EN: "neighbouring station"}, only(alerting.Police)},
	{DutyResponseUnit, alerting.Text{ZH: "最小应急单元", EN: "minimum response unit"}, []alerting.Audience{alerting.School, alerting.Guards}},
	{DutyOfficer, alerting.Text{ZH: "学校安全员(安全办主任)", EN: "school safety officer"}, only(alerting.School)},
	{DutyDutyLeader, alerting.Text{ZH: "值班领导(带班领导)", EN: "duty leader"}, only(alerting.School)},
	{DutyDeputy, alerting.Text{ZH: "安全副校长", EN: "deputy head for safety"}, only(alerting.School)},
	{DutyPrincipal, alerting.Text{ZH: "校长", EN: "principal"}, only(alerting.School)},
	{DutyNamedPerson, alerting.Text{ZH: "保密事件专人", EN: "named person"}, only(alerting.School)},
	{DutySecondDeputy, alerting.Text{ZH: "保密事件第二负责人", EN: "second deputy"}, only(alerting.School)},
	{DutyTechnician, alerting.Text{ZH: "系统维护员", EN: "technician"}, only(alerting.School)},
	{DutyGuard, alerting.Text{ZH: "保安员", EN: "guard"}, only(alerting.Guards)},
	{DutyNeighbourPost, alerting.Text{ZH: "相邻岗位", EN: "neighbouring post"}, only(alerting.Guards)},
	{DutySubstitute, alerting.Text{ZH: "替岗人员", EN: "substitute"}, only(alerting.Guards)},
	{DutyRostered, alerting.Text{ZH: "当班人员", EN: "person on the shift"}, only(alerting.Guards)},
	{DutyStaff, alerting.Text{ZH: "教职工", EN: "staff"}, only(alerting.Staff)},
	{DutyLoudspeaker, alerting.Text{ZH: "校园广播", EN: "loudspeakers"}, only(alerting.Staff)},
	{DutyBureauDuty, alerting.Text{ZH: "教育局值班员", EN: "education bureau's duty officer"}, only(alerting.District)},
	{DutyBureauProtection, alerting.Text{ZH: "教育局未成年人保护联络人", EN: "education bureau's child protection contact"}, only(alerting.District)},
	{DutyPlatform, alerting.Text{ZH: "对接平台", EN: "connected platform"},
		[]alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District}},
}

func only(a alerting.Audience) []alerting.Audience { return []alerting.Audience{a} }

// Desk reports whether a duty is that of a desk or a machine and not of one
// person: whoever sits there works on several incidents at once.
func (d Duty) Desk() bool {
	switch d {
	case DutyStationDesk, DutyCommandSeat, DutyCommandChief, DutyNeighbourStation, DutyBureauDuty, DutyPlatform, DutyLoudspeaker:
		return true
	}
	return false
}

// Duties lists the duties that contacts of an audience may have; none for
// parents, who are told what a person released.
func Duties(a alerting.Audience) []Duty {
	var out []Duty
	for _, d := range duties {
		if slices.Contains(d.audiences, a) {
			out = append(out, d.duty)
		}
	}
	return out
}

// Title says a duty in words: the role, never a person. An unknown duty is
// said as it is written.
func (d Duty) Title() alerting.Text {
	for _, known := range duties {
		if known.duty == d {
			return known.title
		}
	}
	return alerting.Text{ZH: string(d), EN: string(d)}
}
