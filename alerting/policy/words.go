package policy

import (
	"example.org/campushub/alerting"
)

var kindTexts = map[alerting.Kind]alerting.Text{
	"emergency": {ZH: "一键报警(待定性)", EN: "emergency (not yet classified)"},
	"attack":    {ZH: "暴力侵害", EN: "attack"},
	"intrusion": {ZH: "非法闯入", EN: "intrusion"},
	"fire":      {ZH: "火情", EN: "fire"},
	"medical":   {ZH: "突发伤病", EN: "medical emergency"},
	"health":    {ZH: "聚集性身体不适", EN: "several people unwell"},
	"fight":     {ZH: "打架斗殴", EN: "fight"},
	"bullying":  {ZH: "学生欺凌", EN: "bullying"},
	"welfare":   {ZH: "学生危机关爱", EN: "pupil in crisis"},
	"missing":   {ZH: "学生走失", EN: "missing pupil"},
	"traffic":   {ZH: "涉校交通事故", EN: "traffic accident"},
	"drowning":  {ZH: "溺水", EN: "drowning"},
	"crowd":     {ZH: "拥挤、踩踏风险", EN: "crowding"},
	"weather":   {ZH: "恶劣天气", EN: "severe weather"},
	"hazard":    {ZH: "安全隐患", EN: "hazard"},

	"post-missed":         {ZH: "未到岗", EN: "missed shift"},
	"post-uncovered":      {ZH: "缺岗", EN: "post uncovered"},
	"patrol-missed":       {ZH: "漏巡", EN: "missed patrol round"},
	"lone-worker":         {ZH: "值守无应答", EN: "no answer on duty"},
	"button-lost":         {ZH: "报警按钮失联", EN: "alarm button lost"},
	"device-lost":         {ZH: "设备失联", EN: "device lost"},
	"tamper":              {ZH: "防拆报警", EN: "tamper alarm"},
	"uplink-lost":         {ZH: "报警通路中断", EN: "alarm path cut"},
	"device-service":      {ZH: "设备维护", EN: "device maintenance"},
	alerting.KindHubFault: {ZH: "系统故障", EN: "system fault"},
}

// KindText says a kind in words; an unknown one is an emergency.
func KindText(k alerting.Kind) alerting.Text {
	if t, ok := kindTexts[k]; ok {
		return t
	}
	return kindTexts["emergency"]
}

var severityTexts = map[alerting.Severity]alerting.Text{
	alerting.Critical: {ZH: "特急", EN: "critical"},
	alerting.High:     {ZH: "紧急", EN: "high"},
	alerting.Low:      {ZH: "一般", EN: "low"},
}

// SeverityText says a severity in words.
func SeverityText(s alerting.Severity) alerting.Text { return severityTexts[s] }

var verifyTexts = map[alerting.Verification]alerting.Text{
	alerting.Unverified:     {ZH: "未核实", EN: "unverified"},
	alerting.VerifiedReal:   {ZH: "属实", EN: "verified real"},
	alerting.VerifiedFalse:  {ZH: "误报", EN: "false alarm"},
	alerting.VerifiedNoFind: {ZH: "未发现异常", EN: "nothing found"},
}

// VerifyText says in words what somebody who looked found; until then a press
// is unverified.
func VerifyText(v alerting.Verification) alerting.Text {
	if t, ok := verifyTexts[v]; ok {
		return t
	}
	return verifyTexts[alerting.Unverified]
}

var actionTexts = map[alerting.Kind]alerting.Text{
	"emergency":   {ZH: "关闭校门,到位支援,保持距离", EN: "close the gate, support, keep distance"},
	"attack":      {ZH: "持械阻隔,关门,学生撤离,勿单独上前", EN: "shields and forks, close the gate, pupils away, nobody alone"},
	"intrusion":   {ZH: "关门,查验,两人同行", EN: "close, check, in twos"},
	"fire":        {ZH: "开启通道和大门,引导消防车", EN: "open ways and gates, lead in the fire engine"},
	"medical":     {ZH: "开门迎救护车,送急救箱和除颤器", EN: "open for the ambulance, bring kit and AED"},
	"fight":       {ZH: "两人到场,分开双方,护送", EN: "two go, part them, escort"},
	"missing":     {ZH: "守住各门,只进不出", EN: "hold all gates, nobody leaves"},
	"traffic":     {ZH: "隔离现场,停止车辆进出", EN: "close off, stop vehicles"},
	"drowning":    {ZH: "带救生器材到场,勿盲目下水", EN: "bring rescue gear, do not jump in"},
	"crowd":       {ZH: "停止放行,分流,打开备用门", EN: "stop the flow, divert, open the second gate"},
	kindUplink:    {ZH: "用电话报警,拨打 110", EN: "call 110 by telephone"},
	"button-lost": {ZH: "用该处其他按钮或电话报警", EN: "use another button or a telephone there"},
}

// ActionText says what guards do about a kind; where the policy names no
// action of its own they look and report.
func ActionText(k alerting.Kind) alerting.Text {
	if t, ok := actionTexts[k]; ok {
		return t
	}
	return alerting.Text{ZH: "到场查看并报告", EN: "go, look and report"}
}

var roleTexts = map[alerting.Role]alerting.Text{
	alerting.RoleLiaison: {ZH: "警方", EN: "the police"},
	alerting.RoleOfficer: {ZH: "学校安全员", EN: "the school officer"},
	alerting.RoleGuard:   {ZH: "保安员", EN: "the guard"},
}

// RoleText names who did something: a role, never a person.
func RoleText(r alerting.Role) alerting.Text { return roleTexts[r] }
