package alerting

import (
	"cmp"
	"slices"
)

// The facts that somebody who looked may add to an incident, one tap each.
// The list is closed: no free text reaches the police by it.
const (
	FactArmed        = "armed"
	FactSeveral      = "several-people"
	FactInjured      = "injured"
	FactUnderControl = "under-control"
	FactGone         = "gone"
	FactFlames       = "visible-flames"
	FactTrapped      = "people-trapped"
	FactCalled110    = "called-110"
	FactCalled119    = "called-119"
	FactCalled120    = "called-120"
	FactCalled122    = "called-122"
	// These change who is told, or how soon, of the kinds whose policy names them.
	FactViolence     = "violence"
	FactLifeInDanger = "life-in-danger"
	FactUnder10      = "under-10"
	FactAbduction    = "abduction"
	FactClosedDay    = "closed-day"
)

// The facts that the hub finds by itself, and nobody says.
const (
	FactSensor       = "sensor" // a sensor raised it, not a person
	FactSecondSensor = "second-sensor"
	FactPupilsMoving = "pupils-moving" // come and go at the gates
	FactSecondWindow = "second-window" // of a lone worker's timer
	FactLasting      = "lasting"       // for 5 min in school hours
	FactAlarmDevice  = "alarm-device"  // a button, camera or reader
	FactSecondRound  = "second-round"  // the second missed patrol round in a row
	FactUnreached    = "unreached"     // whom a roll call asks for could not be asked
	FactPoliceSlot   = "police-slot"   // it is one of the police who is missed
	FactExamination  = "examination"   // it is an examination day at the school
	FactNoRoster     = "no-roster"     // nobody is on the roster for the day
	FactHubDown      = "hub-down"      // the hub was down while it was to be done
	FactReaderLost   = "reader-lost"   // the card reader of the post is lost: nobody can tell who is there
	FactLinkCut      = "link-cut"      // the link of the school is: the same of all its posts
)

// The facts that the sensors of a gate find.
const (
	FactGateOpen       = "gate-open" // outside its window
	FactHeldOpen       = "held-open"
	FactForced         = "forced"
	FactStillOpen      = "still-open" // after its window
	FactVehicle        = "vehicle"    // while pupils come and go on foot
	FactBollardsDown   = "bollards-down"
	FactCrowdRate      = "crowd-rate"
	FactCrowdFull      = "crowd-full"
	FactNobodyEnters   = "nobody-enters"
	FactUnreleasedExit = "unreleased-exit"
	FactCounterDrift   = "counter-drift"
	FactFlapping       = "flapping"
	FactGateLate       = "gate-late"
	FactDoorAtNight    = "door-at-night"
	FactExitBlocked    = "exit-blocked"
	FactRuleBroken     = "rule-broken"
	FactCounterBlind   = "counter-blind" // it is heard, and counts no more
	FactUrgent         = "urgent"        // not to be put off
	FactSensorLost     = "sensor-lost"   // nobody can say whether it is still so
	FactOver           = "over"          // by the sensors: it is as it should be again
)

// The facts that say what is wrong with the hub, or with a device of its: each
// is named as the cause by which the fault is raised.
const (
	FactJournal         = "journal"          // it takes nothing
	FactPathCheck       = "path-check"       // the way of an alarm is not proven
	FactEscalation      = "escalation"       // a step was overdue
	FactStuckButton     = "stuck-button"     // it repeats itself
	FactUnexpectedDrill = "unexpected-drill" // a button says drill where none runs
)

// Facts lists every fact that a person may say, in the order in which they are
// offered and told.
func Facts() []string {
	return []string{
		FactArmed, FactSeveral, FactInjured, FactViolence, FactLifeInDanger, FactUnder10, FactAbduction,
		FactUnderControl, FactGone, FactFlames, FactTrapped, FactClosedDay,
		FactCalled110, FactCalled119, FactCalled120, FactCalled122,
	}
}

