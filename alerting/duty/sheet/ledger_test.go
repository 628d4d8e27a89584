package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/sheet"
)

// The ledgers say by the school's own clock who came to which post and left it,
// and of each point of each round who was there and when, in both formats; a name
// that looks like a formula is none. A round of the evening keeps its day where
// its points are reached behind midnight, one that runs is not said to lack
// anything, and rounds go by their names.
func TestTheLedgersAsFiles(t *testing.T) {
	j := job(t)
	j.Setup.PointNames = map[string]alerting.Text{"canteen": {ZH: "食堂", EN: "Canteen"}}
	at := func(clock string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-05-"+clock, j.Zone)
		require.NoError(t, err)
		return when.UTC()
	}
	checkins := []duty.Checkin{
		{ID: "1", Person: "王伟", Post: "main", Means: duty.Card, At: at("06 07:18:30"), Received: at("06 07:20:00")},
		{ID: "2", Person: "=王伟", Post: "gone", Means: duty.PIN, Out: true, At: at("06 08:36:00"), Received: at("06 08:36:00")},
	}
	day := date(t, "2026-05-06")
	night := duty.Round{ID: "night-2", At: 90, Next: true, What: alerting.Text{ZH: "宿舍、围墙", EN: "dormitories, fence"}}
	rounds := []duty.Walk{{
		RoundState: duty.RoundState{
			Round: duty.Round{ID: "opening", What: alerting.Text{ZH: "围墙", EN: "fence"}}, Date: day, From: at("06 06:35:00"), Until: at("06 07:20:00"),
			Done: []string{"fence"}, Open: []string{"canteen"},
		},
		Scans: []duty.Scan{{Point: "fence", Person: "李强", At: at("06 06:41:02")}},
	}, {
		RoundState: duty.RoundState{Round: night, Date: day, From: at("06 23:50:00"), Until: at("07 02:00:00"), Done: []string{"fence", "canteen"}},
		Scans:      []duty.Scan{{Point: "fence", Person: "李强", At: at("06 23:55:00")}, {Point: "canteen", Person: "李强", At: at("07 01:31:00")}},
	}, {
		RoundState: duty.RoundState{
			Round: night, Date: day.Add(1), From: at("08 01:15:00"), Until: at("08 02:00:00"), Done: []string{"fence"}, Open: []string{"canteen"},
		},
		Scans: []duty.Scan{{Point: "fence", Person: "李强", At: at("08 01:20:00")}}, Running: true,
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
			"轮次日期", "星期", "轮次", "起", "止", "巡查点", "日期", "时间", "姓名", "结果",
			"2026-05-06", "星期三", "围墙", "2026-05-06 06:35:00", "2026-05-06 07:20:00", "fence", "2026-05-06", "06:41:02", "李强", "未巡全",
			"2026-05-06", "星期三", "围墙", "2026-05-06 06:35:00", "2026-05-06 07:20:00", "食堂", "", "", "", "未巡全",
			"2026-05-06", "星期三", "宿舍、围墙", "2026-05-06 23:50:00", "2026-05-07 02:00:00", "fence", "2026-05-06", "23:55:00", "李强", "完成",
			"2026-05-06", "星期三", "宿舍、围墙", "2026-05-06 23:50:00", "2026-05-07 02:00:00", "食堂", "2026-05-07", "01:31:00", "李强", "完成",
			"2026-05-07", "星期四", "宿舍、围墙", "2026-05-08 01:15:00", "2026-05-08 02:00:00", "fence", "2026-05-08", "01:20:00", "李强", "进行中",
			"2026-05-07", "星期四", "宿舍、围墙", "2026-05-08 01:15:00", "2026-05-08 02:00:00", "食堂", "", "", "", "进行中",
		}, cells(t, f, walked.Bytes()), f)
	}
	require.ErrorIs(t, j.ExportRounds(&bytes.Buffer{}, "pdf", rounds), alerting.ErrInvalid)
}

// A CSV is written row by row: whoever reads it has its first rows before the last
// is there.
func TestALedgerIsWrittenAsItIsRead(t *testing.T) {
	j := job(t)
	all := make([]duty.Checkin, 100_000)
	for i := range all {
		all[i] = duty.Checkin{Person: "王伟", Post: "main", Means: duty.Card}
	}
	full := errors.New("nobody reads on")
	var n int
	err := j.ExportCheckins(writer(func(p []byte) (int, error) {
		if n += len(p); n > 20_000 {
			return 0, full
		}
		return len(p), nil
	}), sheet.CSV, all)
	require.ErrorIs(t, err, full)
	assert.Less(t, n, 40_000, "of some 8 MB")
}

type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// BenchmarkALedgerOfMostRows is what the longest file costs.
func BenchmarkALedgerOfMostRows(b *testing.B) {
	j := job(b)
	all := make([]duty.Checkin, 100_000)
	for i := range all {
		at := time.Date(2026, 5, 6, 7, 0, i, 0, time.UTC)
		all[i] = duty.Checkin{Person: "王伟", Post: "main", Means: duty.Card, At: at, Received: at}
	}
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, j.ExportCheckins(io.Discard, f, all))
			}
		})
	}
}
