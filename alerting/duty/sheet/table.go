package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"example.org/campushub/alerting"
)

// Bounds of a file. Beyond them it is refused as a whole.
const (
	maxFile    = 8 << 20  // bytes
	maxUnzip   = 64 << 20 // bytes, unpacked
	maxRows    = 20_000
	maxColumns = 64
	maxMerged  = 20_000 // cells that are filled from a merged one
	maxCell    = 200    // characters
)

// row is one row of a file, by the number that a person sees beside it.
type row struct {
	number int
	cells  []string
}

// table is a sheet as rows; dates1904 is how old spreadsheets count days.
type table struct {
	name      string // of a spreadsheet with several; otherwise ""
	rows      []row
	numbers   bool // dates may be numbers of days
	dates1904 bool
}

// book is a file as the tables that hold anything, and what was left out of it.
type book struct {
	tables []table
	notes  []alerting.Text
}

// read takes a whole file apart.
func read(r io.Reader) (book, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return book{}, fmt.Errorf("read roster: %w", err)
	case len(data) > maxFile:
		return book{}, refuse(TooLong, maxFile)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")):
		return book{}, refuse(OldFormat)
	}
	text, err := decode(data)
	if err != nil {
		return book{}, err
	}
	t, err := readCSV(text)
	return book{tables: []table{t}}, err
}

// decode brings text to UTF-8. What is no UTF-8 is GB18030, which Excel writes
// on a Chinese machine.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", refuse(NotUTF16)
		}
		return string(out), nil
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", refuse(NoEncoding)
	}
	return string(out), nil
}

func readCSV(text string) (table, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, false
	var out table
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return table{}, notCSV(err)
		}
		line, _ := r.FieldPos(0)
		if err := out.add(line, cells); err != nil {
			return table{}, err
		}
	}
}

func notCSV(err error) error {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return refuse(NotCSV, 1, detail(err))
	}
	return refuse(NotCSV, at.StartLine, detail(at.Err))
}

func (t *table) add(number int, cells []string) error {
	if len(t.rows) >= maxRows {
		return refuse(TooManyRows, maxRows)
	}
	if len(cells) > maxColumns {
		return refuse(TooManyColumns, place{t.name, number}, maxColumns)
	}
	t.rows = append(t.rows, row{number, cells})
	return nil
}

// separator is what the first lines use most: a comma, a semicolon or a tab.
func separator(text string) rune {
	head := text[:min(len(text), 2000)]
	best := ','
	for _, c := range ";\t" {
		if strings.Count(head, string(c)) > strings.Count(head, string(best)) {
			best = c
		}
	}
	return best
}

// readXLSX reads every sheet that is shown and holds anything: a school may keep
// a sheet a week. What is hidden is left out, and a note says so.
func readXLSX(data []byte) (out book, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip,
	})
	if err != nil {
		return book{}, refuse(NotXLSX, detail(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	like := table{numbers: true}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		like.dates1904 = *p.Date1904
	}
	rows := 0
	for _, name := range f.GetSheetList() {
		t := like
		t.name = name
		if err := t.sheet(f, name); err != nil {
			return book{}, err
		}
		if rows += len(t.rows); rows > maxRows {
			return book{}, refuse(TooManyRows, maxRows)
		}
		if err := out.add(f, t); err != nil {
			return book{}, err
		}
	}
	switch len(out.tables) {
	case 0:
		return book{}, refuse(NoSheet)
	case 1:
		out.tables[0].name = ""
	}
	return out, nil
}

// add puts a sheet into the book, unless there is nothing on it or it is hidden.
func (b *book) add(f *excelize.File, t table) error {
	if t.empty() {
		return nil
	}
	shown, err := f.GetSheetVisible(t.name)
	if err != nil {
		return refuse(BadSheet, clip(t.name), detail(err))
	}
	if !shown {
		n := clip(t.name)
		b.notes = append(b.notes, alerting.Text{ZH: "未读取隐藏的工作表“" + n + "”", EN: fmt.Sprintf("the hidden sheet %q is not read", n)})
		return nil
	}
	if err := t.merged(f, t.name); err != nil {
		return err
	}
	b.tables = append(b.tables, t)
	return nil
}

func (t *table) empty() bool {
	return !slices.ContainsFunc(t.rows, func(r row) bool {
		return slices.ContainsFunc(r.cells, func(s string) bool { return clean(s) != "" })
	})
}

func (t *table) sheet(f *excelize.File, name string) error {
	rows, err := f.Rows(name)
	if err != nil {
		return refuse(BadSheet, clip(name), detail(err))
	}
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return errors.Join(refuse(BadSheet, clip(name), detail(err)), rows.Close())
		}
		if err := t.add(number, cells); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	if err := errors.Join(rows.Error(), rows.Close()); err != nil {
		return refuse(BadSheet, clip(name), detail(err))
	}
	return nil
}

// merged writes the value of merged cells into each of them: a date is often
// written once for all who stand that day.
func (t *table) merged(f *excelize.File, name string) error {
	all, err := f.GetMergeCells(name)
	if err != nil {
		return refuse(BadSheet, clip(name), detail(err))
	}
	filled := 0
	for _, m := range all {
		x1, y1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		x2, y2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err := errors.Join(err1, err2); err != nil {
			return refuse(BadSheet, clip(name), detail(err))
		}
		if x1 > maxColumns || y1 > len(t.rows) || x1 > len(t.rows[y1-1].cells) {
			continue
		}
		value := t.rows[y1-1].cells[x1-1]
		for y := y1; y <= min(y2, len(t.rows)); y++ {
			for x := x1; x <= min(x2, maxColumns); x++ {
				if filled++; filled > maxMerged {
					return refuse(TooManyMerged, maxMerged)
				}
				t.rows[y-1].set(x-1, value)
			}
		}
	}
	return nil
}

func (r *row) set(i int, value string) {
	for len(r.cells) <= i {
		r.cells = append(r.cells, "")
	}
	r.cells[i] = value
}
