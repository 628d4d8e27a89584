package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // school zones

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"go.yaml.in/yaml/v4"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
)

func node(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	return doc.Content[0]
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	require.NoError(t, err)
	return d
}

// job is the first week of May 2026 and the one after: Saturday the ninth is
// made up with Friday's timetable.
func job(t testing.TB) sheet.Job {
	t.Helper()
	s, faults := duty.ReadSetup(node(t, `
pattern: primary
posts:
  - {id: main, kind: main-gate, place: north-gate, name: {zh: 北门护学岗, en: North gate}}
  - {id: house, kind: gatehouse, place: north-gate, name: {zh: 门卫岗, en: Gatehouse}}
`), "")
	require.Empty(t, faults)
	own, faults := calendar.ReadSchool(node(t, "make_up: [{date: 2026-05-09, follows: fri}]"), "")
	require.Empty(t, faults)
	c, faults := calendar.Build(nil, own)
	require.Empty(t, faults)
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	return sheet.Job{Setup: s, Calendar: c, Zone: zone, Span: calendar.Span{From: date(t, "2026-05-01"), To: date(t, "2026-05-10")}}
}

const good = `日期,星期,岗位,班次,姓名,角色,电话,替岗,备注
2026-05-06,星期三,北门护学岗,早班,王伟,保安员,010-55550101,李强,带哨子
2026/5/6,,main,放学,王伟,保安,010-55550101,,
,周五,北门护学岗,07:20-08:35,陈静,教师,,,
2026年5月7日,,North gate,morning,孙磊,护学民警(辅警),,,

,六,门卫岗,白班,赵刚,保安员,,,
`

func written(t *testing.T, entries []duty.Entry) (out []string) {
	t.Helper()
	for _, e := range entries {
		out = append(out, strings.TrimSpace(fmt.Sprintln(e.ShiftKey, e.Person, e.Role, e.Phone, e.Substitute)))
	}
	return out
}

var goodEntries = []string{
	"2026-05-06/main/morning 王伟 guard 010-55550101 李强",
	"2026-05-06/main/afternoon 王伟 guard 010-55550101",
	"2026-05-08/main/morning 陈静 teacher",
	"2026-05-09/main/morning 陈静 teacher", // Saturday has Friday's timetable
	"2026-05-07/main/morning 孙磊 police",
	"2026-05-02/house/day 赵刚 guard", // the only Saturday that is one
}

func TestARosterInEveryEncoding(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(good))
	require.NoError(t, err)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(strings.ReplaceAll(good, ",", "\t")))
	require.NoError(t, err)
	for name, data := range map[string][]byte{
		"UTF-8": []byte(good), "UTF-8 with a mark": []byte("\uFEFF" + good), "GB18030": gb, "UTF-16": wide,
		"semicolons": []byte(strings.ReplaceAll(good, ",", ";")), "CRLF": []byte(strings.ReplaceAll(good, "\n", "\r\n")),
		"under a title": []byte("紫薇小学护学岗值班表\n" + good),
	} {
		got, err := job(t).Import(bytes.NewReader(data))
		require.NoError(t, err, name)
		require.Empty(t, got.Faults, name)
		assert.Equal(t, goodEntries, written(t, got.Entries), name)
		require.NotEmpty(t, got.Notes, name)
		assert.Equal(t, alerting.Text{ZH: "未读取“备注”列", EN: `column "备注" is not read`}, got.Notes[0], name)
		assert.Equal(t, 5, got.Rows, name)
	}
}

// What spreadsheets make of dates, numbers and merged cells.
func TestASpreadsheet(t *testing.T) {
	f := excelize.NewFile()
	defer func() { require.NoError(t, f.Close()) }()
	set := func(at string, v any) { require.NoError(t, f.SetCellValue("Sheet1", at, v)) }
	for i, h := range []string{"日期", "岗位", "班次", "姓名", "角色", "电话"} {
		at, err := excelize.CoordinatesToCellName(i+1, 1)
		require.NoError(t, err)
		set(at, h)
	}
	set("A2", time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC))
	require.NoError(t, f.MergeCell("Sheet1", "A2", "A3"))
	for i, who := range []string{"王伟", "李强"} {
		for c, v := range map[string]any{"B": "main", "C": "早班", "D": who, "E": "保安员", "F": int64(13900000000) + int64(i)} {
			set(fmt.Sprintf("%s%d", c, i+2), v)
		}
	}
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	got, err := job(t).Import(&b)
	require.NoError(t, err)
	require.Empty(t, got.Faults)
	assert.Equal(t, []string{"2026-05-06/main/morning 王伟 guard 13900000000", "2026-05-06/main/morning 李强 guard 13900000001"}, written(t, got.Entries))
}

