package sheet

import (
	"io"
	"time"

	"example.org/campushub/alerting/duty"
)

// The columns of the ledgers, in their order. Nobody reads them in again.
var (
	checkinHeader = []string{"日期", "时间", "岗位", "姓名", "签到/签退", "方式", "送达时间"}
	// A round belongs to the day on which it begins its evening; its points are
	// reached on the day that the calendar shows.
	roundHeader = []string{"轮次日期", "星期", "轮次", "起", "止", "巡查点", "日期", "时间", "姓名", "结果"}
)

// means words how somebody checked in.
var means = map[duty.Means]string{duty.Card: "刷卡", duty.QR: "扫码", duty.PIN: "岗位号码", duty.Page: "网页"}

// ExportCheckins writes who was at which post, one row each, by the school's own
// clock.
func (j Job) ExportCheckins(w io.Writer, f Format, all []duty.Checkin) error {
	return write(w, f, "签到记录", checkinHeader, func(yield func([]string) bool) {
		for _, c := range all {
			way := "签到"
			if c.Out {
				way = "签退"
			}
			if !yield(plainRow(j.day(c.At), j.clock(c.At), j.postName(c.Post), c.Person, way, means[c.Means], j.moment(c.Received))) {
				return
			}
		}
	})
}

// ExportRounds writes the ledger of patrol rounds: a row for each point of each
// round, by the round's day and name and with the day and the time on which the
// point was reached; without them and a name where nobody was.
func (j Job) ExportRounds(w io.Writer, f Format, all []duty.Walk) error {
	return write(w, f, "巡查台账", roundHeader, func(yield func([]string) bool) {
		for _, r := range all {
			row := func(point, day, at, who string) bool {
				return yield(plainRow(
					r.Date.String(), weekdayText(r.Date.Weekday()).ZH, roundName(r.Round), j.moment(r.From), j.moment(r.Until),
					j.Setup.PointName(point).ZH, day, at, who, result(r),
				))
			}
			for _, s := range r.Scans {
				if !row(s.Point, j.day(s.At), j.clock(s.At), s.Person) {
					return
				}
			}
			for _, p := range r.Open {
				if !row(p, "", "", "") {
					return
				}
			}
		}
	})
}

// result is what has become of a round.
func result(r duty.Walk) string {
	switch {
	case len(r.Open) == 0:
		return "完成"
	case r.Running:
		return "进行中"
	}
	return "未巡全"
}

// roundName is what people call a round: where it looks.
func roundName(r duty.Round) string {
	if r.What.ZH == "" {
		return r.ID
	}
	return r.What.ZH
}

func (j Job) day(at time.Time) string   { return at.In(j.Zone).Format(time.DateOnly) }
func (j Job) clock(at time.Time) string { return at.In(j.Zone).Format(time.TimeOnly) }

// moment is both: what begins on one day may end on the next.
func (j Job) moment(at time.Time) string { return at.In(j.Zone).Format(time.DateTime) }

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
