package sheet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
)

// Sheets pad words of two characters with a blank as wide as a character.
func TestBlanksThatPadAreNoPartOfAWord(t *testing.T) {
	got, err := job(t).Import(strings.NewReader("日　期,岗　位,班　次,姓　名,角 色,替　岗\n" +
		"2026年 5月 6日,北门　护学岗,早　班,张　三,保　安,李　四\n周　五,main,放　学,张三,保安,\n"))
	require.NoError(t, err)
	require.Empty(t, got.Faults)
	assert.Equal(t, []string{"2026-05-06/main/morning 张三 guard  李四", "2026-05-08/main/afternoon 张三 guard", "2026-05-09/main/afternoon 张三 guard"}, written(t, got.Entries))
	en, zh := told(got.Notes)
	assert.Equal(t, "姓名中的补位空格不计，共 2 处，如第 2 行“张　三”读作“张三”", zh[0])
	assert.Equal(t, `blanks that pad a name do not count: 2, such as "张\u3000三" in row 2, which is read as "张三"`, en[0])

	got, err = job(t).Import(strings.NewReader(head + "2026-05-06,main,早班,张　三,保安员\n2026-05-06,main,早班,张三,保安员\n"))
	require.NoError(t, err)
	require.Len(t, got.Faults, 1, "they are one")
	assert.Equal(t, sheet.Twice, got.Faults[0].Code)
}

// A person whom the hub knows by neither a card nor an account can check in by no
// means, and whoever hands the sheet in reads who that is, row by row.
func TestWhoeverCannotCheckInIsNamed(t *testing.T) {
	j := house(t, "2026-05-05", "2026-05-07")
	j.Setup.Posts[0].Windows[1].OnCall = true
	require.Equal(t, "night", j.Setup.Posts[0].Windows[1].ID)
	j.People = []string{"张　三", "王伟"}
	text := "星期,日期,岗位,班次,姓名,角色,替岗\n" +
		",2026-05-05,house,白班,张三,保安员,李强\n三,,house,白班,李强,保安员,赵刚\n,2026-05-07,house,白班,王伟,保安员,\n,2026-05-07,house,夜班,孙磊,保安员,\n"
	got, err := j.Import(strings.NewReader(text))
	require.NoError(t, err)
	require.Empty(t, got.Faults)
	assert.Equal(t, "张　三", got.Entries[0].Person, "as the configuration spells them")
	en, zh := told(got.Notes)
	assert.Equal(t, []string{
		"姓名中的补位空格不计，共 1 处，如第 2 行“张三”读作“张　三”",
		"李强（第 2 行、第 3 行）没有登记卡号或账号：到岗也无法签到，不计入在岗。请在配置 duty 的 people 中登记",
		"赵刚（第 3 行）没有登记卡号或账号：到岗也无法签到，不计入在岗。请在配置 duty 的 people 中登记",
	}, zh[:3], "孙磊 is on call, and needs neither")
	assert.Equal(t, "李强 (row 2, row 3) has neither a card nor an account: they cannot check in and never count as being there. Add them to people in the duty section of the configuration", en[1])
	for _, note := range zh[3:] {
		assert.NotContains(t, note, "签到")
	}

	j.People = nil
	got, err = j.Import(strings.NewReader(text))
	require.NoError(t, err)
	for _, note := range got.Notes {
		assert.NotContains(t, note.ZH, "签到", "nobody said who is known")
	}
}

func TestThoseWhoCannotCheckInAreBounded(t *testing.T) {
	j := house(t, "2026-05-04", "2026-05-31")
	j.People = []string{}
	var b strings.Builder
	b.WriteString(head)
	for n, d := 0, j.From; n < 27; n, d = n+1, d.Add(1) {
		fmt.Fprintf(&b, "%v,house,白班,员%c,保安员\n", d, rune('一'+n))
		if n < 7 {
			fmt.Fprintf(&b, "%v,house,夜班,王伟,保安员\n", d)
		}
	}
	require.Equal(t, calendar.Span{From: j.From, To: j.To}, j.Span)
	got, err := j.Import(strings.NewReader(b.String()))
	require.NoError(t, err)
	require.Empty(t, got.Faults)
	en, zh := told(got.Notes)
	assert.Contains(t, zh[1], "王伟（第 3 行、第 5 行、第 7 行、第 9 行、第 11 行等 7 行）")
	assert.Contains(t, en[1], "王伟 (row 3, row 5, row 7, row 9, row 11 and 2 more)")
	assert.Equal(t, "以及另外 8 处", zh[sheet.MaxLacks])
}