// Every bad cell is reported, and not one good row comes in.
func TestEveryFaultIsReportedAndNothingIsHalfImported(t *testing.T) {
	const bad = `日期,星期,岗位,班次,姓名,角色,电话,替岗
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
2026-05-07,,main,早班,周敏,教师,,王伟
2026-05-07,,main,早班,王伟,保安员,,
2026-05-08,,house,白班,赵刚,保安员,,
2026-05-08,,main,早班,李强,保安员,,赵刚
2026-05-08,,main,放学,李强,保安员,,孙磊
2026-05-08,,house,白班,钱进,保安员,,孙磊
2026-05-08,,main,早班,孙磊,保安员,,
`
	got, err := job(t).Import(strings.NewReader(bad))
	require.NoError(t, err)
	assert.Empty(t, got.Entries)
	var said []string
	for _, f := range got.Faults {
		said = append(said, f.String())
	}
	assert.Equal(t, []string{
		`row 3, 日期: "2026-05-32" is no date such as 2026-09-01`,
		`row 4, 日期: 2026-05-11 lies outside 2026-05-01 to 2026-05-10`,
		`row 5, 星期: 2026-05-06 is a Wednesday, not a Thursday`,
		`row 6, 角色: "厨师" is no role: want 护学民警, 保安员, 教职工, 志愿者, 值班领导 or 宿管员`,
		`row 6, 姓名: nobody is named`,
		`row 6, 岗位: there is no post "东门"`,
		`row 7, 班次: main has no shift "早班" on 2026-05-01 (closed, by holiday)`,
		`row 8, 班次: is empty`,
		`row 9, 姓名: 王伟 stands at 2026-05-06/main/morning already, in row 2` + apart("王伟"),
		`row 10, 姓名: 王伟 stands at 2026-05-06/main/morning then, in row 2` + apart("王伟"),
		`row 11, 替岗: 陈静 cannot be their own substitute`,
		`row 12, 日期: neither a date nor a weekday`,
		`row 13, 星期: "星期八" is no weekday: want 星期一 to 星期日`,
		`row 14, 班次: main has no shift "早班" on any such day from 2026-05-01 to 2026-05-10`,
		`row 15, 姓名: want at most 200 printable characters`,
		`row 18, 姓名: 王伟 stands at 2026-05-07/main/morning already, in row 17` + apart("王伟"),
		`row 20, 替岗: 赵刚 stands at 2026-05-08/house/day then, in row 19` + apart("赵刚"),
		`row 23, 姓名: 孙磊 is to be ready as a substitute for 2026-05-08/house/day then, in row 22`,
	}, said)
}

// apart is what an officer can do about two people of one name.
func apart(name string) string {
	return fmt.Sprintf("; write two people of one name apart, here and in the configuration, such as %[1]s甲 and %[1]s乙", name)
}

func TestWhatIsNoRosterIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "no header",
		"a,b\n1,2\n":                  "no header",
		"岗位,姓名\n":                     "row 1: the columns 班次, 角色, 日期 or 星期 are missing",
		"日期,岗位,岗位\n":                  "the column 岗位 is here twice",
		"岗位,\"姓名\n":                   "not CSV",
		"\xff\xff\xff\xff":            "neither UTF-8 nor GB18030",
		"\xFF\xFEa":                   "begins as UTF-16 and is none",
		"PK\x03\x04 and nothing else": "not an .xlsx",
		"\xD0\xCF\x11\xE0":            "an old .xls",
		strings.Repeat("\n,", 30_000): "more than 20000 rows",
		strings.Repeat(",", 100):      "more than 64 columns",
		strings.Repeat("x", 9<<20):    "longer than 8388608 bytes",
	} {
		_, err := job(t).Import(strings.NewReader(text))
		require.ErrorIs(t, err, alerting.ErrInvalid, want)
		assert.ErrorContains(t, err, want)
	}
	_, err := job(t).Import(failing{})
	require.ErrorContains(t, err, "the disk is gone")
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	j := job(t)
	got, err := j.Import(strings.NewReader(good))
	require.NoError(t, err)
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var b bytes.Buffer
		require.NoError(t, j.Export(&b, f, got.Entries))
		again, err := j.Import(&b)
		require.NoError(t, err)
		require.Empty(t, again.Faults)
		assert.Equal(t, got.Entries, again.Entries, f)
	}
	require.ErrorIs(t, j.Export(&bytes.Buffer{}, "pdf", nil), alerting.ErrInvalid)
}

// No cell that is opened in a spreadsheet begins as a formula does, and what
// was written is read again as it was.
func TestFormulasAreHarmless(t *testing.T) {
	j := job(t)
	key := duty.ShiftKey{Date: date(t, "2026-05-06"), PostID: "main", Window: "morning"}
	var entries []duty.Entry
	for _, evil := range []string{`=HYPERLINK("http://example.org")`, "+86 139", "-2+3", "@SUM(1)", "  =1", "=1", "＝1", "'=1", "''=1", "|calc", "'quoted", "plain"} {
		entries = append(entries, duty.Entry{ShiftKey: key, Person: strings.TrimSpace(evil) + "x", Role: duty.Guard, Phone: strings.TrimSpace(evil)})
	}
	entries = append(entries[:4:4], entries[6:]...)
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var b bytes.Buffer
		require.NoError(t, j.Export(&b, f, entries))
		for _, cell := range cells(t, f, b.Bytes()) {
			if strings.ContainsAny(string([]rune(strings.TrimLeft(cell, " ") + " ")[0]), "=+-@|＝＋－＠") {
				t.Errorf("%s: %q may be run", f, cell)
			}
		}
		again, err := j.Import(&b)
		require.NoError(t, err)
		require.Empty(t, again.Faults, f)
		assert.Equal(t, entries, again.Entries, f)
	}
}

func cells(t *testing.T, f sheet.Format, data []byte) (out []string) {
	t.Helper()
	if f == sheet.CSV {
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll()
		require.NoError(t, err)
		for _, r := range rows {
			out = append(out, r...)
		}
		return out
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	rows, err := book.GetRows(book.GetSheetName(0))
	require.NoError(t, err)
	for y, r := range rows {
		for x := range r {
			at, err := excelize.CoordinatesToCellName(x+1, y+1)
			require.NoError(t, err)
			formula, err := book.GetCellFormula(book.GetSheetName(0), at)
			require.NoError(t, err)
			require.Empty(t, formula)
		}
		out = append(out, r...)
	}
	return out
}
