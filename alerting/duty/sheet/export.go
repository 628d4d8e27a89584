package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/xuri/excelize/v2"

	"example.org/campushub/alerting/duty"
)

// Format is how a roster is written.
type Format string

// The formats.
const (
	CSV  Format = "csv" // UTF-8 with a mark, which Excel needs
	XLSX Format = "xlsx"
)

// Export writes entries so that Import reads them again.
func (j Job) Export(w io.Writer, f Format, entries []duty.Entry) error {
	head := make([]string, len(header))
	for i, c := range header {
		head[i] = string(c)
	}
	return write(w, f, "值班表", head, func(yield func([]string) bool) {
		for _, e := range entries {
			if !yield(j.cells(e)) {
				return
			}
		}
	})
}

// write writes a header and rows as a file of one sheet, row by row: a CSV is
// nowhere as a whole, and of an .xlsx only what is compressed is.
func write(w io.Writer, f Format, name string, head []string, rows iter.Seq[[]string]) error {
	var err error
	switch f {
	case CSV:
		err = writeCSV(w, head, rows)
	case XLSX:
		err = writeXLSX(w, name, head, rows)
	default:
		return refuse(NoFormat, f)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (j Job) cells(e duty.Entry) []string {
	post := e.PostID
	if p, ok := (&importer{Job: j}).post(post); ok && p.ID == post && j.plain(p) {
		post = p.Name.ZH
	}
	out := []string{
		e.Date.String(), "星期" + weekdays[e.Date.Weekday()], post, shiftWord(e.Window), e.Person, wordOf(e.Role), e.Phone, e.Substitute,
	}
	for i := range out {
		out[i] = harmless(out[i])
	}
	return out
}

// plain reports whether a post's name leads back to it.
func (j Job) plain(p duty.Post) bool {
	back, ok := (&importer{Job: j}).post(p.Name.ZH)
	return ok && back.ID == p.ID && clean(p.Name.ZH) == p.Name.ZH
}

// harmful reports whether a program that opens the file may take a cell for a
// formula: also behind spaces, in full width, and behind marks of its own.
func harmful(s string) bool {
	s = strings.TrimLeft(s, " \u00A0\u3000'")
	for _, sign := range "=+-@|\t\r\n\uFF1D\uFF0B\uFF0D\uFF20" {
		if strings.HasPrefix(s, string(sign)) {
			return true
		}
	}
	return false
}

// harmless marks such a cell as text.
func harmless(s string) string {
	if harmful(s) {
		return "'" + s
	}
	return s
}

func writeCSV(w io.Writer, head []string, rows iter.Seq[[]string]) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(head); err != nil {
		return err
	}
	for cells := range rows {
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func writeXLSX(w io.Writer, name string, head []string, rows iter.Seq[[]string]) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	y := 1
	if err := writeRow(s, y, head); err != nil {
		return err
	}
	for cells := range rows {
		y++
		if err := writeRow(s, y, cells); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

// writeRow writes texts, whatever they look like.
func writeRow(s *excelize.StreamWriter, y int, cells []string) error {
	at, err := excelize.CoordinatesToCellName(1, y)
	if err != nil {
		return err
	}
	row := make([]any, len(cells))
	for x, text := range cells {
		row[x] = text
	}
	return s.SetRow(at, row)
}
