package sheet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
)

// A sheet that names nobody would leave its days without anybody, in silence.
func TestASheetThatNamesNobodyIsRefused(t *testing.T) {
	var book bytes.Buffer
	require.NoError(t, job(t).Export(&book, sheet.XLSX, nil))
	for name, data := range map[string]string{
		"a header alone": "日期,岗位,班次,姓名,角色\n", "rows of nothing": "日期,岗位,班次,姓名,角色\n,,,,\n , , , , \n", ".xlsx": book.String(),
	} {
		got, err := job(t).Import(strings.NewReader(data))
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
		assert.ErrorContains(t, err, "no entry", name)
		assert.Empty(t, got.Entries, name)
	}
}

func told(notes []alerting.Text) (en, zh []string) {
	for _, n := range notes {
		en, zh = append(en, n.EN), append(zh, n.ZH)
	}
	return en, zh
}

// The gatehouse alone, whose needs are one guard by day and one by night.
func house(t *testing.T, from, to string) sheet.Job {
	t.Helper()
	j := job(t)
	j.Setup.Posts = slices.Clone(j.Setup.Posts[1:])
	j.Setup.Posts[0].Windows = slices.Clone(j.Setup.Posts[0].Windows) // the defaults' are everybody's
	for i := range j.Setup.Posts[0].Windows {
		j.Setup.Posts[0].Windows[i].Need = duty.Need{duty.Guard: 1, duty.Volunteer: 1}
	}
	j.Span = calendar.Span{From: date(t, from), To: date(t, to)}
	return j
}

func TestWhatASheetLeavesWithoutPeopleIsNamed(t *testing.T) {
	j := house(t, "2026-05-05", "2026-05-07")
	at := func(day, window string) duty.Entry {
		return duty.Entry{ShiftKey: duty.ShiftKey{Date: date(t, day), PostID: "house", Window: window}, Person: "王伟", Role: duty.Guard}
	}
	j.Had = []duty.Entry{at("2026-05-06", "day"), at("2026-05-07", "day"), at("2026-05-07", "night")}
	got, err := j.Import(strings.NewReader("日期,岗位,班次,姓名,角色\n2026-05-06,house,白班,王伟,保安员\n"))
	require.NoError(t, err)
	en, zh := told(got.Notes)
	assert.Equal(t, []string{
		"2026-05-07 had people on the roster and has nobody now: nobody is reported as missed that day and no post as uncovered",
		"2026-05-05 has posts to be manned and nobody on the roster",
		"2026-05-06 Gatehouse 19:00–07:00 is below its need: 1 × school guard missing",
	}, en, "an open slot of a volunteer is no lack")
	assert.Equal(t, "2026-05-07 原有值班人员，导入后当天无人值班：缺岗、未到岗均不上报", zh[0])
	assert.Equal(t, "2026-05-06 门卫岗 19:00–07:00 人数不足：缺保安员 1 人", zh[2])

	got, err = j.Import(strings.NewReader("日期,岗位,班次,姓名,角色\n2026-05-06,house,夏班,王伟,保安员\n"))
	require.NoError(t, err)
	require.NotEmpty(t, got.Faults)
	assert.Empty(t, got.Notes, "nothing was taken")
}

// A claim that stays fills its slot; one that goes leaves a lack.
func TestAClaimThatStaysIsNoLack(t *testing.T) {
	j := house(t, "2026-05-06", "2026-05-06")
	key := duty.ShiftKey{Date: date(t, "2026-05-06"), PostID: "house", Window: "night"}
	j.Had = []duty.Entry{{ShiftKey: key, Person: "李强", Role: duty.Guard, Claimed: true}}
	got, err := j.Import(strings.NewReader(head + "2026-05-06,house,白班,王伟,保安员\n"))
	require.NoError(t, err)
	assert.Empty(t, got.Notes)
	require.Len(t, got.Entries, 1, "the sheet's own")
	j.Had[0].Claimed = false
	got, err = j.Import(strings.NewReader(head + "2026-05-06,house,白班,王伟,保安员\n"))
	require.NoError(t, err)
	require.Len(t, got.Notes, 1)
	assert.Contains(t, got.Notes[0].ZH, "缺保安员 1 人")
}

// A whole day reads as schools write it, and is read so.
func TestAWholeDayIsSaidAndReadAsOne(t *testing.T) {
	j := house(t, "2026-05-05", "2026-05-05")
	w := j.Setup.Posts[0].Windows[:1]
	w[0].From, w[0].To, w[0].Need = 0, 24*60, duty.Need{duty.Guard: 2}
	j.Setup.Posts[0].Windows = w
	for _, word := range []string{"00:00-24:00", "0:00—24:00", "00:00-00:00"} {
		got, err := j.Import(strings.NewReader(head + "2026-05-05,house," + word + ",王伟,保安员\n"))
		require.NoError(t, err)
		require.Empty(t, got.Faults, word)
		_, zh := told(got.Notes)
		assert.Equal(t, []string{"2026-05-05 门卫岗 00:00–24:00 人数不足：缺保安员 1 人"}, zh)
	}
}

func TestLacksAreBounded(t *testing.T) {
	j := house(t, "2026-05-01", "2026-06-30")
	got, err := j.Import(strings.NewReader("日期,岗位,班次,姓名,角色\n2026-05-06,house,白班,王伟,保安员\n"))
	require.NoError(t, err)
	require.Len(t, got.Notes, sheet.MaxLacks+1)
	assert.Equal(t, alerting.Text{ZH: "以及另外 41 处", EN: "and 41 more"}, got.Notes[sheet.MaxLacks], "60 days and a night, and 20 are named")
	whole := "日期,岗位,班次,姓名,角色\n"
	j = house(t, "2026-05-06", "2026-05-06")
	got, err = j.Import(strings.NewReader(whole + "2026-05-06,house,白班,王伟,保安员\n2026-05-06,house,夜班,李强,保安员\n"))
	require.NoError(t, err)
	assert.Empty(t, got.Notes, "everybody is there")
}
