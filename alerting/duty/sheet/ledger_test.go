package sheet_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/sheet"
)

// The ledgers say by the school's own clock who came to which post and left it,
// and of each point of each round who was there, in both formats; a name that
// looks like a formula is none.
func TestTheLedgersAsFiles(t *testing.T) {
	j := job(t)
	j.Setup.PointNames = map[string]alerting.Text{"canteen": {ZH: "食堂", EN: "Canteen"}}
	at := func(clock string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-05-06 "+clock, j.Zone)
		require.NoError(t, err)
		return when.UTC()
	}
	checkins := []duty.Checkin{
		{ID: "1", Person: "王伟", Post: "main", Means: duty.Card, At: at("07:18:30"), Received: at("07:20:00")},
		{ID: "2", Person: "=王伟", Post: "gone", Means: duty.PIN, Out: true, At: at("08:36:00"), Received: at("08:36:00")},
	}
	day := date(t, "2026-05-06")
	rounds := []duty.Walk{{
		RoundState: duty.RoundState{
			Round: duty.Round{ID: "opening", What: alerting.Text{ZH: "围墙", EN: "fence"}}, Date: day, From: at("06:35:00"), Until: at("07:20:00"),
			Done: []string{"fence"}, Open: []string{"canteen"},
		},
		Scans: []duty.Scan{{Point: "fence", Person: "李强", At: at("06:41:02")}},
	}, {
		RoundState: duty.RoundState{Round: duty.Round{ID: "morning"}, Date: day, From: at("09:35:00"), Until: at("10:20:00"), Done: []string{"canteen"}},
		Scans:      []duty.Scan{{Point: "canteen", Person: "李强", At: at("09:50:00")}},
	}}
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var came, walked bytes.Buffer
		require.NoError(t, j.ExportCheckins(&came, f, checkins))
		require.NoError(t, j.ExportRounds(&walked, f, rounds))
		assert.Equal(t, []string{
			"日期", "时间", "岗位", "姓名", "签到/签退", "方式", "送达时间",
			"2026-05-06", "07:18:30", "北门护学岗", "王伟", "签到", "刷卡", "2026-05-06 07:20:00",
			"2026-05-06", "08:36:00", "gone", "'=王伟", "签退", "岗位号码", "2026-05-06 08:36:00",
		}, cells(t, f, came.Bytes()), f)
		assert.Equal(t, []string{
			"日期", "星期", "轮次", "内容", "起", "止", "巡查点", "时间", "姓名", "结果",
			"2026-05-06", "星期三", "opening", "围墙", "06:35:00", "07:20:00", "fence", "06:41:02", "李强", "未巡全",
			"2026-05-06", "星期三", "opening", "围墙", "06:35:00", "07:20:00", "食堂", "", "", "未巡全",
			"2026-05-06", "星期三", "morning", "", "09:35:00", "10:20:00", "食堂", "09:50:00", "李强", "完成",
		}, cells(t, f, walked.Bytes()), f)
	}
	require.ErrorIs(t, j.ExportRounds(&bytes.Buffer{}, "pdf", rounds), alerting.ErrInvalid)
}
