package exercise

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/release"
	"example.org/campushub/alerting/texts"
)

// text says what is due in both languages. What belongs to the drill carries
// its word at both ends; what says that it is real never does.
func (n news) text(id drill.TextID) alerting.Text {
	switch id {
	case drill.PoliceFiled: // says of itself, in its own words, that it is a drill's
		return n.say(texts.PoliceFiled)
	case drill.VoiceReal:
		return n.say(texts.VoiceReal)
	case drill.GuardsReal:
		return n.say(texts.GuardsReal)
	case drill.StaffReal:
		return n.say(texts.StaffReal)
	case drill.VoiceDrill:
		if n.event.Type == drill.EventReturned {
			return marked(n.say(texts.VoiceDrillOver))
		}
		return marked(n.say(texts.VoiceDrill))
	}
	return marked(n.say(texts.Code(id)))
}

// say is a text of the school's: at the beginning of a drill the place is
// nowhere in particular.
func (n news) say(c texts.Code) alerting.Text {
	return n.school.Texts.Say(c, func(h texts.Hole) alerting.Text {
		at := n.state.Plan.At.In(n.school.Location())
		switch h {
		case texts.School:
			return n.school.Name
		case texts.Kind:
			return policy.KindText(n.state.Plan.Kind)
		case texts.Drill:
			return drillName(n.state.Plan.Kind)
		case texts.Date:
			return same(at.Format("2006-01-02"))
		case texts.Time:
			return same(at.Format("15:04"))
		case texts.Action:
			return n.action(c)
		}
		return alerting.Text{}
	})
}

// drillName is what the drill is called, to the police as to parents.
func drillName(k alerting.Kind) alerting.Text {
	if name, ok := release.DrillOf(k); ok {
		return name
	}
	return policy.KindText(k)
}

// action is what to do about what is real, where it happens.
func (n news) action(c texts.Code) alerting.Text {
	switch {
	case n.kind == "":
		return n.school.Texts.Plain(texts.PartStopped)
	case c == texts.GuardsReal:
		return policy.ActionText(n.school.Texts, n.kind)
	}
	return policy.StaffText(n.school.Texts, n.kind)
}

func same(s string) alerting.Text { return alerting.Text{ZH: s, EN: s} }

func marked(t alerting.Text) alerting.Text {
	return alerting.Text{ZH: "【演练】" + t.ZH + "【演练】", EN: "[DRILL] " + t.EN + " [DRILL]"}
}
