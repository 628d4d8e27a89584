package alerting

// unreadTexts say what a press says in place of a field that could not be read.
var unreadTexts = map[string]Text{
	"kind":   {ZH: "设备上报的类型无法识别，按一键报警处理", EN: "the device's kind could not be read: taken for an emergency"},
	"mode":   {ZH: "设备上报的模式无法识别，按真实报警处理", EN: "the device's mode could not be read: taken for live"},
	"silent": {ZH: "设备上报的静默标记无法识别，按非静默处理", EN: "whether it is silent could not be read: taken for not silent"},
	"age_ms": {ZH: "设备上报的报警时差无法识别，以送达时间为准", EN: "the device's age could not be read: the time of arrival stands for that of the press"},
}

// Unread says in words which fields of a press could not be read, and what was
// put in their place. A press that is not there has none.
func (p *PressRecord) Unread() []Text {
	if p == nil {
		return nil
	}
	var out []Text
	for _, field := range p.Mistyped {
		t, known := unreadTexts[field]
		if !known { // written by a later version
			t = Text{ZH: "设备上报的 " + field + " 无法识别", EN: "the device's " + field + " could not be read"}
		}
		out = append(out, t)
	}
	return out
}

// remarked puts further remarks behind a sentence that has no full stop.
func remarked(t Text, more []Text) Text {
	for _, m := range more {
		t = Text{ZH: t.ZH + "；" + m.ZH, EN: t.EN + "; " + m.EN}
	}
	return t
}
