package sheet_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/sheet"
)

// workbook writes sheets in the order of their names' list, a row a line of CSV
// without quotes; a name that begins with a point is hidden.
func workbook(t testing.TB, names []string, texts ...string) *bytes.Buffer {
	t.Helper()
	f := excelize.NewFile()
	defer func() { require.NoError(t, f.Close()) }()
	for i, name := range names {
		_, err := f.NewSheet(name)
		require.NoError(t, err)
		for y, line := range strings.Split(texts[i], "\n") {
			for x, cell := range strings.Split(line, ",") {
				at, err := excelize.CoordinatesToCellName(x+1, y+1)
				require.NoError(t, err)
				require.NoError(t, f.SetCellStr(name, at, cell))
			}
		}
		if strings.HasPrefix(name, ".") {
			require.NoError(t, f.SetSheetVisible(name, false))
		}
	}
	require.NoError(t, f.DeleteSheet("Sheet1"))
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	return &b
}

const head = "日期,岗位,班次,姓名,角色\n"

// A school that keeps a sheet a week has them all read as one roster; none is
// left out in silence.
func TestEverySheetOfASpreadsheetIsRead(t *testing.T) {
	one, two := head+"2026-05-06,main,早班,王伟,保安员", "第二周\n"+head+"2026-05-07,main,早班,李强,保安员"
	got, err := job(t).Import(workbook(t, []string{"第1周", "空白", "第2周", ".旧表"}, one, "", two, head+"2026-05-08,main,早班,赵刚,保安员"))
	require.NoError(t, err)
	require.Empty(t, got.Faults)
	assert.Equal(t, []string{"2026-05-06/main/morning 王伟 guard", "2026-05-07/main/morning 李强 guard"}, written(t, got.Entries))
	assert.Equal(t, alerting.Text{ZH: "未读取隐藏的工作表“.旧表”", EN: `the hidden sheet ".旧表" is not read`}, got.Notes[0])

	got, err = job(t).Import(workbook(t, []string{"第1周", "第2周"}, one, head+"2026-05-06,house,白班,王伟,保安员\n2026-05-07,东门,早班,李强,保安员"))
	require.NoError(t, err)
	assert.Empty(t, got.Entries, "a good first sheet does not come in alone")
	require.Len(t, got.Faults, 2)
	assert.Equal(t, `sheet "第2周", row 2, 姓名: 王伟 stands at 2026-05-06/main/morning then, in sheet "第1周", row 2`+apart("王伟"), got.Faults[0].String())
	assert.Equal(t, "第2周", got.Faults[1].Sheet)
	assert.Equal(t, 3, got.Faults[1].Row)

	_, err = job(t).Import(workbook(t, []string{"第1周", "说明"}, one, "请提前二十分钟到岗"))
	require.ErrorIs(t, err, alerting.ErrInvalid)
	require.ErrorContains(t, err, `sheet "说明": no header`)
	var refused *sheet.Refusal
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.Reason.ZH, "工作表“说明”前 10 行内没有表头")
	assert.Contains(t, refused.Reason.ZH, "请删除或隐藏")
	_, err = job(t).Import(workbook(t, []string{"空白"}, ""))
	require.ErrorContains(t, err, "no sheet in it")
}

const wrong = `日期,星期,岗位,班次,姓名,角色,电话,替岗
2026-05-06,,main,早班,王伟,保安员,,
2026-05-32,,main,早班,王伟,保安员,,
2026-05-11,,main,早班,王伟,保安员,,
2026-05-06,星期四,main,早班,李强,保安员,,
2026-05-06,,东门,午休,,厨师,,
2026-05-01,,main,早班,李强,保安员,,
2026-05-06,,main,,李强,保安员,,
2026-05-06,,main,早班,王伟,保安员,,
2026-05-06,,house,白班,王伟,保安员,,
2026-05-06,,main,早班,陈静,教师,,陈静
,,main,早班,陈静,教师,,
,星期八,main,早班,陈静,教师,,
,星期日,main,早班,陈静,教师,,
2026-05-07,,main,早班,"陈
静",教师,,
2026-05-08,,main,早班,李强,保安员,,赵刚
2026-05-08,,house,白班,赵刚,保安员,,
`

// english is a word of a sentence that no school wrote: of its own sheet come
// ids, of file formats their names.
var english = regexp.MustCompile(`[A-Za-z]{2,}`)

func chinese(t *testing.T, s alerting.Text, own ...string) {
	t.Helper()
	assert.NotContains(t, s.ZH, "%!", s.ZH)
	assert.NotContains(t, s.EN, "%!", s.EN)
	assert.True(t, strings.ContainsFunc(s.ZH, func(r rune) bool { return unicode.Is(unicode.Han, r) }), "%s", s.ZH)
	for _, word := range english.FindAllString(s.ZH, -1) {
		assert.Contains(t, append(own, "xlsx", "xls", "csv", "CSV", "UTF", "GB"), word, s.ZH)
	}
}

