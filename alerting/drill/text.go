package drill

import (
	"fmt"
	"strings"
	"time"

	"example.org/campushub/alerting"
)

var partTexts = map[Part]alerting.Text{
	Unit:      {ZH: "最小应急单元到位", EN: "response unit in place"},
	MutualAid: {ZH: "周边联防到场", EN: "mutual aid on site"},
	Evacuated: {ZH: "疏散完成", EN: "building evacuated"},
	Counted:   {ZH: "清点完成", EN: "head count complete"},
	Police:    {ZH: "民警到场", EN: "police on site"},
}

var verdictTexts = map[Verdict]alerting.Text{
	Met:     {ZH: "达标", EN: "met"},
	Missed:  {ZH: "未达标", EN: "missed"},
	NotPart: {ZH: "未参加", EN: "took no part"},
	Open:    {ZH: "结束时尚未到时限", EN: "not due when the drill ended"},
}

var gradeTexts = map[Grade]alerting.Text{
	Excellent: {ZH: "优秀", EN: "excellent"},
	Good:      {ZH: "良好", EN: "good"},
	Passed:    {ZH: "合格", EN: "passed"},
	Failed:    {ZH: "不合格", EN: "failed"},
	NotGraded: {ZH: "不评定", EN: "not graded"},
}

var endTexts = map[End]alerting.Text{
	EndStopped: {ZH: "提前结束", EN: "before its time"},
	EndTime:    {ZH: "到时结束", EN: "its time was over"},
	EndReal:    {ZH: "转为真实险情", EN: "it became real"},
}

// PartText says a part in words.
func PartText(p Part) alerting.Text { return partTexts[p] }

// GradeText says a grade in words.
func GradeText(g Grade) alerting.Text { return gradeTexts[g] }

// Names are what a report's rendering needs from outside: words for the
// school and the kind, words for a role, and the school's own time zone.
type Names struct {
	School alerting.Text
	Kind   alerting.Text
	Role   func(alerting.Role) alerting.Text
	Zone   *time.Location // nil is UTC
}

// Text is the report as plain text, line by line, marked as a drill's at both
// ends. It names roles and no person, so that it can leave the school.
func (r Report) Text(n Names) alerting.Text {
	return alerting.Text{ZH: strings.Join(r.linesZH(n), "\n"), EN: strings.Join(r.linesEN(n), "\n")}
}

func (n Names) clock(t time.Time) string {
	if n.Zone == nil {
		return t.UTC().Format("2006-01-02 15:04:05")
	}
	return t.In(n.Zone).Format("2006-01-02 15:04:05")
}

func (n Names) role(a alerting.Actor) alerting.Text {
	switch {
	case a == hub:
		return alerting.Text{ZH: "系统", EN: "the hub"}
	case a.Role == "":
		return alerting.Text{ZH: "报警按钮", EN: "a button"} // a live press
	}
	return n.Role(a.Role)
}

func (r Report) linesZH(n Names) []string {
	out := []string{
		"【演练】演练评估报告:" + n.School.ZH + "," + n.Kind.ZH,
		fmt.Sprintf("计划 %s,开始 %s,结束 %s(%s)", n.clock(r.Planned), n.clock(r.Started), n.clock(r.Ended), endTexts[r.End].ZH),
		"演练报备:" + r.filedZH(),
		fmt.Sprintf("按钮:计划 %d 个,按下 %d 个,计划外演练信号 %d 次", r.Buttons, r.Pressed, r.Unexpected),
		"计时起点 " + n.clock(r.Clock),
	}
	for _, v := range r.Results {
		out = append(out, partTexts[v.Part].ZH+":"+v.words(verdictTexts[v.Verdict].ZH, "时限 %s,实际 %s,%s", "时限 %s,未完成,%s", func(d time.Duration) string { return whole(d) + " 秒" }))
	}
	return append(out,
		"总评:"+gradeTexts[r.Grade].ZH,
		"计划:"+n.role(r.Planner).ZH+";开始:"+n.role(r.Starter).ZH+role(r.Second, n, func(t alerting.Text) string { return ";复核:" + t.ZH })+role(r.Ender, n, func(t alerting.Text) string { return ";结束:" + t.ZH }),
		"改进事项:"+r.lessons("待填写", ";")+"【演练】",
	)
}

func (r Report) linesEN(n Names) []string {
	out := []string{
		"[DRILL] Drill report: " + n.School.EN + ", " + n.Kind.EN,
		fmt.Sprintf("Planned %s, started %s, ended %s (%s)", n.clock(r.Planned), n.clock(r.Started), n.clock(r.Ended), endTexts[r.End].EN),
		"Filed with the police: " + r.filedEN(),
		fmt.Sprintf("Buttons: %d planned, %d pressed, %d drill signals that nobody expected", r.Buttons, r.Pressed, r.Unexpected),
		"Times count from " + n.clock(r.Clock),
	}
	for _, v := range r.Results {
		out = append(out, partTexts[v.Part].EN+": "+v.words(verdictTexts[v.Verdict].EN, "target %s, took %s, %s", "target %s, not done, %s", func(d time.Duration) string { return whole(d) + " s" }))
	}
	return append(out,
		"Grade: "+gradeTexts[r.Grade].EN,
		"Planned by "+n.role(r.Planner).EN+", started by "+n.role(r.Starter).EN+role(r.Second, n, func(t alerting.Text) string { return ", confirmed by " + t.EN })+role(r.Ender, n, func(t alerting.Text) string { return ", ended by " + t.EN }),
		"Lessons: "+r.lessons("to be written", "; ")+" [DRILL]",
	)
}

func (r Report) filedZH() string {
	switch {
	case r.Filed == 0:
		return "未报备,未通知警方"
	case r.FiledLate:
		return fmt.Sprintf("报备 %d 家,接受 %d 家,报备不足 1 个工作日", r.Filed, r.Accepted)
	}
	return fmt.Sprintf("报备 %d 家,接受 %d 家", r.Filed, r.Accepted)
}

func (r Report) filedEN() string {
	switch {
	case r.Filed == 0:
		return "no, and the police were not told"
	case r.FiledLate:
		return fmt.Sprintf("%d asked, %d accepted, less than a working day before", r.Filed, r.Accepted)
	}
	return fmt.Sprintf("%d asked, %d accepted", r.Filed, r.Accepted)
}

func (r Report) lessons(none, between string) string {
	if len(r.Lessons) == 0 {
		return none
	}
	return strings.Join(r.Lessons, between)
}

// role says who did something; nothing where nobody did, or it is not said.
func role(a alerting.Actor, n Names, words func(alerting.Text) string) string {
	if a == (alerting.Actor{}) {
		return ""
	}
	return words(n.role(a))
}

// words says a result; a part that took no part has no times.
func (r Result) words(verdict, done, undone string, say func(time.Duration) string) string {
	switch {
	case r.Verdict == NotPart:
		return verdict
	case r.Done:
		return fmt.Sprintf(done, say(r.Target), say(r.Actual), verdict)
	}
	return fmt.Sprintf(undone, say(r.Target), verdict)
}

// whole is a time in seconds, rounded up: what took 60.2 s never reads as 60.
func whole(d time.Duration) string {
	return fmt.Sprint(int64((d + time.Second - 1) / time.Second))
}
