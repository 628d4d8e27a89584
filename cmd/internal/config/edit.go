package config

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/people"
)

// Edit is a change of one file of a configuration, made and checked, and not
// yet written. Every other byte of the file stays: comments, order, spacing.
type Edit struct {
	File string
	Line int // where it was changed

	before, after []byte
}

// Write puts the change in the file.
func (e Edit) Write() error { return Put(e.File, e.after, 0o644) }

// Undo puts the file back as it was.
func (e Edit) Undo() error { return Put(e.File, e.before, 0o644) }

// AddAccount adds an account behind the others. passwordFile is as the
// configuration is to name it; its file must be there. The error is Faults where
// the configuration would have any.
func AddAccount(path string, a people.Account, passwordFile string) (Edit, error) {
	return edit(path, func(all []source) (int, []byte, int, error) {
		item := accountItem(a, passwordFile)
		for i := len(all) - 1; i >= 0; i-- {
			if list := accountsOf(all[i]); list != nil {
				data, line, err := appendItem(all[i], list, item)
				return i, data, line, err
			}
		}
		last := len(all) - 1
		data := lined(all[last].data)
		line := bytes.Count(data, []byte("\n")) + 2
		return last, append(data, "\naccounts:\n  - "+item+"\n"...), line + 1, nil
	})
}

// SetDisabled says of an account that it is disabled, or that it is no more.
func SetDisabled(path, name string, disabled bool) (Edit, error) {
	return edit(path, func(all []source) (int, []byte, int, error) {
		for i, s := range all {
			if at := accountNode(s, name); at != nil {
				data, line, err := setDisabled(s, at, disabled)
				return i, data, line, err
			}
		}
		return 0, nil, 0, fmt.Errorf("there is no account %q", name)
	})
}

// PasswordFile is the file of an account's password, as the configuration names
// it, and where that is.
func PasswordFile(path, name string) (named, file string, err error) {
	all, faults := find(path)
	if len(faults) > 0 {
		return "", "", faults
	}
	for _, s := range all {
		if at := accountNode(s, name); at != nil {
			if v := field(at, "password_file"); v != nil {
				return v.Value, relative(s.dir, v.Value), nil
			}
		}
	}
	return "", "", fmt.Errorf("there is no account %q", name)
}

// NewPasswordFile is where the password of an account that is to be added goes:
// beside those of the others.
func NewPasswordFile(path, name string) (named, file string, err error) {
	all, faults := find(path)
	if len(faults) > 0 {
		return "", "", faults
	}
	for i := len(all) - 1; i >= 0; i-- {
		list := accountsOf(all[i])
		if list == nil {
			continue
		}
		for _, at := range slices.Backward(list.Content) {
			if v := field(at, "password_file"); v != nil {
				named = filepath.Join(filepath.Dir(v.Value), name+".phc")
				return named, relative(all[i].dir, named), nil
			}
		}
	}
	named = filepath.Join("secrets", "accounts", name+".phc")
	return named, relative(all[len(all)-1].dir, named), nil
}

// edit makes a change of one source and checks the whole with it.
func edit(path string, change func([]source) (at int, data []byte, line int, err error)) (Edit, error) {
	all, faults := find(path)
	if len(faults) > 0 {
		return Edit{}, faults
	}
	at, data, line, err := change(all)
	if err != nil {
		return Edit{}, err
	}
	e := Edit{File: all[at].name, Line: line, before: all[at].data, after: data}
	all = slices.Clone(all)
	all[at].data = data
	if _, faults := read(path, all); len(faults) > 0 {
		faults.sort()
		return Edit{}, faults
	}
	return e, nil
}

// accountsOf is the list of accounts of a source, nil where it has none.
func accountsOf(s source) *yaml.Node {
	root, _ := s.parse()
	if root == nil {
		return nil
	}
	if list := field(root, "accounts"); list != nil && list.Kind == yaml.SequenceNode {
		return list
	}
	return nil
}

func accountNode(s source, name string) *yaml.Node {
	list := accountsOf(s)
	if list == nil {
		return nil
	}
	for _, at := range list.Content {
		if n := field(at, "name"); n != nil && n.Value == name {
			return at
		}
	}
	return nil
}