// What is wrong with a cell is said in both languages, whatever it is.
func TestEveryFaultIsSaidInChinese(t *testing.T) {
	got, err := job(t).Import(strings.NewReader(wrong))
	require.NoError(t, err)
	seen := map[sheet.Code]bool{sheet.TooManyEntries: true} // more rows than a file may have
	said := map[sheet.Code]string{}
	for _, f := range got.Faults {
		chinese(t, f.Reason)
		seen[f.Code], said[f.Code] = true, f.Reason.ZH
	}
	for _, c := range codes(t, 0) {
		assert.True(t, seen[c], "no row has the fault %s", c)
	}
	assert.Equal(t, "北门护学岗没有“早班”这一班次：2026-05-01 不上课（法定节假日）", said[sheet.NoShiftThatDay])
	assert.Equal(t, "2026-05-06 是星期三，不是星期四", said[sheet.OtherWeekday])
	assert.Equal(t, "王伟 已在 2026-05-06 北门护学岗 早班 值班，见第 2 行；若是同名的两个人，请在表中和配置里写成不同的姓名，如“王伟甲”“王伟乙”", said[sheet.Twice])
	assert.Equal(t, "赵刚 同一时间是 2026-05-08 北门护学岗 早班 的替岗人，见第 17 行", said[sheet.Ready])
	assert.Equal(t, "北门护学岗在 2026-05-01 至 2026-05-10 的这些日子里都没有“早班”这一班次", said[sheet.NoShiftAtAll])
}

// Why a file is refused as a whole is said in both languages.
func TestEveryRefusalIsSaidInChinese(t *testing.T) {
	far, merged := job(t), excelize.NewFile()
	far.To = far.From.Add(500)
	for y := range 400 {
		at, err := excelize.CoordinatesToCellName(64, y+1)
		require.NoError(t, err)
		require.NoError(t, merged.SetCellStr("Sheet1", at, "x"))
	}
	require.NoError(t, merged.SetCellStr("Sheet1", "A1", "x"))
	require.NoError(t, merged.MergeCell("Sheet1", "A1", "BK400"))
	var block bytes.Buffer
	require.NoError(t, merged.Write(&block))
	require.NoError(t, merged.Close())
	seen := map[sheet.Code]bool{sheet.BadSheet: true} // a zip that is whole and holds a torn part
	for name, refuse := range map[string]func() error{
		"empty":     func() error { _, err := job(t).Import(strings.NewReader(head)); return err },
		"period":    func() error { _, err := far.Import(strings.NewReader(head)); return err },
		"no header": func() error { _, err := job(t).Import(strings.NewReader("a,b\n")); return err },
		"missing":   func() error { _, err := job(t).Import(strings.NewReader("岗位,姓名\n")); return err },
		"twice":     func() error { _, err := job(t).Import(strings.NewReader("日期,岗位,岗位\n")); return err },
		"long":      func() error { _, err := job(t).Import(strings.NewReader(strings.Repeat("x", 9<<20))); return err },
		"old":       func() error { _, err := job(t).Import(strings.NewReader("\xD0\xCF\x11\xE0")); return err },
		"utf-16":    func() error { _, err := job(t).Import(strings.NewReader("\xFF\xFEa")); return err },
		"encoding":  func() error { _, err := job(t).Import(strings.NewReader("\xff\xff\xff\xff")); return err },
		"csv":       func() error { _, err := job(t).Import(strings.NewReader("岗位,\"姓名\n")); return err },
		"xlsx":      func() error { _, err := job(t).Import(strings.NewReader("PK\x03\x04 and no more")); return err },
		"no sheet":  func() error { _, err := job(t).Import(workbook(t, []string{"空"}, "")); return err },
		"rows":      func() error { _, err := job(t).Import(strings.NewReader(strings.Repeat("\n,", 30_000))); return err },
		"columns":   func() error { _, err := job(t).Import(strings.NewReader(strings.Repeat(",", 100))); return err },
		"merged":    func() error { _, err := job(t).Import(&block); return err },
		"format":    func() error { return job(t).Export(&bytes.Buffer{}, "txt", nil) },
	} {
		var refused *sheet.Refusal
		require.ErrorAs(t, refuse(), &refused, name)
		chinese(t, refused.Reason, "txt")
		seen[refused.Code] = true
	}
	for _, c := range codes(t, 1) {
		assert.True(t, seen[c], "nothing was refused as %s", c)
	}
}

// codes reads the codes of the nth list of code.go, so that none that is added is
// left out here.
func codes(t *testing.T, nth int) (out []sheet.Code) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	require.NoError(t, err)
	for _, d := range f.Decls {
		list, ok := d.(*ast.GenDecl)
		if !ok || list.Tok != token.CONST {
			continue
		}
		if nth--; nth >= 0 {
			continue
		}
		for _, s := range list.Specs {
			word := s.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value
			out = append(out, sheet.Code(strings.Trim(word, `"`)))
		}
		break
	}
	require.NotEmpty(t, out)
	return out
}
