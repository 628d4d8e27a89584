package sheet

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// Job is a roster of a school for some days.
type Job struct {
	Setup    duty.Setup
	Calendar *calendar.Calendar
	Zone     *time.Location
	calendar.Span
	// Had is who owes something on these days until a sheet replaces it.
	Had []duty.Entry
	// People are those whom the hub can tell apart, by a card or an account: nobody
	// else can check in. nil leaves open who they are.
	People []string
}

// Result is what a file holds.
type Result struct {
	Entries []duty.Entry    // none where anything is wrong
	Faults  []Fault         // every one
	Notes   []alerting.Text // what was passed over, who cannot check in, and what the days lack
	Rows    int             // that named somebody
}

// MaxFaults bounds the faults that are listed; a file with more has another
// mistake in common.
const MaxFaults = 1000

// importer is one import on its way.
type importer struct {
	Job
	table   table
	at      map[Column]int
	shifts  map[calendar.Date][]duty.Shift
	out     Result
	periods map[string][]period // by person
	names   names
}

// Import reads a roster. Its error says that the file cannot be read at all, or
// is no roster; what is wrong with single rows is in the result, which holds no
// entry then.
func (j Job) Import(r io.Reader) (Result, error) {
	b, err := read(r)
	if err != nil {
		return Result{}, err
	}
	if j.From.DaysTo(j.To) < 0 || j.From.DaysTo(j.To) > longest {
		return Result{}, refuse(TooLongPeriod, longest)
	}
	i := &importer{Job: j, shifts: map[calendar.Date][]duty.Shift{}, periods: map[string][]period{}, names: newNames(j.People)}
	i.out.Notes = b.notes
	for _, t := range b.tables {
		if err := i.read(t); err != nil {
			return Result{}, err
		}
	}
	switch {
	case len(i.out.Faults) > 0:
		i.out.Entries = nil
	case len(i.out.Entries) == 0:
		return Result{}, refuse(Empty)
	default:
		i.out.Notes = append(append(i.out.Notes, i.who()...), i.lacks()...)
	}
	return i.out, nil
}

// read reads one table of the file: its header, and every row below it.
func (i *importer) read(t table) error {
	if len(i.out.Faults) >= MaxFaults {
		return nil // said already
	}
	i.table = t
	first, err := i.header()
	if err != nil {
		return err
	}
	for _, row := range t.rows[first:] {
		if len(i.out.Faults) >= MaxFaults {
			at := place{t.name, row.number}.text()
			i.out.Notes = append(i.out.Notes, alerting.Text{ZH: "错误过多：读到" + at.ZH + "为止", EN: "stopped at " + at.EN + ": too many faults"})
			break
		}
		i.row(row)
	}
	return nil
}

// longest is how many days a roster covers at most: a school year.
const longest = 400

// titles is how many rows may stand above the header.
const titles = 10

// header finds the row that names the columns.
func (i *importer) header() (int, error) {
	for n, row := range i.table.rows[:min(titles, len(i.table.rows))] {
		at := map[Column]int{}
		var notes []alerting.Text
		for x, cell := range row.cells {
			name := strings.ToLower(tight(clean(cell)))
			c, known := columns[name]
			_, twice := at[c]
			switch {
			case name == "":
			case !known:
				said := clip(clean(cell))
				notes = append(notes, alerting.Text{ZH: fmt.Sprintf("未读取“%s”列", said), EN: fmt.Sprintf("column %q is not read", said)})
			case twice:
				return 0, refuse(ColumnTwice, place{i.table.name, row.number}, c)
			default:
				at[c] = x
			}
		}
		if _, post := at[ColumnPost]; !post {
			continue
		}
		i.at = at
		i.out.Notes = append(i.out.Notes, notes...)
		return n + 1, i.complete(row.number)
	}
	return 0, i.headless()
}

// headless refuses a table without a header. Of several sheets none is left out
// by itself: what it holds may be a week that somebody believes to be imported.
func (i *importer) headless() error {
	var of, aside alerting.Text
	if n := i.table.name; n != "" {
		of = alerting.Text{ZH: "工作表“" + clip(n) + "”", EN: fmt.Sprintf("sheet %q: ", clip(n))}
		aside = alerting.Text{ZH: "；不是值班表的工作表请删除或隐藏", EN: "; delete or hide a sheet that is no roster"}
	}
	return refuse(NoHeader, of, titles, aside)
}

