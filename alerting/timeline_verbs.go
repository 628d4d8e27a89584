package alerting

import "strings"

// furtherSentence tells what people do beyond taking on and closing.
func furtherSentence(e Event) Text {
	switch e.Type {
	case EventVerified:
		return verified(e)
	case EventClassified:
		return classified(e)
	case EventDispatched:
		return dispatched(e)
	case EventArrived:
		return arrived(e)
	case EventCalled:
		return called(e)
	case EventLinked:
		return Text{ZH: "与本校另一事件关联", EN: "Linked with another incident of the school"}
	case EventUnlinked:
		return Text{ZH: "与本校另一事件解除关联", EN: "No longer linked with another incident of the school"}
	case EventReal:
		return Text{ZH: "非演练，真实险情：已另开真实事件", EN: "Not a drill: a live incident was opened"}
	case EventReferred:
		return referred(e)
	case EventRevealed:
		return revealed(e)
	case EventReported:
		return reported(e)
	case EventStoodDown:
		if e.Reason == StoodDownReal {
			return Text{ZH: "本校发生真实险情，演练不再升级通知", EN: "Something real began at the school: no further level of the drill is told"}
		}
		return Text{ZH: "演练结束，不再升级通知", EN: "The drill is over: no further level of it is told"}
	case EventNotice, EventCounted, EventExported:
		return besideSentence(e)
	}
	return Text{ZH: string(e.Type), EN: string(e.Type)}
}

func verified(e Event) Text {
	t := Text{ZH: "核实", EN: "Verified"}
	add := func(zh, en string) { t = Text{ZH: t.ZH + zh, EN: t.EN + en} }
	if v, ok := verificationTexts[e.Verify]; ok {
		add("："+v.ZH, ": "+v.EN)
	}
	if len(e.Facts) > 0 {
		f := factList(e.Facts)
		add("；"+f.ZH, "; "+f.EN)
	}
	if len(e.Withdrawn) > 0 {
		f := factList(e.Withdrawn)
		add("；撤回："+f.ZH, "; no longer: "+f.EN)
	}
	if c := e.Class; c != nil {
		g := gravityTexts[c.Severity]
		add("；按此扩大通知，等级 "+g.ZH, "; told further by it, "+g.EN)
		if c.Conceals {
			add("。"+Typeset(ConcealedText().ZH), ". "+ConcealedText().EN)
		}
	}
	return t
}

func factList(facts []string) Text {
	zh, en := make([]string, len(facts)), make([]string, len(facts))
	for k, f := range facts {
		zh[k], en[k] = Typeset(FactText(f).ZH), FactText(f).EN
	}
	return Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

func classified(e Event) Text {
	t := Text{ZH: "定性", EN: "Classified"}
	c := e.Class
	if c == nil {
		return t
	}
	name, severity := c.Name, gravityTexts[c.Severity]
	if name == (Text{}) {
		name = Text{ZH: string(c.Kind), EN: string(c.Kind)}
	}
	t = Text{ZH: t.ZH + "：" + Typeset(name.ZH) + "，等级 " + severity.ZH, EN: t.EN + ": " + name.EN + ", " + severity.EN}
	if len(e.Facts) > 0 {
		f := factList(e.Facts)
		t = Text{ZH: t.ZH + "；" + f.ZH, EN: t.EN + "; " + f.EN}
	}
	if c.Conceals {
		t = Text{ZH: t.ZH + "。" + Typeset(ConcealedText().ZH), EN: t.EN + ". " + ConcealedText().EN}
	}
	return t
}

var gravityTexts = map[Severity]Text{
	Critical: {ZH: "特急", EN: "critical"},
	High:     {ZH: "紧急", EN: "high"},
	Low:      {ZH: "一般", EN: "low"},
}

func dispatched(e Event) Text {
	if e.Stage == ForceLeft {
		return Text{ZH: "警力已出警", EN: "The police force has left"}
	}
	return Text{ZH: "已派警", EN: "The police force was sent"}
}

var partyTexts = map[Party]Text{
	PartySchool:      {ZH: "校内到场", EN: "School on site"},
	PartyMutualAid:   {ZH: "联防到场", EN: "Mutual aid on site"},
	PartyPolice:      {ZH: "民警到场", EN: "Police on site"},
	PartyFireService: {ZH: "消防到场", EN: "Fire service on site"},
	PartyAmbulance:   {ZH: "救护车到场", EN: "Ambulance on site"},
}

// PartyText says a party's arrival in words.
func PartyText(p Party) Text { return partyTexts[p] }

func arrived(e Event) Text {
	t := Text{ZH: "到场", EN: "On site"}
	if e.Arrival == nil {
		return t
	}
	if p, ok := partyTexts[e.Arrival.Party]; ok {
		t = p
	}
	if e.Arrival.OnPost {
		t = Text{ZH: t.ZH + "（报警时已在岗）", EN: t.EN + " (was on post already)"}
	}
	if e.Reason != "" {
		t = Text{ZH: t.ZH + "，更正：" + e.Reason, EN: t.EN + ", corrected: " + e.Reason}
	}
	return t
}

// passedOn are those to whom the school passes on what the hub cannot tell them.
var passedOn = map[Callee]Text{
	CallGuards: {ZH: "岗位人员", EN: "the guards"}, CallStaff: {ZH: "教职工", EN: "the staff"}, CallDistrict: {ZH: "教育局", EN: "the education bureau"},
}

func relayed(to Text, done bool) Text {
	if done {
		return Text{ZH: "已转告" + to.ZH, EN: "It was passed on to " + to.EN}
	}
	return Text{ZH: "未能转告" + to.ZH, EN: "It could not be passed on to " + to.EN}
}

func called(e Event) Text {
	t := Text{ZH: "已打电话", EN: "A call was made"}
	if e.Call == nil {
		return t
	}
	if t = (Text{ZH: "已拨 " + string(e.Call.To), EN: string(e.Call.To) + " was called"}); e.Call.To == CallGuardian {
		t = Text{ZH: "已致电监护人", EN: "A guardian was called"}
	}
	if e.Call.To == CallSchool {
		t = Text{ZH: "已回访学校", EN: "The school was called back"}
	}
	if to, ok := passedOn[e.Call.To]; ok {
		return relayed(to, e.Call.Reached)
	}
	if e.Call.Reached {
		return Text{ZH: t.ZH + "，已接通", EN: t.EN + ", reached"}
	}
	return Text{ZH: t.ZH + "，未接通", EN: t.EN + ", not reached"}
}