// field is the value of a key of a mapping, nil where there is none.
func field(m *yaml.Node, key string) *yaml.Node {
	if m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

var plainScalar = regexp.MustCompile(`^[A-Za-z0-9._/][A-Za-z0-9._/-]*$`)

func accountItem(a people.Account, passwordFile string) string {
	parts := []string{"name: " + a.Name, "role: " + string(a.Role)}
	if a.DisplayName != "" {
		parts = slices.Insert(parts, 1, "display_name: "+quoted(a.DisplayName))
	}
	if len(a.Schools) > 0 {
		parts = append(parts, "schools: ["+strings.Join(a.Schools, ", ")+"]")
	}
	if a.Named {
		parts = append(parts, "named: true")
	}
	if a.Release {
		parts = append(parts, "release: true")
	}
	if !plainScalar.MatchString(passwordFile) {
		passwordFile = quoted(passwordFile)
	}
	return "{" + strings.Join(append(parts, "password_file: "+passwordFile), ", ") + "}"
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// errByHand says that a file is written in a way that this program does not
// change.
func errByHand(s source, line int, want string) error {
	return fmt.Errorf("%s:%d: the accounts are written in a way that only people change: add %s by hand", s.name, line, want)
}

var dash = regexp.MustCompile(`^( *)- `)

// appendItem puts an item behind the last one of a list.
func appendItem(s source, list *yaml.Node, item string) (data []byte, line int, err error) {
	lines := strings.SplitAfter(string(lined(s.data)), "\n")
	if len(list.Content) == 0 || list.Style&yaml.FlowStyle != 0 {
		return nil, 0, errByHand(s, list.Line, item)
	}
	m := dash.FindStringSubmatch(lines[list.Content[0].Line-1])
	if m == nil {
		return nil, 0, errByHand(s, list.Line, item)
	}
	end := behind(s, list, len(lines)-1) // what SplitAfter gives last is empty
	for end > list.Line && outside(lines[end-1], len(m[1])) {
		end--
	}
	lines = slices.Insert(lines, end, m[1]+"- "+item+"\n")
	return []byte(strings.Join(lines, "")), end + 1, nil
}

// behind is how many lines there are before what follows a list.
func behind(s source, list *yaml.Node, all int) int {
	root, _ := s.parse()
	for i := 0; i+1 < len(root.Content); i += 2 {
		if at := root.Content[i].Line; at > list.Line {
			return at - 1
		}
	}
	return all
}

// outside reports whether a line below a list is none of its own: blank, or a
// comment that stands no further in than its items.
func outside(line string, indent int) bool {
	text := strings.TrimSpace(line)
	in := len(line) - len(strings.TrimLeft(line, " "))
	return text == "" || strings.HasPrefix(text, "#") && (in < indent || indent == 0)
}

func setDisabled(s source, at *yaml.Node, disabled bool) (data []byte, line int, err error) {
	want := fmt.Sprintf("disabled: %t", disabled)
	lines := strings.SplitAfter(string(s.data), "\n")
	if v := field(at, "disabled"); v != nil {
		out, ok := splice(lines[v.Line-1], v, v.Value, fmt.Sprint(disabled))
		if !ok {
			return nil, 0, errByHand(s, v.Line, want)
		}
		lines[v.Line-1] = out
		return []byte(strings.Join(lines, "")), v.Line, nil
	}
	name := field(at, "name")
	if at.Style&yaml.FlowStyle == 0 {
		key := at.Content[slices.Index(at.Content, name)-1]
		lines[name.Line-1] = string(lined([]byte(lines[name.Line-1])))
		lines = slices.Insert(lines, name.Line, strings.Repeat(" ", key.Column-1)+want+"\n")
		return []byte(strings.Join(lines, "")), name.Line + 1, nil
	}
	raw := name.Value
	switch {
	case name.Style&yaml.SingleQuotedStyle != 0:
		raw = "'" + raw + "'"
	case name.Style&yaml.DoubleQuotedStyle != 0:
		raw = `"` + raw + `"`
	}
	out, ok := splice(lines[name.Line-1], name, raw, raw+", "+want)
	if !ok {
		return nil, 0, errByHand(s, name.Line, want)
	}
	lines[name.Line-1] = out
	return []byte(strings.Join(lines, "")), name.Line, nil
}

// splice puts other text where a scalar stands on its line; false where the
// line has something else there.
func splice(line string, at *yaml.Node, old, replacement string) (string, bool) {
	runes := []rune(line)
	if at.Column < 1 || at.Column-1 > len(runes) {
		return "", false
	}
	head, tail := string(runes[:at.Column-1]), string(runes[at.Column-1:])
	rest, ok := strings.CutPrefix(tail, old)
	return head + replacement + rest, ok
}

// lined ends with a line's end, unless it is empty.
func lined(data []byte) []byte {
	if n := len(data); n > 0 && data[n-1] != '\n' {
		return append(slices.Clip(data), '\n')
	}
	return data
}
