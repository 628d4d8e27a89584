package policy

import (
	"fmt"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// String is the explanation as people read it, in both languages.
func (e Explanation) String() string {
	var b strings.Builder
	e.head(&b)
	for _, a := range e.Audiences {
		a.write(&b)
	}
	release := releaseTexts[e.Release]
	if e.Mode == devices.Drill {
		release = both("仅演练预告和演练结束两条,由一名有发布权的人发布", "the two texts about a drill alone, by one holder of the release right")
	}
	rule := string(e.Release)
	if rule != "" {
		rule += " "
	}
	item(&b, "家长", "parents", both(rule+release.ZH, release.EN))
	for _, s := range e.Texts {
		a := AudienceText(s.Audience)
		fmt.Fprintf(&b, "\n%s首条文字 / first text to the %s\n  %s\n  %s\n", a.ZH, a.EN, s.Text.ZH, s.Text.EN)
	}
	return b.String()
}

func (e Explanation) head(b *strings.Builder) {
	mode := modeTexts[e.Mode]
	fmt.Fprintf(b, "%s / %s (%s)\n", e.Title.ZH, e.Title.EN, e.Kind)
	fmt.Fprintf(b, "%s / %s (%s)\n", e.Name.ZH, e.Name.EN, e.School)
	fmt.Fprintf(b, "%s  %s / %s\n\n", e.At.Format("2006-01-02 15:04:05 -07:00"), mode.ZH, mode.EN)
	for _, v := range e.Variants {
		fact(b, "情形", "because", v)
	}
	if e.Note != (alerting.Text{}) {
		fact(b, "说明", "note", e.Note)
	}
	if e.Examination != (alerting.Text{}) {
		fact(b, "考试日", "examination day", e.Examination)
	}
	fact(b, "等级", "severity", SeverityText(e.Severity))
	class := classTexts[e.Confidentiality]
	fact(b, "保密", "seen by", both(string(e.Confidentiality)+" "+class.ZH, class.EN))
	fact(b, "主责", "lead", leadTexts[e.Lead])
	if len(e.Call) > 0 {
		fact(b, "可拨", "to call", both(strings.Join(e.Call, "、")+"(由人拨打)", "by a person, never by the hub"))
	}
	e.marks(b)
	fact(b, "升级", "escalation", both(e.Plan.Profile, e.Plan.Profile))
	e.waits(b)
	e.shown(b)
	e.measured(b)
}

// marks writes the 1·3·5 clock, where somebody runs for the kind.
func (e Explanation) marks(b *strings.Builder) {
	var zh, en []string
	for _, m := range e.Clock {
		t := secondsText(m.Target)
		if m.Target == 0 {
			t = both("不设目标", "no target")
		}
		zh, en = append(zh, t.ZH+" "+m.Text.ZH), append(en, t.EN+" "+m.Text.EN)
	}
	if len(zh) > 0 {
		fact(b, "计时", "clock", both(strings.Join(zh, ","), strings.Join(en, ", ")))
	}
}

func (e Explanation) waits(b *strings.Builder) {
	if e.Held > 0 {
		t := e.At.Add(e.Held).Format("15:04")
		fact(b, "夜间", "quiet hours", both(t+" 前不通知,以下时间自 "+t+" 起算", "nobody is told before "+t+"; the times below count from then"))
	}
	if e.Signed.Remind > 0 {
		r, s := secondsText(e.Signed.Remind), secondsText(e.Signed.Escalate)
		fact(b, "签收后", "once signed", both(
			r.ZH+"内未派警即提醒签收人,再过 "+s.ZH+"重新升级",
			"no dispatch within "+r.EN+": whoever signed is reminded, "+s.EN+" later it escalates again",
		))
	}
	if e.Signed.CallBack > 0 {
		c := secondsText(e.Signed.CallBack)
		fact(b, "回拨", "call back", both("警方签收后 "+c.ZH+"内未回拨学校即提醒签收人", "school not called back within "+c.EN+" of the police signing: whoever signed is reminded"))
	}
}

// shown writes what holds for the school whatever the kind.
func (e Explanation) shown(b *strings.Builder) {
	if e.Mode == devices.Test {
		return
	}
	t := secondsText(e.Shown.LinkWithin)
	link := both("本校相隔 "+t.ZH+"以内的报警一并显示", "presses of the school within "+t.EN+" of one another are one group")
	if e.Shown.LinkWithin == 0 {
		link = both("只有人工关联的报警一并显示", "only presses that a person links are one group")
	}
	fact(b, "关联", "shown together", link)
	late := secondsText(e.Shown.FreshFor)
	fact(b, "补报", "late", both("报警 "+late.ZH+"后才送达的按补报处理", "what arrives "+late.EN+" after it was pressed, or later"))
	if f := e.Shown.FalseAlarms; e.Mode == devices.Live {
		fact(b, "误报", "false alarms", both(
			fmt.Sprintf("同一设备 %d 天内 %d 次即检查,本校 %d 天内 %d 次即复盘", f.DeviceDays, f.Device, f.SchoolDays, f.School),
			fmt.Sprintf("a device is looked at after %d in %d days, the school reviews after %d in %d", f.Device, f.DeviceDays, f.School, f.SchoolDays),
		))
	}
}

func fact(b *strings.Builder, zh, en string, t alerting.Text) {
	fmt.Fprintf(b, "%s %s: %s", zh, en, t.ZH)
	if t.EN != t.ZH {
		fmt.Fprintf(b, " / %s", t.EN)
	}
	b.WriteByte('\n')
}

func item(b *strings.Builder, zh, en string, t alerting.Text) {
	fmt.Fprintf(b, "\n%s / %s: %s / %s\n", zh, en, t.ZH, t.EN)
}

func (t Told) write(b *strings.Builder) {
	item(b, t.Title.ZH, t.Title.EN, t.When)
	for _, o := range t.OffShift {
		o.write(b)
	}
	for _, l := range t.Levels {
		l.write(b)
	}
	if t.Digest > 0 && len(t.Levels) > 0 {
		d := secondsText(t.Digest)
		fmt.Fprintf(b, "  %s后仍无人接手:列入每日汇总 / nobody after %s: in the daily digest\n", d.ZH, d.EN)
	}
	if t.Summary != nil {
		t.Summary.write(b)
	}
}

// write says when the summary goes out, and who of the school gets it.
func (s *Summary) write(b *strings.Builder) {
	var zh, en []string
	for _, t := range s.Asks {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	fmt.Fprintf(b, "  每日汇总:有人在校之日 %s,%s / daily digest: at %s on days with people at school, %s", s.At, strings.Join(zh, "、"), s.At, strings.Join(en, ", "))
	if len(s.People) == 0 {
		b.WriteString(": 无人(未配置) / nobody (not configured)")
	}
	b.WriteByte('\n')
}

func (l Level) write(b *strings.Builder) {
	after := secondsText(l.After)
	if l.After == 0 {
		after = both("立即", "at once")
	}
	name := both("首轮", "first")
	if l.Level > 0 {
		name = both(fmt.Sprintf("第 %d 级", l.Level), fmt.Sprintf("level %d", l.Level))
	}
	fmt.Fprintf(b, "  %s / %s, %s / %s", name.ZH, name.EN, after.ZH, after.EN)
	switch every := secondsText(l.Repeat); {
	case l.All && l.Repeat > 0:
		fmt.Fprintf(b, ": 以上所有人再次通知,此后每 %s一次,直到接手 / everybody above again, then every %s until taken on", every.ZH, every.EN)
	case l.All:
		b.WriteString(": 以上所有人再次通知 / everybody above again")
	case l.LeftOut:
		b.WriteString(": 跳过 / passed over")
	case l.Repeat > 0:
		fmt.Fprintf(b, ", 此后每 %s一次,直到接手 / then every %s until taken on", every.ZH, every.EN)
	}
	b.WriteByte('\n')
	for _, p := range l.People {
		p.write(b)
	}
	switch {
	case len(l.People) > 0 || len(l.Asks) == 0 || l.Before && l.All:
	case l.Before:
		b.WriteString("    其人员此前已通知 / its people were told before\n")
	default:
		var zh, en []string
		for _, t := range l.Asks {
			zh, en = append(zh, t.ZH), append(en, t.EN)
		}
		fmt.Fprintf(b, "    无人(未配置:%s) / nobody (not configured: %s)\n", strings.Join(zh, "、"), strings.Join(en, ", "))
	}
}

func (p Person) write(b *strings.Builder) {
	fmt.Fprintf(b, "    %s / %s", p.Title.ZH, p.Title.EN)
	if p.Duty != p.Title {
		fmt.Fprintf(b, " · %s / %s", p.Duty.ZH, p.Duty.EN)
	}
	b.WriteByte('\n')
	together := ""
	if len(p.Legs) > 1 && p.Legs[1].Path == 0 {
		together = ", 同时 / together"
	}
	for _, l := range p.Legs {
		c, v := ChannelText(l.Channel), ViaText(l.Via)
		fmt.Fprintf(b, "      %d. %s / %s (%s / %s)", l.Path+1, c.ZH, c.EN, v.ZH, v.EN)
		if l.Path == 0 {
			b.WriteString(together)
		}
		if l.Handing > 0 {
			fmt.Fprintf(b, ", 提交 / handed %s", short(l.Handing))
		}
		fmt.Fprintf(b, ", 送达 / received %s", short(l.Budget))
		fmt.Fprintf(b, ", 最迟 / at the latest %s", short(l.Limit))
		if l.Share > 0 {
			fmt.Fprintf(b, ", %s 未回执即用下一通道 / next path after %s", short(l.Share), short(l.Share))
		}
		b.WriteByte('\n')
	}
}

// short is a time that a path has: whole seconds, or milliseconds.
func short(d time.Duration) string {
	if d%time.Second != 0 {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