func (i *importer) complete(number int) error {
	var missing []string
	for _, c := range []Column{ColumnShift, ColumnPerson, ColumnRole} {
		if _, ok := i.at[c]; !ok {
			missing = append(missing, string(c))
		}
	}
	zh, en := slices.Clone(missing), missing
	_, dated := i.at[ColumnDate]
	if _, weekly := i.at[ColumnWeekday]; !dated && !weekly {
		zh, en = append(zh, "日期或星期"), append(en, "日期 or 星期")
	}
	if len(en) > 0 {
		return refuse(ColumnsMissing, place{i.table.name, number}, alerting.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")})
	}
	return nil
}

func (i *importer) fault(row int, c Column, code Code, values ...any) {
	i.out.Faults = append(i.out.Faults, Fault{i.table.name, row, c, code, say(code, values...)})
}

// cell is what a row has in a column, without the mark of a text.
func (i *importer) cell(r row, c Column) string {
	at, ok := i.at[c]
	if !ok || at >= len(r.cells) {
		return ""
	}
	return clean(r.cells[at])
}

// clean takes spaces away, and the mark that makes a cell a text.
func clean(s string) string {
	s = strings.TrimSpace(strings.TrimPrefix(s, "\uFEFF"))
	if rest, ok := strings.CutPrefix(s, "'"); ok && harmful(rest) {
		return rest
	}
	return s
}

// tight is a word without any blanks: sheets pad 姓　名 and 早　班.
func tight(s string) string { return strings.Join(strings.Fields(s), "") }

// row reads one row; an empty one is passed over.
func (i *importer) row(r row) {
	if !slices.ContainsFunc(r.cells, func(s string) bool { return clean(s) != "" }) {
		return
	}
	before := len(i.out.Faults)
	for c := range i.at {
		i.readable(r, c)
	}
	slices.SortStableFunc(i.out.Faults[before:], func(a, b Fault) int { return i.at[a.Column] - i.at[b.Column] })
	e := duty.Entry{Person: i.name(r, ColumnPerson), Substitute: i.name(r, ColumnSubstitute), Phone: phone(i.cell(r, ColumnPhone), i.table.numbers)}
	var ok bool
	if e.Role, ok = roleOf(i.cell(r, ColumnRole)); !ok {
		i.fault(r.number, ColumnRole, NoRole, clip(i.cell(r, ColumnRole)))
	}
	if e.Person == "" {
		i.fault(r.number, ColumnPerson, Nobody)
	}
	if e.Person != "" && e.Person == e.Substitute {
		i.fault(r.number, ColumnSubstitute, OwnSubstitute, clip(e.Person))
	}
	post, found := i.post(i.cell(r, ColumnPost))
	if !found {
		i.fault(r.number, ColumnPost, NoPost, clip(i.cell(r, ColumnPost)))
	}
	dates := i.dates(r)
	if len(i.out.Faults) > before {
		return
	}
	i.out.Rows++
	for _, s := range i.wanted(r, post, dates) {
		i.take(r, s, e)
	}
}

func (i *importer) readable(r row, c Column) {
	s := i.cell(r, c)
	if len([]rune(s)) > maxCell || strings.ContainsFunc(s, unicode.IsControl) {
		i.fault(r.number, c, BadCharacters, maxCell)
	}
}

func (i *importer) post(name string) (duty.Post, bool) {
	find := func(name string, as func(string) string) int {
		return slices.IndexFunc(i.Setup.Posts, func(p duty.Post) bool {
			return name != "" && (name == p.ID || name == as(p.Name.ZH) || strings.EqualFold(name, as(p.Name.EN)))
		})
	}
	at := find(name, func(s string) string { return s })
	if at < 0 {
		at = find(tight(name), tight)
	}
	if at < 0 {
		return duty.Post{}, false
	}
	return i.Setup.Posts[at], true
}

// dates are the days that a row is for: its date, or every day of the period
// that follows its weekday.
func (i *importer) dates(r row) []calendar.Date {
	day, weekly := i.cell(r, ColumnDate), i.cell(r, ColumnWeekday)
	if _, ok := weekdayOf(day); ok && weekly == "" { // one column for both
		day, weekly = "", day
	}
	w, ok := weekdayOf(weekly)
	if weekly != "" && !ok {
		i.fault(r.number, ColumnWeekday, NoWeekday, clip(weekly))
		return nil
	}
	if day == "" {
		if weekly == "" {
			i.fault(r.number, ColumnDate, NoDay)
			return nil
		}
		return i.following(w)
	}
	d, ok := i.date(day)
	switch {
	case !ok:
		i.fault(r.number, ColumnDate, NoDate, clip(day))
	case !i.Has(d):
		i.fault(r.number, ColumnDate, Outside, d, i.From, i.To)
	case weekly != "" && d.Weekday() != w:
		i.fault(r.number, ColumnWeekday, OtherWeekday, d, weekdayText(d.Weekday()), weekdayText(w))
	default:
		return []calendar.Date{d}
	}
	return nil
}

// following lists the days of the period that have a weekday's timetable; a day
// without lessons is its own weekday.
func (i *importer) following(w time.Weekday) []calendar.Date {
	var out []calendar.Date
	for d := i.From; d.Compare(i.To) <= 0; d = d.Add(1) {
		day := i.Calendar.Day(d)
		if day.Manned() && day.Follows == w || !day.Manned() && d.Weekday() == w {
			out = append(out, d)
		}
	}
	return out
}

// date reads 2026-09-01, 2026/9/1, 2026.9.1, 2026年9月1日 and a spreadsheet's
// number of a day.
func (i *importer) date(s string) (calendar.Date, bool) {
	t, err := time.Parse("2006-1-2", strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(tight(s)))
	if n, failed := strconv.ParseFloat(s, 64); failed == nil && i.table.numbers && n > 0 && n < 100_000 {
		t, err = excelize.ExcelDateToTime(math.Trunc(n), i.table.dates1904)
	}
	if err != nil {
		return calendar.Date{}, false
	}
	d, err := calendar.ParseDate(t.Format(time.DateOnly))
	return d, err == nil
}

// on lists the shifts of a date.
func (i *importer) on(d calendar.Date) []duty.Shift {
	if _, known := i.shifts[d]; !known {
		i.shifts[d] = i.Setup.Shifts(i.Calendar, i.Zone, d)
	}
	return i.shifts[d]
}

// wanted are the shifts that a row means. A weekday's row passes over days that
// have no such shift; a dated one must find it.
func (i *importer) wanted(r row, p duty.Post, dates []calendar.Date) []duty.Shift {
	word := i.cell(r, ColumnShift)
	var out []duty.Shift
	for _, d := range dates {
		for _, s := range i.on(d) {
			if s.PostID == p.ID && word != "" && isShift(word, s, i.Zone) {
				out = append(out, s)
				break
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	switch {
	case word == "":
		i.fault(r.number, ColumnShift, NoShiftNamed)
	case len(dates) == 1:
		day := i.Calendar.Day(dates[0])
		i.fault(r.number, ColumnShift, NoShiftThatDay, postText(p), clip(word), dates[0], day.Type.Title(), day.Cause.Title())
	default:
		i.fault(r.number, ColumnShift, NoShiftAtAll, postText(p), clip(word), i.From, i.To)
	}
	return nil
}

func (i *importer) place(r row) place { return place{i.table.name, r.number} }

// postText is a post, and shiftText a shift, as the two languages call them.
func postText(p duty.Post) alerting.Text { return alerting.Text{ZH: p.Name.ZH, EN: p.ID} }

func shiftText(s duty.Shift) alerting.Text {
	return alerting.Text{ZH: s.Date.String() + " " + s.Post.Name.ZH + " " + shiftWord(s.Window), EN: s.ShiftKey.String()}
}

// phone undoes what a spreadsheet does to a number of eleven digits.
func phone(s string, numbers bool) string {
	if f, err := strconv.ParseFloat(s, 64); err == nil && numbers && strings.ContainsAny(s, ".eE") && f > 0 && f < 1e15 && f == math.Trunc(f) {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return s
}

// clip bounds what is repeated of a stranger's file.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
