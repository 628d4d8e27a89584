package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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

// table is a file as rows; dates1904 is how old spreadsheets count days.
type table struct {
	rows      []row
	numbers   bool // dates may be numbers of days
	dates1904 bool
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: roster: %s", alerting.ErrInvalid, fmt.Sprintf(format, args...))
}

// read takes a whole file apart.
func read(r io.Reader) (table, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return table{}, fmt.Errorf("read roster: %w", err)
	case len(data) > maxFile:
		return table{}, invalid("longer than %d bytes", maxFile)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")):
		return table{}, invalid("an old .xls, or one with a password: save it as .xlsx or CSV")
	}
	text, err := decode(data)
	if err != nil {
		return table{}, err
	}
	return readCSV(text)
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
			return "", invalid("begins as UTF-16 and is none")
		}
		return string(out), nil
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", invalid("neither UTF-8 nor GB18030: save it as CSV UTF-8")
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
			return table{}, invalid("not CSV: %v", err)
		}
		line, _ := r.FieldPos(0)
		if err := out.add(line, cells); err != nil {
			return table{}, err
		}
	}
}

func (t *table) add(number int, cells []string) error {
	if len(t.rows) >= maxRows {
		return invalid("more than %d rows", maxRows)
	}
	if len(cells) > maxColumns {
		return invalid("row %d: more than %d columns", number, maxColumns)
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

func readXLSX(data []byte) (t table, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip,
	})
	if err != nil {
		return table{}, invalid("not an .xlsx: %v", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return table{}, invalid("no sheet in it")
	}
	out := table{numbers: true}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		out.dates1904 = *p.Date1904
	}
	if err := out.sheet(f, sheets[0]); err != nil {
		return table{}, err
	}
	return out, out.merged(f, sheets[0])
}

func (t *table) sheet(f *excelize.File, name string) error {
	rows, err := f.Rows(name)
	if err != nil {
		return invalid("sheet %s: %v", name, err)
	}
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return errors.Join(invalid("row %d: %v", number, err), rows.Close())
		}
		if err := t.add(number, cells); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	if err := errors.Join(rows.Error(), rows.Close()); err != nil {
		return invalid("sheet %s: %v", name, err)
	}
	return nil
}

// merged writes the value of merged cells into each of them: a date is often
// written once for all who stand that day.
func (t *table) merged(f *excelize.File, name string) error {
	all, err := f.GetMergeCells(name)
	if err != nil {
		return invalid("sheet %s: merged cells: %v", name, err)
	}
	filled := 0
	for _, m := range all {
		x1, y1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		x2, y2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err := errors.Join(err1, err2); err != nil {
			return invalid("sheet %s: merged cells: %v", name, err)
		}
		if x1 > maxColumns || y1 > len(t.rows) || x1 > len(t.rows[y1-1].cells) {
			continue
		}
		value := t.rows[y1-1].cells[x1-1]
		for y := y1; y <= min(y2, len(t.rows)); y++ {
			for x := x1; x <= min(x2, maxColumns); x++ {
				if filled++; filled > maxMerged {
					return invalid("more than %d merged cells", maxMerged)
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
