package exercise

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/policy"
)

// text says what is due in both languages. What belongs to the drill carries
// its word at both ends; what says that it is real never does.
func (n news) text(id drill.TextID) alerting.Text {
	school, kind := n.school.Name, policy.KindText(n.state.Plan.Kind)
	switch id {
	case drill.PoliceFiled:
		at := n.state.Plan.At.In(n.school.Location())
		day, clock := at.Format("2006-01-02"), at.Format("15:04")
		return alerting.Text{
			ZH: "【演练报备】" + school.ZH + " " + day + " " + clock + " " + kind.ZH + "。未标「演练」的一律按真实警情处置",
			EN: "[DRILL] Drill filed: " + school.EN + ", " + day + " " + clock + ", " + kind.EN + ". Anything not marked drill is real [DRILL]",
		}
	case drill.PoliceDrill:
		return marked(alerting.Text{ZH: school.ZH + " " + kind.ZH + ",无需出警", EN: school.EN + ", " + kind.EN + ", no response needed"})
	case drill.VoiceDrill:
		return marked(n.voice())
	case drill.GuardsEnd:
		return marked(alerting.Text{ZH: "解除。恢复岗位,检查校门", EN: "All clear. Back to post, check the gate"})
	case drill.StaffEnd:
		return marked(alerting.Text{ZH: "【解除】恢复上课。有情况报值班领导", EN: "All clear, lessons go on. Tell the duty leader of any trouble"})
	}
	return n.realText(id)
}

func (n news) voice() alerting.Text {
	if n.event.Type == drill.EventReturned {
		return alerting.Text{ZH: "演练结束。", EN: "The drill is over."}
	}
	return alerting.Text{ZH: "演练开始。这是演练。", EN: "Drill begins. This is a drill."}
}

// realText says that it is none: with what to do about it where it happens.
func (n news) realText(id drill.TextID) alerting.Text {
	guards, staff := policy.ActionText(n.kind), policy.StaffText(n.kind)
	if n.kind == "" {
		guards = alerting.Text{ZH: "演练停止,请听值班领导安排", EN: "The drill has stopped. Follow the duty leader"}
		staff = guards
	}
	switch id {
	case drill.VoiceReal:
		return alerting.Text{ZH: "演练停止。这不是演练。请听老师指挥。", EN: "The drill has stopped. This is not a drill. Follow your teacher."}
	case drill.GuardsReal:
		return alerting.Text{ZH: "非演练!真实险情。" + guards.ZH, EN: "Not a drill. " + guards.EN}
	}
	return alerting.Text{ZH: "【非演练】真实险情。" + staff.ZH, EN: "Not a drill. " + staff.EN}
}

func marked(t alerting.Text) alerting.Text {
	return alerting.Text{ZH: "【演练】" + t.ZH + "【演练】", EN: "[DRILL] " + t.EN + " [DRILL]"}
}
