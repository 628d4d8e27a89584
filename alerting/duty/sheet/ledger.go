package sheet

import (
	"io"
	"time"

	"example.org/campushub/alerting/duty"
)

// The columns of the ledgers, in their order. Nobody reads them in again.
var (
	checkinHeader = []string{"日期", "时间", "岗位", "姓名", "签到/签退", "方式", "送达时间"}
	roundHeader   = []string{"日期", "星期", "轮次", "内容", "起", "止", "巡查点", "时间", "姓名", "结果"}
)

// means words how somebody checked in.
var means = map[duty.Means]string{duty.Card: "刷卡", duty.QR: "扫码", duty.PIN: "岗位号码", duty.Page: "网页"}

// ExportCheckins writes who was at which post, one row each, by the school's own
// clock.
func (j Job) ExportCheckins(w io.Writer, f Format, all []duty.Checkin) error {
	rows := [][]string{checkinHeader}
	for _, c := range all {
		way := "签到"
		if c.Out {
			way = "签退"
		}
		rows = append(rows, plainRow(
			j.day(c.At), j.clock(c.At), j.postName(c.Post), c.Person, way, means[c.Means], c.Received.In(j.Zone).Format(time.DateTime),
		))
	}
	return write(w, f, "签到记录", rows)
}

// ExportRounds writes the ledger of patrol rounds: a row for each point of each
// round, without time and name where nobody was.
func (j Job) ExportRounds(w io.Writer, f Format, all []duty.Walk) error {
	rows := [][]string{roundHeader}
	for _, r := range all {
		result := "完成"
		if len(r.Open) > 0 {
			result = "未巡全"
		}
		row := func(point, at, who string) {
			rows = append(rows, plainRow(
				r.Date.String(), weekdayText(r.Date.Weekday()).ZH, r.Round.ID, r.Round.What.ZH, j.clock(r.From), j.clock(r.Until),
				j.Setup.PointName(point).ZH, at, who, result,
			))
		}
		for _, s := range r.Scans {
			row(s.Point, j.clock(s.At), s.Person)
		}
		for _, p := range r.Open {
			row(p, "", "")
		}
	}
	return write(w, f, "巡查台账", rows)
}

func (j Job) day(at time.Time) string   { return at.In(j.Zone).Format(time.DateOnly) }
func (j Job) clock(at time.Time) string { return at.In(j.Zone).Format(time.TimeOnly) }

// postName is what people call a post; its id where the configuration has it no
// more.
func (j Job) postName(id string) string {
	for _, p := range j.Setup.Posts {
		if p.ID == id {
			return p.Name.ZH
		}
	}
	return id
}

func plainRow(cells ...string) []string {
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	return cells
}
