package policy

import (
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// staffText is an action line: what to do, and nothing of what happened.
func staffText(f *Facts) alerting.Text {
	switch {
	case f.Incident.Mode == devices.Test:
		return both(pathTest.ZH, begun(pathTest.EN))
	case f.Event == alerting.EventResolved:
		return both("【解除】恢复上课。有情况报值班领导", "All clear, lessons go on. Tell the duty leader of any trouble")
	case f.Incident.Confidential: // not even an action: it would say what it is about
		return both("请听值班领导安排", "Follow the duty leader")
	}
	action, warning := StaffText(f.Incident.Kind), f.warning()
	if own := f.Actions.Staff; own.ZH != "" {
		action = f.filled(own)
	}
	return both(action.ZH+warning.ZH, begun(action.EN)+warning.EN)
}

// districtText is a report to the education bureau: the first one, its
// follow-ups, the final one.
func districtText(f *Facts) alerting.Text {
	i, school := f.Incident, f.School.Name
	switch {
	case i.Mode == devices.Test:
		return both(school.ZH+" "+pathTest.ZH, school.EN+", "+pathTest.EN)
	case i.Confidential: // that there is something, and whom to ask
		t := both(school.ZH+" 有一件保密事件", school.EN+": a confidential matter")
		return f.contact(t, "请联系 ", "Call ")
	case f.Event == alerting.EventResolved:
		o, kind, at := alerting.OutcomeText(i.Outcome), KindText(i.Kind), f.clock(i.ResolvedAt)
		return both("【终报】"+school.ZH+" "+kind.ZH+" "+at+" 办结:"+o.ZH, "Final: "+school.EN+", "+kind.EN+", closed "+at+": "+o.EN)
	}
	return districtReport(f)
}

func districtReport(f *Facts) alerting.Text {
	i, school, place := f.Incident, f.School.Name, f.Incident.Place.Name
	kind, verify, clock := KindText(i.Kind), VerifyText(i.Verify), f.pressClock()
	head := both("【首报】", "First report: ")
	if f.Event != alerting.EventOpened {
		n := strconv.Itoa(i.Updates)
		head = both("【续报"+n+"】", "Follow-up "+n+": ")
	}
	t := both(
		head.ZH+school.ZH+" "+clock+" "+place.ZH+" "+kind.ZH+","+verify.ZH+",处置中",
		head.EN+school.EN+", "+clock+", "+place.EN+", "+kind.EN+", "+verify.EN+", in hand",
	)
	return f.contact(t, "联系 ", "")
}

// contact ends a report with the number to call; a silent alarm has none.
func (f *Facts) contact(t alerting.Text, zh, en string) alerting.Text {
	warning := f.warning()
	if f.Incident.Silent || f.School.Callback == "" {
		return both(t.ZH+warning.ZH, t.EN+warning.EN)
	}
	return both(t.ZH+"。"+zh+f.School.Callback, t.EN+". "+en+f.School.Callback)
}