// FoundFacts lists every fact that the hub finds by itself.
func FoundFacts() []string {
	return []string{
		FactSensor, FactSecondSensor, FactPupilsMoving, FactSecondWindow, FactLasting, FactAlarmDevice, FactSecondRound, FactUnreached, FactPoliceSlot, FactExamination, FactNoRoster, FactHubDown, FactReaderLost, FactLinkCut,
		FactGateOpen, FactHeldOpen, FactForced, FactStillOpen, FactVehicle, FactBollardsDown, FactCrowdRate, FactCrowdFull,
		FactNobodyEnters, FactUnreleasedExit, FactCounterDrift, FactFlapping, FactGateLate, FactDoorAtNight, FactExitBlocked,
		FactRuleBroken, FactCounterBlind,
		FactUrgent, FactSensorLost, FactOver,
	}
}

// FaultFacts lists every fact that says what is wrong with the hub.
func FaultFacts() []string {
	return []string{FactJournal, FactPathCheck, FactEscalation, FactStuckButton, FactUnexpectedDrill}
}

var factTexts = map[string]Text{
	FactArmed:        {ZH: "持械", EN: "armed"},
	FactSeveral:      {ZH: "多人", EN: "several people"},
	FactInjured:      {ZH: "有人受伤", EN: "somebody is injured"},
	FactUnderControl: {ZH: "人已控制", EN: "under control"},
	FactGone:         {ZH: "人已离开", EN: "has left"},
	FactFlames:       {ZH: "可见明火", EN: "flames are visible"},
	FactTrapped:      {ZH: "有人被困", EN: "people are trapped"},
	FactCalled110:    {ZH: "已拨 110", EN: "110 was called"},
	FactCalled119:    {ZH: "已拨 119", EN: "119 was called"},
	FactCalled120:    {ZH: "已拨 120", EN: "120 was called"},
	FactCalled122:    {ZH: "已拨 122", EN: "122 was called"},
	FactViolence:     {ZH: "正在发生", EN: "violence now"},
	FactLifeInDanger: {ZH: "危及生命", EN: "life in danger"},
	FactUnder10:      {ZH: "未满 10 岁", EN: "under 10"},
	FactAbduction:    {ZH: "疑被拐", EN: "abduction feared"},
	FactClosedDay:    {ZH: "今日闭校", EN: "school is closed today"},
	FactSensor:       {ZH: "传感器触发", EN: "raised by a sensor"},
	FactSecondSensor: {ZH: "第二个传感器", EN: "a second sensor"},
	FactPupilsMoving: {ZH: "学生进出时段", EN: "pupils come and go"},
	FactSecondWindow: {ZH: "第二次仍无应答", EN: "no answer in the second window"},
	FactLasting:      {ZH: "在校时间超过 5 分钟", EN: "for 5 min in school hours"},
	FactAlarmDevice:  {ZH: "报警设备", EN: "an alarm device"},
	FactSecondRound:  {ZH: "连续第二次漏巡", EN: "the second missed round in a row"},
	FactUnreached:    {ZH: "点名未送达,请打电话", EN: "the roll call did not reach them: telephone"},
	FactPoliceSlot:   {ZH: "护学民警岗位", EN: "the place of a police officer"},
	FactExamination:  {ZH: "考试日", EN: "an examination day"},
	FactNoRoster:     {ZH: "没有值班表", EN: "no roster for the day"},
	FactHubDown:      {ZH: "其间系统停机", EN: "the hub was down meanwhile"},
	FactReaderLost:   {ZH: "读卡器失联", EN: "the card reader is lost"},
	FactLinkCut:      {ZH: "学校链路中断", EN: "the link of the school is cut"},

	FactGateOpen:       {ZH: "非开放时段校门开启", EN: "gate open outside its window"},
	FactHeldOpen:       {ZH: "放行后未关门", EN: "held open"},
	FactForced:         {ZH: "强行开启", EN: "forced open"},
	FactStillOpen:      {ZH: "开放时段结束后未关门", EN: "still open after its window"},
	FactVehicle:        {ZH: "学生步行进出时车辆通行", EN: "a vehicle while pupils walk"},
	FactBollardsDown:   {ZH: "防撞柱未升起", EN: "bollards are down"},
	FactCrowdRate:      {ZH: "人流过密", EN: "too many people a minute"},
	FactCrowdFull:      {ZH: "等候区人数过多", EN: "the waiting area fills up"},
	FactNobodyEnters:   {ZH: "到校时段无人进入", EN: "nobody enters"},
	FactUnreleasedExit: {ZH: "上课时段未放行离校", EN: "somebody left during lessons without a release"},
	FactCounterDrift:   {ZH: "进出计数偏差", EN: "the counters drift"},
	FactFlapping:       {ZH: "触点抖动,该触点其他规则已暂停", EN: "the contact flaps: its other rules are paused"},
	FactGateLate:       {ZH: "有人在岗而校门未开", EN: "the gate is still shut"},
	FactDoorAtNight:    {ZH: "夜间或闭校日开门", EN: "open at night or on a closed day"},
	FactExitBlocked:    {ZH: "疏散门锁闭或堵塞", EN: "an evacuation door is locked or blocked"},
	FactRuleBroken:     {ZH: "规则无法计算,已暂停", EN: "a rule of the gates errs and rests"},
	FactCounterBlind:   {ZH: "等候区计数中断", EN: "the waiting area is not counted any more"},
	FactUrgent:         {ZH: "请立即处置", EN: "act now"},
	FactSensorLost:     {ZH: "传感器无数据,现况不明,请到场查看", EN: "its sensor is silent: go and look"},
	FactOver:           {ZH: "传感器显示已恢复", EN: "over, by the sensors"},

	FactJournal:         {ZH: "报警记录无法写入", EN: "the journal takes nothing"},
	FactPathCheck:       {ZH: "报警通路未证实", EN: "the way of an alarm is not proven"},
	FactEscalation:      {ZH: "升级未按时进行", EN: "an escalation was overdue"},
	FactStuckButton:     {ZH: "按钮反复报警", EN: "a button repeats itself"},
	FactUnexpectedDrill: {ZH: "未在演练中的演练报警", EN: "a drill press outside any drill"},
}

