package policy

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"
)

// value is a node that knows where it stands, so that every fault can say so.
type value struct {
	node *yaml.Node
	path string
}

// decoder reads nodes into rules and gathers every fault on its way.
type decoder struct {
	rules  *Rules
	base   *Rules // what the rules are read on top of; nil for the built-in ones
	faults []Fault
}

func (d *decoder) fault(v value, format string, args ...any) {
	d.faults = append(d.faults, Fault{
		Path: v.path, Line: v.node.Line, Column: v.node.Column, Message: fmt.Sprintf(format, args...),
	})
}

// strange reports a word that is none of words.
func (d *decoder) strange(v value, what, found string, words []string) {
	d.fault(v, "%swant %s", what, list(words))
	last := &d.faults[len(d.faults)-1]
	last.Message += fmt.Sprintf(", found %q", found)
	last.Found, last.Words = found, words
}

// key is one key that a mapping may have.
type key struct {
	name string
	read func(value)
}

// mapping reads a mapping of the keys, in the keys' order, and reports every
// other key, and every key that comes twice.
func (d *decoder) mapping(v value, keys []key) bool {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	fields, ok := d.fields(v, names, "unknown key, ")
	for _, k := range keys {
		if f, here := fields[k.name]; here {
			k.read(f)
		}
	}
	return ok
}

// fields reads a mapping whose keys are words.
func (d *decoder) fields(v value, words []string, what string) (map[string]value, bool) {
	if v.node.Kind != yaml.MappingNode {
		d.fault(v, "want a mapping with %s, found %s", list(words), describe(v.node))
		return nil, false
	}
	fields := map[string]value{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		k, val := v.node.Content[i], v.node.Content[i+1]
		at := value{k, join(v.path, k.Value)}
		_, twice := fields[k.Value]
		switch {
		case words != nil && !slices.Contains(words, k.Value):
			d.strange(at, what, k.Value, words)
		case twice:
			d.fault(at, "this key is here twice")
		default:
			fields[k.Value] = value{val, at.path}
			d.rules.written[at.path] = position{k.Line, k.Column}
		}
	}
	return fields, true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// items reads a list of at most most.
func (d *decoder) items(v value, most int) []value {
	if v.node.Kind != yaml.SequenceNode {
		d.fault(v, "want a list, found %s", describe(v.node))
		return nil
	}
	if len(v.node.Content) > most {
		d.fault(v, "want at most %d, found %d", most, len(v.node.Content))
		return nil
	}
	out := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		out[i] = value{n, fmt.Sprintf("%s[%d]", v.path, i)}
		d.rules.written[out[i].path] = position{n.Line, n.Column}
	}
	return out
}

// scalar reads the text of a scalar, numbers too: 110 is a telephone number.
func (d *decoder) scalar(v value, want string) (string, bool) {
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() == "!!null" || v.node.Value == "" {
		d.fault(v, "want %s, found %s", want, describe(v.node))
		return "", false
	}
	return v.node.Value, true
}

// word reads one of a closed list of words.
func word[S ~string](d *decoder, v value, words []S) (S, bool) {
	s, ok := d.scalar(v, list(strs(words)))
	if ok && !slices.Contains(words, S(s)) {
		d.strange(v, "", s, strs(words))
		return "", false
	}
	return S(s), ok
}

// words reads a list of words of a closed list, none of them twice.
func words[S ~string](d *decoder, v value, known []S) []S {
	out := []S{}
	for _, item := range d.items(v, len(known)) {
		w, ok := word(d, item, known)
		switch {
		case !ok:
		case slices.Contains(out, w):
			d.fault(item, "%q is here twice", w)
		default:
			out = append(out, w)
		}
	}
	return out
}

func (d *decoder) flag(v value) bool {
	var b bool
	if v.node.ShortTag() != "!!bool" || v.node.Decode(&b) != nil {
		d.fault(v, "want true or false, found %s", describe(v.node))
	}
	return b
}

// longest is the longest wait that a policy may ask for, in seconds: a day.
const longest = 24 * 60 * 60

// seconds reads a whole number of seconds.
func (d *decoder) seconds(v value) (time.Duration, bool) {
	s, ok := d.scalar(v, "seconds as a whole number")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > longest {
		d.fault(v, "want seconds as a whole number from 0 to %d, found %s", longest, describe(v.node))
		return 0, false
	}
	return time.Duration(n) * time.Second, true
}

// describe names what a node is, in words for the person who wrote it.
func describe(n *yaml.Node) string {
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
