// Package strict reads YAML nodes strictly: an unknown key, a key that comes
// twice and a value of the wrong sort are faults, each with its path, line and
// column, and all of them are gathered.
//
// A Decoder belongs to whoever made it. The package starts no goroutine and
// does no I/O.
package strict

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Fault is one thing that is wrong with what was read.
type Fault struct {
	Path    string // the value's way from the root of the configuration
	Line    int    // from 1; 0 where nothing is written of it
	Column  int
	Message string
	// Found is a word that is none of Words, for whoever wants to guess what
	// was meant; Words is nil where a fault is no such word.
	Found string
	Words []string
}

// String says the fault on one line.
func (f Fault) String() string {
	return fmt.Sprintf("%d:%d: %s: %s", f.Line, f.Column, f.Path, f.Message)
}

// Value is a node that knows where it stands.
type Value struct {
	Node *yaml.Node
	Path string
}

// Place is where a value stands, kept for faults that are found later.
type Place struct {
	Path         string
	Line, Column int
}

// Place is where the value stands.
func (v Value) Place() Place { return Place{v.Path, v.Node.Line, v.Node.Column} }

// Fault is something that is wrong at a place.
func (p Place) Fault(format string, args ...any) Fault {
	return Fault{Path: p.Path, Line: p.Line, Column: p.Column, Message: fmt.Sprintf(format, args...)}
}

// Decoder gathers every fault on its way.
type Decoder struct{ Faults []Fault }

// Fault reports that something is wrong with a value.
func (d *Decoder) Fault(v Value, format string, args ...any) {
	d.Faults = append(d.Faults, v.Place().Fault(format, args...))
}

func (d *Decoder) strange(v Value, what, found string, words []string) {
	d.Fault(v, "%swant %s, found %q", what, list(words), found)
	last := &d.Faults[len(d.Faults)-1]
	last.Found, last.Words = found, words
}

// Key is one key that a mapping may have.
type Key struct {
	Name string
	Need bool
	Read func(Value)
}

// Mapping reads a mapping of the keys, in the keys' order. It reports every
// other key, every key that comes twice, and every one that is missing; it is
// false where one of them was.
func (d *Decoder) Mapping(v Value, keys ...Key) bool {
	before := len(d.Faults)
	fields := d.fields(v, keys)
	for _, k := range keys {
		f, here := fields[k.Name]
		switch {
		case here:
			k.Read(f)
		case k.Need && fields != nil:
			d.Fault(Value{v.Node, Join(v.Path, k.Name)}, "is missing")
		}
	}
	return len(d.Faults) == before
}

func (d *Decoder) fields(v Value, keys []Key) map[string]Value {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Name
	}
	if v.Node.Kind != yaml.MappingNode {
		d.Fault(v, "want a mapping with %s, found %s", list(names), Describe(v.Node))
		return nil
	}
	fields := map[string]Value{}
	for i := 0; i+1 < len(v.Node.Content); i += 2 {
		k, val := v.Node.Content[i], v.Node.Content[i+1]
		at := Value{k, Join(v.Path, k.Value)}
		_, twice := fields[k.Value]
		switch {
		case !slices.Contains(names, k.Value):
			d.strange(at, "unknown key, ", k.Value, names)
		case twice:
			d.Fault(at, "this key is here twice")
		default:
			fields[k.Value] = Value{val, at.Path}
		}
	}
	return fields
}

// Items reads a list of at most most.
func (d *Decoder) Items(v Value, most int) []Value {
	if v.Node.Kind != yaml.SequenceNode {
		d.Fault(v, "want a list, found %s", Describe(v.Node))
		return nil
	}
	if len(v.Node.Content) > most {
		d.Fault(v, "want at most %d, found %d", most, len(v.Node.Content))
		return nil
	}
	out := make([]Value, len(v.Node.Content))
	for i, n := range v.Node.Content {
		out[i] = Value{n, fmt.Sprintf("%s[%d]", v.Path, i)}
	}
	return out
}

// Scalar reads the text of a scalar; want says in words what it should be.
func (d *Decoder) Scalar(v Value, want string) (string, bool) {
	if v.Node.Kind != yaml.ScalarNode || v.Node.ShortTag() == "!!null" || v.Node.Value == "" {
		d.Fault(v, "want %s, found %s", want, Describe(v.Node))
		return "", false
	}
	return v.Node.Value, true
}

// Whole reads a whole number from least to most.
func (d *Decoder) Whole(v Value, least, most int) (int, bool) {
	n, err := strconv.Atoi(v.Node.Value)
	if v.Node.Kind != yaml.ScalarNode || v.Node.ShortTag() != "!!int" || err != nil || n < least || n > most {
		d.Fault(v, "want a whole number from %d to %d, found %s", least, most, Describe(v.Node))
		return 0, false
	}
	return n, true
}

// Flag reads true or false.
func (d *Decoder) Flag(v Value) bool {
	var b bool
	if v.Node.ShortTag() != "!!bool" || v.Node.Decode(&b) != nil {
		d.Fault(v, "want true or false, found %s", Describe(v.Node))
	}
	return b
}

// Word reads one of a closed list of words.
func Word[S ~string](d *Decoder, v Value, words []S) (S, bool) {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	s, ok := d.Scalar(v, list(all))
	if ok && !slices.Contains(words, S(s)) {
		d.strange(v, "", s, all)
		return "", false
	}
	return S(s), ok
}

// Join is the path of a key below another.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// list writes words as "a, b or c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Describe names what a node is, in words for the person who wrote it.
func Describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias: write the value out"
	}
	if n.ShortTag() == "!!null" || n.Value == "" {
		return "nothing"
	}
	return strconv.Quote(n.Value)
}
