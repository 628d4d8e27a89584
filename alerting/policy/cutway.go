package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// kindUplink is the way of the alarms being cut: the one kind whose first
// sentence says what to do instead of pressing.
const kindUplink alerting.Kind = "uplink-lost"

// wayCut reports whether that is what is told, and nothing more: not what
// somebody did about it, nor late, nor in the school's own words.
func (f *Facts) wayCut() bool {
	i := f.Incident
	if i.Kind != kindUplink || i.Mode != devices.Live || f.Event != alerting.EventOpened || i.Confidential || i.Silent {
		return false
	}
	_, late := f.tardy()
	return !late && f.Actions.Guards.ZH == ""
}

// policeWayCut has the police telephone a school that may not be able to call.
func policeWayCut(f *Facts) alerting.Text {
	school, since := f.School.Name, f.clock(f.Incident.OpenedAt)
	t := both(
		"【通路中断】"+school.ZH+" 自 "+since+" 起报警通路未证实",
		"Way not proven: "+school.EN+" since "+since,
	)
	if f.School.Callback == "" {
		return both(t.ZH+",请电联学校", t.EN+". Please telephone the school")
	}
	return both(t.ZH+",请电联 "+f.School.Callback, t.EN+". Please telephone "+f.School.Callback)
}

// schoolWayCut says since when, and what works without the way: a call by voice.
func schoolWayCut(f *Facts) alerting.Text {
	since, severity := f.clock(f.Incident.OpenedAt), SeverityText(f.Incident.Severity)
	return both(
		"【"+severity.ZH+"】报警通路中断,"+since+"。有事直接拨 110,并告知各岗位",
		begun(severity.EN)+": alarm way is cut, "+since+". Dial 110, and tell the posts",
	)
}

// guardsWayCut is all that a guard needs.
func guardsWayCut() alerting.Text {
	return both("报警通路中断,有事直接拨 110", "Alarm way is cut: dial 110")
}
