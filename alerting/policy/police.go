package policy

import (
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func policeText(f *Facts) alerting.Text {
	i := f.Incident
	if i.Confidential {
		return policeConfidential(f)
	}
	if f.heldBack() && i.Mode == devices.Live {
		if i.Resolved() {
			return policeClosedLate(f)
		}
		return policeOpened(f)
	}
	switch f.Event {
	case alerting.EventAcknowledged:
		who := f.takenOn()
		return f.update(":"+who.ZH, ": "+who.EN)
	case alerting.EventPressed:
		return policeAgain(f)
	case alerting.EventEscalated:
		return policeEscalated(f)
	case alerting.EventVerified, alerting.EventClassified:
		found := f.found()
		return f.update(":"+found.ZH, ": "+found.EN)
	case alerting.EventReminded:
		return policeReminded(f)
	case alerting.EventCancelRequested:
		n, school := strconv.Itoa(i.Updates), f.School.Name
		return both(
			"【续"+n+"】"+school.ZH+" 请求解除:"+f.Reason+"。警情仍有效,请核实",
			"Update "+n+": "+school.EN+" asks to stand down: "+f.Reason+". Still open, please verify",
		)
	case alerting.EventReset:
		return f.update(":按钮已复位,尚未办结", ": button reset, not closed")
	case alerting.EventResolved:
		o, at := alerting.OutcomeText(i.Outcome), f.clock(i.ResolvedAt)
		return both(
			"【办结】"+f.School.Name.ZH+" "+i.Place.Name.ZH+":"+o.ZH+","+at,
			"Closed: "+f.School.Name.EN+", "+i.Place.Name.EN+": "+o.EN+", "+at,
		)
	}
	if f.wayCut() {
		return policeWayCut(f)
	}
	return policeOpened(f)
}

// policeEscalated says that nobody signed. The first level comes early: it is
// a nudge, and no reproach.
func policeEscalated(f *Facts) alerting.Text {
	school, place, kind := f.School.Name, f.Incident.Place.Name, KindText(f.Incident.Kind)
	if i := f.Incident; i.RoundOf(alerting.Police) != i.Round { // somebody signed, and no more came of it
		return both(
			"【升级·第"+strconv.Itoa(f.Level)+"级】"+school.ZH+" "+place.ZH+" "+kind.ZH+" 签收后未见处置,请核实"+f.warning().ZH,
			"Level "+strconv.Itoa(f.Level)+": "+school.EN+", "+place.EN+", "+kind.EN+", signed and nothing followed, please check"+f.warning().EN,
		)
	}
	age, warning, level := span(f.Now.Sub(f.Incident.RoundAt)), f.warning(), strconv.Itoa(f.Level)
	return both(
		"【升级·第"+level+"级】"+school.ZH+" "+place.ZH+" "+kind.ZH+" 已 "+age.ZH+"无人签收"+warning.ZH,
		"Level "+level+": "+school.EN+", "+place.EN+", "+kind.EN+", nobody signed for "+age.EN+warning.EN,
	)
}

// policeReminded says to whoever signed what has not followed.
func policeReminded(f *Facts) alerting.Text {
	school, place, missing := f.School.Name, f.Incident.Place.Name, alerting.MissingText(f.Missing)
	return both(
		"【提醒】"+school.ZH+" "+place.ZH+" 已签收,"+missing.ZH,
		"Reminder: "+school.EN+", "+place.EN+", signed, "+missing.EN,
	)
}

// found is what somebody who looked says: verification, kind and facts.
func (f *Facts) found() alerting.Text {
	verify, kind := VerifyText(f.Incident.Verify), KindText(f.Incident.Kind)
	facts := f.facts()
	return both(verify.ZH+","+kind.ZH+facts.ZH, verify.EN+", "+kind.EN+facts.EN)
}

// facts are all that is known of the incident, behind a comma.
func (f *Facts) facts() alerting.Text {
	var t alerting.Text
	for i, fact := range f.Incident.Facts {
		text := alerting.FactText(fact)
		if i == 0 {
			t = both(","+text.ZH, ", "+text.EN)
		} else {
			t = both(t.ZH+"、"+text.ZH, t.EN+", "+text.EN)
		}
	}
	return t
}

// update begins a text about a change: its number, the school and the place.
func (f *Facts) update(zh, en string) alerting.Text {
	n, school, place := strconv.Itoa(f.Incident.Updates), f.School.Name, f.Incident.Place.Name
	return both("【续"+n+"】"+school.ZH+" "+place.ZH+zh, "Update "+n+": "+school.EN+", "+place.EN+en)
}

func policeOpened(f *Facts) alerting.Text {
	school, place, kind := f.School.Name, f.Incident.Place.Name, KindText(f.Incident.Kind)
	warning := f.warning()
	switch f.Incident.Mode {
	case devices.Drill:
		return both(
			school.ZH+" "+place.ZH+" "+kind.ZH+noAnswer.ZH+warning.ZH,
			school.EN+", "+place.EN+", "+kind.EN+noAnswer.EN+warning.EN,
		)
	case devices.Test:
		return both(school.ZH+" "+pathTest.ZH, school.EN+", "+pathTest.EN)
	}
	if d, late := f.tardy(); late {
		took := span(d)
		return both(
			lateHead.ZH+school.ZH+" "+place.ZH+" "+kind.ZH+" "+f.pressClock()+" 报警,通路中断,"+took.ZH+"后送达,尚未办结"+warning.ZH,
			lateHead.EN+school.EN+", "+place.EN+", "+kind.EN+", pressed "+f.pressClock()+", arrived "+took.EN+" later, still open"+warning.EN,
		)
	}
	age, verify, facts := f.age(), VerifyText(f.Incident.Verify), f.facts()
	t := both(
		"【校园警情】"+school.ZH+" "+place.ZH+" "+kind.ZH+","+f.pressClock()+" 报警(已 "+age.ZH+"),"+verify.ZH+facts.ZH,
		"School alarm: "+school.EN+", "+place.EN+", "+kind.EN+", pressed "+f.pressClock()+" ("+age.EN+"), "+verify.EN+facts.EN,
	)
	switch {
	case f.Incident.Silent:
		return both(t.ZH+warning.ZH, t.EN+warning.EN)
	case f.School.Callback == "":
		return t
	}
	return both(t.ZH+"。回拨"+f.School.Callback, t.EN+". Call "+f.School.Callback)
}

// policeAgain is a further press, or the count of a button that repeats itself.
func policeAgain(f *Facts) alerting.Text {
	severity, warning, clock := SeverityText(f.Incident.Severity), f.warning(), f.pressClock()
	again := both(" "+clock+" 再次报警", ", pressed again "+clock)
	if f.Incident.Stuck {
		count := strconv.Itoa(f.Incident.PressCount)
		again = both(" "+clock+" 按钮反复触发,共 "+count+" 次", ", button repeats itself, "+count+" presses, latest "+clock)
	}
	if d, late := f.tardy(); late {
		took := span(d)
		again = both(again.ZH+"(补报,"+took.ZH+"后送达)", again.EN+" (late, arrived "+took.EN+" later)")
	}
	var end alerting.Text
	switch f.Incident.Mode {
	case devices.Drill:
		end = noAnswer
	case devices.Test:
		end = noConcern
	}
	return f.update(
		again.ZH+",等级 "+severity.ZH+end.ZH+warning.ZH,
		again.EN+", now "+severity.EN+end.EN+warning.EN,
	)
}

// policeConfidential says neither kind nor place: the school tells the rest
// by telephone.
func policeConfidential(f *Facts) alerting.Text {
	t := both(
		"【校园警情·保密】"+f.School.Name.ZH+" 请求协助",
		"Confidential: "+f.School.Name.EN+" asks for help",
	)
	switch {
	case f.Incident.Silent:
		w := f.warning()
		return both(t.ZH+w.ZH, t.EN+w.EN)
	case f.School.Callback == "":
		return t
	}
	return both(t.ZH+",请联系 "+f.School.Callback, t.EN+", call "+f.School.Callback)
}
