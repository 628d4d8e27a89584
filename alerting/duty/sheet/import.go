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
}

// Fault is one cell that is wrong.
type Fault struct {
	Row    int    // as a person counts: the header has one too
	Column Column // "" where it is the row as a whole
	Reason string
}

// String says the fault on one line.
func (f Fault) String() string {
	if f.Column == "" {
		return fmt.Sprintf("row %d: %s", f.Row, f.Reason)
	}
	return fmt.Sprintf("row %d, %s: %s", f.Row, f.Column, f.Reason)
}

// Result is what a file holds.
type Result struct {
	Entries []duty.Entry    // none where anything is wrong
	Faults  []Fault         // every one
	Notes   []alerting.Text // what was passed over, and what the days lack
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
	owners  map[duty.ShiftKey]map[string]int // row by person
	periods map[string][]period              // by person
}

type period struct {
	duty.Shift
	row int
}

// Import reads a roster. Its error says that the file cannot be read at all, or
// is no roster; what is wrong with single rows is in the result, which holds no
// entry then.
func (j Job) Import(r io.Reader) (Result, error) {
	t, err := read(r)
	if err != nil {
		return Result{}, err
	}
	if j.From.DaysTo(j.To) < 0 || j.From.DaysTo(j.To) > longest {
		return Result{}, invalid("want a period of at most %d days", longest)
	}
	i := &importer{
		Job: j, table: t, shifts: map[calendar.Date][]duty.Shift{}, owners: map[duty.ShiftKey]map[string]int{}, periods: map[string][]period{},
	}
	first, err := i.header()
	if err != nil {
		return Result{}, err
	}
	for _, row := range t.rows[first:] {
		if len(i.out.Faults) >= MaxFaults {
			i.out.Notes = append(i.out.Notes, alerting.Text{
				ZH: fmt.Sprintf("错误过多：读到第 %d 行为止", row.number), EN: fmt.Sprintf("stopped at row %d: too many faults", row.number),
			})
			break
		}
		i.row(row)
	}
	switch {
	case len(i.out.Faults) > 0:
		i.out.Entries = nil
	case len(i.out.Entries) == 0:
		return Result{}, ErrEmpty
	default:
		i.out.Notes = append(i.out.Notes, i.lacks()...)
	}
	return i.out, nil
}

// ErrEmpty refuses a sheet that names nobody: taken, it would leave its days
// without anybody in silence. It is alerting.ErrInvalid.
var ErrEmpty = fmt.Errorf("%w: roster: the sheet has no entry; what these days have is kept", alerting.ErrInvalid)

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
			name := strings.ToLower(clean(cell))
			c, known := columns[name]
			_, twice := at[c]
			switch {
			case name == "":
			case !known:
				said := clip(clean(cell))
				notes = append(notes, alerting.Text{ZH: fmt.Sprintf("未读取“%s”列", said), EN: fmt.Sprintf("column %q is not read", said)})
			case twice:
				return 0, invalid("row %d: the column %s is here twice", row.number, c)
			default:
				at[c] = x
			}
		}
		if _, post := at[ColumnPost]; !post {
			continue
		}
		i.at = at
		i.out.Notes = notes
		return n + 1, i.complete(row.number)
	}
	return 0, invalid("no header: want the columns 日期 or 星期, 岗位, 班次, 姓名 and 角色 within the first %d rows", titles)
}

func (i *importer) complete(number int) error {
	var missing []string
	for _, c := range []Column{ColumnShift, ColumnPerson, ColumnRole} {
		if _, ok := i.at[c]; !ok {
			missing = append(missing, string(c))
		}
	}
	_, dated := i.at[ColumnDate]
	if _, weekly := i.at[ColumnWeekday]; !dated && !weekly {
		missing = append(missing, "日期 or 星期")
	}
	if len(missing) > 0 {
		return invalid("row %d: the columns %s are missing", number, strings.Join(missing, ", "))
	}
	return nil
}

func (i *importer) fault(row int, c Column, format string, args ...any) {
	i.out.Faults = append(i.out.Faults, Fault{row, c, fmt.Sprintf(format, args...)})
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
	e := duty.Entry{Person: i.cell(r, ColumnPerson), Substitute: i.cell(r, ColumnSubstitute), Phone: phone(i.cell(r, ColumnPhone), i.table.numbers)}
	var ok bool
	if e.Role, ok = roleOf(i.cell(r, ColumnRole)); !ok {
		i.fault(r.number, ColumnRole, "%q is no role: want 护学民警, 保安员, 教职工, 志愿者, 值班领导 or 宿管员", clip(i.cell(r, ColumnRole)))
	}
	if e.Person == "" {
		i.fault(r.number, ColumnPerson, "nobody is named")
	}
	if e.Person != "" && e.Person == e.Substitute {
		i.fault(r.number, ColumnSubstitute, "%s cannot be their own substitute", clip(e.Person))
	}
	post, found := i.post(i.cell(r, ColumnPost))
	if !found {
		i.fault(r.number, ColumnPost, "there is no post %q", clip(i.cell(r, ColumnPost)))
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
		i.fault(r.number, c, "want at most %d printable characters", maxCell)
	}
}

