package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
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
	"post-unseen":         {ZH: "岗位情况不明", EN: "post cannot be seen"},
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

// actionCodes are the kinds about which guards have something of their own to
// do.
var actionCodes = map[alerting.Kind]texts.Code{
	"emergency":   texts.ActEmergency,
	"attack":      texts.ActAttack,
	"intrusion":   texts.ActIntrusion,
	"fire":        texts.ActFire,
	"medical":     texts.ActMedical,
	"fight":       texts.ActFight,
	"missing":     texts.ActMissing,
	"traffic":     texts.ActTraffic,
	"drowning":    texts.ActDrowning,
	"crowd":       texts.ActCrowd,
	kindUplink:    texts.ActWayCut,
	"button-lost": texts.ActButtonLost,
}

// ActionText says what guards do about a kind; where the texts name no action
// of its own they look and report.
func ActionText(b *texts.Book, k alerting.Kind) alerting.Text {
	if c, ok := actionCodes[k]; ok {
		return b.Plain(c)
	}
	return b.Plain(texts.ActOther)
}

var roleTexts = map[alerting.Role]alerting.Text{
	alerting.RoleLiaison: {ZH: "警方", EN: "the police"},
	alerting.RoleOfficer: {ZH: "学校安全员", EN: "the school officer"},
	alerting.RoleGuard:   {ZH: "保安员", EN: "the guard"},
}

// RoleText names who did something: a role, never a person.
func RoleText(r alerting.Role) alerting.Text { return roleTexts[r] }
