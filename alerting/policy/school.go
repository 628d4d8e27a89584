package policy

import (
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func schoolText(f *Facts) alerting.Text {
	i := f.Incident
	place, kind := i.Place.Name, KindText(i.Kind)
	if i.Confidential {
		return both("你有一件保密事件待处理,请登录查看", "A confidential matter waits for you, please sign in")
	}
	switch f.Event {
	case alerting.EventAcknowledged:
		if f.signed() {
			at := f.clock(f.acknowledgement().At)
			return both("警方 "+at+" 已签收", "Police signed "+at)
		}
		who := f.takenOn()
		return both(place.ZH+" "+kind.ZH+":"+who.ZH, place.EN+", "+kind.EN+": "+who.EN)
	case alerting.EventCancelRequested:
		return both(
			place.ZH+" 请求解除:"+f.Reason+"。事件仍有效",
			place.EN+": asked to stand down: "+f.Reason+". Still open",
		)
	case alerting.EventVerified, alerting.EventClassified:
		found := f.found()
		return both(place.ZH+":"+found.ZH, place.EN+": "+found.EN)
	case alerting.EventReminded:
		missing := alerting.MissingText(f.Missing)
		return both("【提醒】"+place.ZH+" "+kind.ZH+":"+missing.ZH, "Reminder: "+place.EN+", "+kind.EN+": "+missing.EN)
	case alerting.EventEscalated:
		age := span(f.Now.Sub(i.RoundAt))
		return both(
			place.ZH+" "+kind.ZH+" 已 "+age.ZH+"无人接手,请立即接手",
			place.EN+", "+kind.EN+": nobody has it for "+age.EN+". Take it on now",
		)
	case alerting.EventReset:
		return resetText(place)
	case alerting.EventResolved:
		o := alerting.OutcomeText(i.Outcome)
		head := f.heldHead()
		return both(head.ZH+place.ZH+" "+kind.ZH+" 已办结:"+o.ZH, head.EN+place.EN+", "+kind.EN+" closed: "+o.EN)
	}
	if f.wayCut() {
		return schoolWayCut(f)
	}
	return schoolAlarm(f)
}

// schoolAlarm is a first or a further press.
func schoolAlarm(f *Facts) alerting.Text {
	i := f.Incident
	place, kind, severity := i.Place.Name, KindText(i.Kind), SeverityText(i.Severity)
	if i.Mode == devices.Test {
		return both(place.ZH+" "+pathTest.ZH, place.EN+", "+pathTest.EN)
	}
	head, again, facts, action, warning := f.late(), f.again(), f.facts(), f.action(), f.warning()
	return both(
		head.ZH+"【"+severity.ZH+"】"+place.ZH+" "+kind.ZH+","+f.pressClock()+again.ZH+facts.ZH+"。"+action.ZH+warning.ZH,
		begun(head.EN+severity.EN)+": "+place.EN+", "+kind.EN+", "+f.pressClock()+again.EN+facts.EN+". "+begun(action.EN)+warning.EN,
	)
}

func guardsText(f *Facts) alerting.Text {
	place, action := f.Incident.Place.Name, f.guardsAction()
	switch f.Event {
	case alerting.EventAcknowledged:
		if f.signed() {
			ago := span(f.Now.Sub(f.acknowledgement().At))
			return both("警方已签收,"+ago.ZH+"前。继续"+action.ZH, "Police signed "+ago.EN+" ago. Keep on: "+action.EN)
		}
		return both(f.By.ZH+"已接手。继续"+action.ZH, "Taken on by "+f.By.EN+". Keep on: "+action.EN)
	case alerting.EventCancelRequested:
		return both(
			place.ZH+" 请求解除,尚未解除。继续"+action.ZH,
			place.EN+": stand-down asked, not granted. Keep on: "+action.EN,
		)
	case alerting.EventReminded:
		missing := alerting.MissingText(f.Missing)
		return both("【提醒】"+place.ZH+":"+missing.ZH, "Reminder: "+place.EN+": "+missing.EN)
	case alerting.EventReset:
		return resetText(place)
	case alerting.EventResolved:
		return both("解除。恢复岗位,检查校门", "All clear. Back to post, check the gate")
	}
	if f.wayCut() {
		return guardsWayCut()
	}
	return guardsAlarm(f)
}

func guardsAlarm(f *Facts) alerting.Text {
	place, kind, action := f.Incident.Place.Name, f.guardsKind(), f.guardsAction()
	if f.Incident.Mode == devices.Test {
		return both(place.ZH+" "+pathTest.ZH, place.EN+", "+pathTest.EN)
	}
	head, again, warning := f.late(), f.again(), f.warning()
	if head.ZH != "" { // an old press is nothing to run for without its time
		again = both(","+f.pressClock()+again.ZH, ", "+f.pressClock()+again.EN)
	}
	return both(
		head.ZH+place.ZH+" "+kind.ZH+again.ZH+"。"+action.ZH+warning.ZH,
		head.EN+place.EN+", "+kind.EN+again.EN+". "+begun(action.EN)+warning.EN,
	)
}

func resetText(place alerting.Text) alerting.Text {
	return both(place.ZH+" 按钮已复位,事件尚未办结", place.EN+": button reset, the incident is still open")
}

// heldHead begins a text for somebody who was out of reach.
func (f *Facts) heldHead() alerting.Text {
	if f.heldBack() {
		return lateHead
	}
	return alerting.Text{}
}

// late begins the text of a press that was long under way.
func (f *Facts) late() alerting.Text {
	if _, late := f.tardy(); late {
		return lateHead
	}
	return alerting.Text{}
}

// again says of a further press that it is one.
func (f *Facts) again() alerting.Text {
	switch {
	case f.Event != alerting.EventPressed:
		return alerting.Text{}
	case f.Incident.Stuck:
		count := strconv.Itoa(f.Incident.PressCount)
		return both(" 按钮反复触发,共 "+count+" 次", ", button repeats itself, "+count+" presses")
	}
	return both(" 再次报警", ", pressed again")
}

// guardsKind and guardsAction are all that guards learn of a confidential
// incident: that help is needed, and where.
func (f *Facts) guardsKind() alerting.Text {
	if f.Incident.Confidential {
		return both("校内求助", "help needed")
	}
	return KindText(f.Incident.Kind)
}

func (f *Facts) guardsAction() alerting.Text {
	if f.Incident.Confidential {
		return ActionText("fight")
	}
	return f.action()
}

// action is what guards do about the kind, in the school's own words where it
// has some.
func (f *Facts) action() alerting.Text {
	if own := f.Actions.Guards; own.ZH != "" {
		return f.filled(own)
	}
	return ActionText(f.Incident.Kind)
}