func (i *importer) post(name string) (duty.Post, bool) {
	at := slices.IndexFunc(i.Setup.Posts, func(p duty.Post) bool {
		return name != "" && (name == p.ID || name == p.Name.ZH || strings.EqualFold(name, p.Name.EN))
	})
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
		i.fault(r.number, ColumnWeekday, "%q is no weekday: want 星期一 to 星期日", clip(weekly))
		return nil
	}
	if day == "" {
		if weekly == "" {
			i.fault(r.number, ColumnDate, "neither a date nor a weekday")
			return nil
		}
		return i.following(w)
	}
	d, err := i.date(day)
	switch {
	case err != nil:
		i.fault(r.number, ColumnDate, "%v", err)
	case !i.Has(d):
		i.fault(r.number, ColumnDate, "%v lies outside %v to %v", d, i.From, i.To)
	case weekly != "" && d.Weekday() != w:
		i.fault(r.number, ColumnWeekday, "%v is a %v, not a %v", d, d.Weekday(), w)
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
func (i *importer) date(s string) (calendar.Date, error) {
	if n, err := strconv.ParseFloat(s, 64); err == nil && i.table.numbers && n > 0 && n < 100_000 {
		t, err := excelize.ExcelDateToTime(math.Trunc(n), i.table.dates1904)
		if err != nil {
			return calendar.Date{}, fmt.Errorf("%q is no date", clip(s))
		}
		return calendar.ParseDate(t.Format(time.DateOnly))
	}
	plain := strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(s)
	t, err := time.Parse("2006-1-2", plain)
	if err != nil {
		return calendar.Date{}, fmt.Errorf("%q is no date such as 2026-09-01", clip(s))
	}
	return calendar.ParseDate(t.Format(time.DateOnly))
}

// wanted are the shifts that a row means. A weekday's row passes over days that
// have no such shift; a dated one must find it.
func (i *importer) wanted(r row, p duty.Post, dates []calendar.Date) []duty.Shift {
	word := i.cell(r, ColumnShift)
	var out []duty.Shift
	for _, d := range dates {
		if _, known := i.shifts[d]; !known {
			i.shifts[d] = i.Setup.Shifts(i.Calendar, i.Zone, d)
		}
		for _, s := range i.shifts[d] {
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
		i.fault(r.number, ColumnShift, "is empty")
	case len(dates) == 1:
		day := i.Calendar.Day(dates[0])
		i.fault(r.number, ColumnShift, "%s has no shift %q on %v (%s, by %s)", p.ID, clip(word), dates[0], day.Type, day.Cause)
	default:
		i.fault(r.number, ColumnShift, "%s has no shift %q on any such day from %v to %v", p.ID, clip(word), i.From, i.To)
	}
	return nil
}

// take adds an entry, unless the person, or the substitute, stands there or
// elsewhere then.
func (i *importer) take(r row, s duty.Shift, e duty.Entry) {
	e.ShiftKey = s.ShiftKey
	if len(i.out.Entries) >= duty.MaxEntries {
		i.fault(r.number, "", "more than %d entries", duty.MaxEntries)
		return
	}
	if i.owners[e.ShiftKey] == nil {
		i.owners[e.ShiftKey] = map[string]int{}
	}
	for c, who := range map[Column]string{ColumnPerson: e.Person, ColumnSubstitute: e.Substitute} {
		if who == "" {
			continue
		}
		if other, twice := i.owners[e.ShiftKey][who]; twice {
			i.fault(r.number, c, "%s stands at %v already, in row %d", clip(who), e.ShiftKey, other)
			return
		}
		i.owners[e.ShiftKey][who] = r.number
	}
	for _, o := range i.periods[e.Person] {
		if !s.OnCall && !o.OnCall && o.From.Before(s.To) && s.From.Before(o.To) {
			i.fault(r.number, ColumnPerson, "%s stands at %v then, in row %d", clip(e.Person), o.ShiftKey, o.row)
			return
		}
	}
	i.periods[e.Person] = append(i.periods[e.Person], period{s, r.number})
	i.out.Entries = append(i.out.Entries, e)
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