// FactText says a fact in words; an unknown one has none.
func FactText(fact string) Text { return factTexts[fact] }

// Knowing is what would be known of the incident with some facts added and some
// withdrawn.
func (i Incident) Knowing(added, withdrawn []string) []string {
	return withFacts(i.Facts, added, withdrawn)
}

// checkFacts refuses what is not of the list that a person may say.
func checkFacts(facts []string) error {
	for _, f := range facts {
		if !slices.Contains(Facts(), f) {
			return refuse(ErrInvalid, "facts: %q is none of %v", f, Facts())
		}
	}
	return nil
}

// Verifications lists what somebody who looked may say.
func Verifications() []Verification {
	return []Verification{Unverified, VerifiedReal, VerifiedFalse, VerifiedNoFind}
}

var verificationTexts = map[Verification]Text{
	Unverified:     {ZH: "未核实", EN: "unverified"},
	VerifiedReal:   {ZH: "属实", EN: "real"},
	VerifiedFalse:  {ZH: "误报", EN: "false alarm"},
	VerifiedNoFind: {ZH: "未发现异常", EN: "nothing found"},
}

// withFacts is the facts with some added and some withdrawn, in the order of
// the list; the given slice stays as it is.
func withFacts(facts, added, withdrawn []string) []string {
	out := make([]string, 0, len(facts)+len(added))
	for _, f := range slices.Concat(facts, added) {
		if !slices.Contains(withdrawn, f) && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	all := slices.Concat(FaultFacts(), FoundFacts(), Facts())
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Compare(slices.Index(all, a), slices.Index(all, b))
	})
	return out
}
