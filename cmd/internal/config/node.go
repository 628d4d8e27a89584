package config

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// value is a node that knows where it stands, so that every fault can say so.
type value struct {
	node *yaml.Node
	src  *source
	path string
}

// text is a scalar that has been read. A text that is missing or of the wrong
// type has been reported already: it is not ok, and further checks pass over it.
type text struct {
	value
	s  string
	ok bool
}

// object is a mapping whose keys have been checked.
type object struct {
	value
	r      *reader
	fields map[string]value // nil where there is no such mapping
}

func (v value) field(key string) value {
	v.path = join(v.path, key)
	return v
}

func (v value) place() string { return fmt.Sprintf("%s:%d", v.src.name, v.node.Line) }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) fault(v value, format string, args ...any) {
	r.faults = append(r.faults, Fault{
		Path: v.path, File: v.src.name, Line: v.node.Line, Column: v.node.Column,
		Message: fmt.Sprintf(format, args...),
	})
}

// object reads v as a mapping of the given keys and reports every other key,
// and every key that comes twice. What is no mapping has no fields at all.
func (r *reader) object(v value, keys ...string) (object, bool) {
	if v.node.Kind != yaml.MappingNode {
		r.fault(v, "want a mapping with %s, found %s", list(keys), describe(v.node))
		return object{value: v, r: r}, false
	}
	o := object{value: v, r: r, fields: map[string]value{}}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		o.take(v.node.Content[i], v.node.Content[i+1], keys)
	}
	return o, true
}

func (o object) take(key, val *yaml.Node, keys []string) {
	at := value{node: key, src: o.src, path: join(o.path, key.Value)}
	if !contains(keys, key.Value) {
		o.r.fault(at, "unknown key, want %s%s", list(keys), suggestion(key.Value, keys))
		return
	}
	if _, twice := o.fields[key.Value]; twice {
		o.r.fault(at, "this key is here twice")
		return
	}
	o.fields[key.Value] = value{node: val, src: o.src, path: at.path}
}

// section reads an optional mapping below o; an empty object where it is absent.
func (o object) section(key string, keys ...string) object {
	v, ok := o.fields[key]
	if !ok {
		return object{value: o.field(key), r: o.r}
	}
	sub, _ := o.r.object(v, keys...)
	return sub
}

// items reads an optional list below o.
func (o object) items(key string) []value {
	v, ok := o.fields[key]
	if !ok {
		return nil
	}
	if v.node.Kind != yaml.SequenceNode {
		o.r.fault(v, "want a list, found %s", describe(v.node))
		return nil
	}
	out := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		out[i] = value{node: n, src: v.src, path: fmt.Sprintf("%s[%d]", v.path, i)}
	}
	return out
}

// need reads a text that must be there.
func (o object) need(key string) text {
	v, ok := o.fields[key]
	if !ok {
		at := o.field(key)
		o.r.fault(at, "is missing")
		return text{value: at}
	}
	return o.r.text(v)
}

// text reads a text that may be absent, and is fallback then.
func (o object) text(key, fallback string) text {
	v, ok := o.fields[key]
	if !ok {
		return text{value: o.field(key), s: fallback}
	}
	return o.r.text(v)
}

func (o object) has(key string) bool { _, ok := o.fields[key]; return ok }

func (o object) flag(key string) bool {
	v, ok := o.fields[key]
	if !ok {
		return false
	}
	var b bool
	if v.node.ShortTag() != "!!bool" || v.node.Decode(&b) != nil {
		o.r.fault(v, "want true or false, found %s", describe(v.node))
	}
	return b
}

func (r *reader) text(v value) text {
	switch {
	case v.node.Kind != yaml.ScalarNode || v.node.ShortTag() == "!!null":
		r.fault(v, "want a text, found %s", describe(v.node))
	case v.node.ShortTag() != "!!str":
		r.fault(v, "want a text, found %s: put it in quotes", describe(v.node))
	case v.node.Value == "":
		r.fault(v, "is empty")
	default:
		return text{value: v, s: v.node.Value, ok: true}
	}
	return text{value: v}
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
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!str":
		return fmt.Sprintf("the text %q", n.Value)
	}
	return n.Value
}

func (v value) isList() bool { return v.node != nil && v.node.Kind == yaml.SequenceNode }

func (v value) isEmptyList() bool {
	return v.isList() && len(v.node.Content) == 0
}
