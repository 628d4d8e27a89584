package policy

import "strings"

// measured writes what a drill is measured by, and from when a loss counts.
func (e Explanation) measured(b *strings.Builder) {
	if t := e.Targets; t != nil {
		unit, aid, count := secondsText(t.Unit), secondsText(t.MutualAid), secondsText(t.HeadCount)
		low, high := secondsText(t.Evacuation), secondsText(t.EvacuationHigh)
		fact(b, "演练目标", "drill targets", both(
			unit.ZH+" 最小应急单元到位,"+aid.ZH+" 周边联防到场,"+low.ZH+" 疏散完毕(四层以上 "+high.ZH+"),"+count.ZH+" 清点完毕",
			unit.EN+" response unit, "+aid.EN+" mutual aid, "+low.EN+" evacuated ("+high.EN+" above four storeys), "+count.EN+" heads counted",
		))
	}
	switch l := e.Lost; {
	case l == nil:
	case e.Kind == kindUplink:
		lost, lasting := secondsText(l.Uplink), secondsText(l.UplinkLasting)
		fact(b, "失联", "lost", both(
			"开放时段 "+lost.ZH+"未证实通路即报,"+lasting.ZH+"未证实即提醒警方电联学校",
			"while school is open, not proven for "+lost.EN+"; for "+lasting.EN+": the police are told to telephone",
		))
	default:
		lasting := secondsText(l.ButtonLasting)
		fact(b, "失联", "lost", both("开放时段持续 "+lasting.ZH+"即为紧急", "while school is open, for "+lasting.EN+": high"))
	}
}
