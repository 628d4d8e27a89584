package office

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

// maxImport bounds the file that is imported, in bytes.
const maxImport = 8 << 20

// RowFault is one row of an import that can't be taken.
type RowFault struct {
	Line    int // from 1, the heading included
	Message string
}

// RowFaults is every bad row. It is the error that ReadParents returns.
type RowFaults []RowFault

// Error lists every fault, one a line.
func (f RowFaults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = fmt.Sprintf("line %d: %s", one.Line, one.Message)
	}
	return strings.Join(lines, "\n")
}

// columns of the file, as a school's own sheet may call them. Others are
// left out: a name or a class has no place here.
var columns = map[string]string{
	"phone": "phone", "电话": "phone", "手机": "phone", "mail": "mail", "email": "mail", "邮箱": "mail",
	"language": "language", "语言": "language",
}

// ReadParents reads a school's list of parents from CSV: a heading with phone
// (or 电话), mail (or 邮箱) and language (or 语言: zh, en; zh without it), then
// one row a parent. Every bad row is reported, and then none is taken: half a
// list looks like a whole one. No address is repeated in a fault.
func ReadParents(school string, in io.Reader) ([]people.Parent, error) {
	r := csv.NewReader(io.LimitReader(in, maxImport+1))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	at, err := heading(r)
	if err != nil {
		return nil, err
	}
	var out []people.Parent
	var faults RowFaults
	seen := map[people.Parent]bool{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, append(faults, noCSV(err))
		}
		line, _ := r.FieldPos(0)
		if r.InputOffset() > maxImport {
			return nil, append(faults, RowFault{line, fmt.Sprintf("the file is longer than %d bytes", maxImport)})
		}
		found, message := parents(school, at, row)
		if message != "" {
			faults = append(faults, RowFault{line, message})
			continue
		}
		for _, p := range found {
			if key := (people.Parent{School: p.School, Channel: p.Channel, Address: p.Address}); !seen[key] {
				seen[key] = true
				out = append(out, p)
			}
		}
		if len(out) > release.MaxRecipients {
			return nil, append(faults, RowFault{line, fmt.Sprintf("more than %d ways to parents", release.MaxRecipients)})
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	if len(out) == 0 {
		return nil, RowFaults{{1, "no parent in it"}}
	}
	return out, nil
}

// noCSV says where a file stops being one.
func noCSV(err error) RowFault {
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return RowFault{p.Line, "is no CSV: " + p.Err.Error()}
	}
	return RowFault{1, "can't be read: " + err.Error()}
}

// heading finds the columns.
func heading(r *csv.Reader) (map[string]int, error) {
	row, err := r.Read()
	if err != nil {
		return nil, RowFaults{{1, "no heading"}}
	}
	at := map[string]int{}
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if c, ok := columns[name]; ok {
			if _, twice := at[c]; twice {
				return nil, RowFaults{{1, fmt.Sprintf("column %s is there twice", c)}}
			}
			at[c] = i
		}
	}
	if _, phone := at["phone"]; !phone {
		if _, mail := at["mail"]; !mail {
			return nil, RowFaults{{1, "want a column phone or mail (电话, 邮箱)"}}
		}
	}
	return at, nil
}

func parents(school string, at map[string]int, row []string) (out []people.Parent, fault string) {
	value := func(name string) string {
		if i, ok := at[name]; ok && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	language := strings.ToLower(value("language"))
	if language == "" {
		language = "zh"
	}
	if !slices.Contains([]string{"zh", "en"}, language) {
		return nil, "language: want zh or en"
	}
	if phone := value("phone"); phone != "" {
		number, ok := people.NormalNumber(phone)
		if !ok {
			return nil, "phone: want a number such as 13900000001 or +8613900000001"
		}
		out = append(out, people.Parent{School: school, Channel: alerting.ChannelSMS, Address: number, Language: language})
	}
	if address := value("mail"); address != "" {
		a, err := mail.ParseAddress(address)
		if err != nil || a.Name != "" || len(address) > 254 {
			return nil, "mail: want an address such as parent@example.org"
		}
		out = append(out, people.Parent{School: school, Channel: alerting.ChannelMail, Address: strings.ToLower(a.Address), Language: language})
	}
	if len(out) == 0 {
		return nil, "no phone and no mail"
	}
	return out, ""
}
