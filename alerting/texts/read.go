package texts

import (
	"errors"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/internal/strict"
)

// Fault is one thing that is wrong with what a configuration says of texts.
type Fault = strict.Fault

// place is where a text stands in its configuration.
type place = strict.Place

// Bounds of the words that stand in a text whatever is told, in characters:
// one text message, in Chinese and in the plain alphabet, of which every hole
// takes its share.
const (
	MaxFixedZH = 70
	MaxFixedEN = 160
)

// readDefaults reads the built-in texts, which say what a text may have.
func readDefaults(node *yaml.Node) (*Book, []Fault) {
	b, d := &Book{texts: map[Code]*template{}}, &strict.Decoder{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		c, t := Code(node.Content[i].Value), &template{}
		d.Mapping(strict.Value{Node: node.Content[i+1], Path: string(c)},
			strict.Key{Name: "for", Need: true, Read: func(v strict.Value) { t.title, _ = d.Scalar(v, "a title") }},
			strict.Key{Name: "zh", Need: true, Read: func(v strict.Value) { t.zh = compiled(d, v, 0) }},
			strict.Key{Name: "en", Need: true, Read: func(v strict.Value) { t.en = compiled(d, v, 0) }},
			strict.Key{Name: "may", Read: func(v strict.Value) { t.may = holesIn(d, v) }},
			strict.Key{Name: "free", Read: func(v strict.Value) { t.free = holesIn(d, v) }},
		)
		t.holes = t.all()
		b.texts[c] = t
		b.order = append(b.order, c)
	}
	return b, d.Faults
}

func holesIn(d *strict.Decoder, v strict.Value) set {
	var out set
	for _, item := range d.Items(v, int(holes)) {
		h, _, err := holeAt("{" + item.Node.Value + "}")
		if err != nil {
			d.Fault(item, "%v", err)
			continue
		}
		out |= 1 << h
	}
	return out
}

func (t *template) all() []Hole {
	var out []Hole
	for h := range holes {
		if (t.zh.holes | t.en.holes).has(h) {
			out = append(out, h)
		}
	}
	return out
}

// Read reads texts that stand for those of base, nil for the built-in ones:
// each by its code, in both languages. path is the node's way from the root of
// its configuration, for the faults, which are all of them; a text with one is
// not taken over.
func Read(base *Book, node *yaml.Node, path string) (*Book, []Fault) {
	b, d := base.clone(), &strict.Decoder{}
	keys := make([]strict.Key, len(b.order))
	for i, c := range b.order {
		keys[i] = strict.Key{Name: string(c), Read: func(v strict.Value) {
			before := len(d.Faults)
			if t := own(d, v, c, builtIn.texts[c]); len(d.Faults) == before {
				b.texts[c] = t
			}
		}}
	}
	mapping(d, strict.Value{Node: node, Path: path}, keys)
	return b, d.Faults
}

// mapping says of an unknown code that there is no such text, without a list
// of all that there are.
func mapping(d *strict.Decoder, v strict.Value, keys []strict.Key) {
	before := len(d.Faults)
	d.Mapping(v, keys...)
	for i := before; i < len(d.Faults); i++ {
		f := &d.Faults[i]
		if f.Words != nil && strings.HasPrefix(f.Message, "unknown key") && f.Path == strict.Join(v.Path, f.Found) {
			f.Message = "there is no such text: campushub texts lists them all"
		}
	}
	if v.Node.Kind != yaml.MappingNode {
		d.Faults[before].Message = "want a mapping of texts by their code, found " + strict.Describe(v.Node)
	}
}

// own reads one text in both languages, and holds it against the built-in one.
func own(d *strict.Decoder, v strict.Value, c Code, first *template) *template {
	t := &template{title: first.title, may: first.may, free: first.free, at: v.Place()}
	read := func(to *wording, first *wording, may set, most int) func(strict.Value) {
		return func(v strict.Value) {
			before := len(d.Faults)
			*to = compiled(d, v, first.holes|may)
			if len(d.Faults) == before {
				rules{d, v, to, first, may, t.free, c.ForParents()}.judge(most)
			}
		}
	}
	d.Mapping(v,
		strict.Key{Name: "zh", Need: true, Read: read(&t.zh, &first.zh, first.may, MaxFixedZH)},
		strict.Key{Name: "en", Need: true, Read: read(&t.en, &first.en, first.may, MaxFixedEN)},
	)
	t.holes = t.all()
	return t
}

func compiled(d *strict.Decoder, v strict.Value, known set) wording {
	s, ok := d.Scalar(v, "a text")
	if !ok {
		return wording{}
	}
	w, err := compile(s)
	var strange unknownHole
	switch {
	case errors.As(err, &strange):
		d.Fault(v, "%v, %s", err, choice(known))
	case err != nil:
		d.Fault(v, "%v", err)
	case s != strings.TrimSpace(s) || strings.ContainsFunc(s, hidden):
		d.Fault(v, "want one line of characters that can be printed, without blanks at its ends")
	}
	return w
}

// choice says which holes a text can have.
func choice(known set) string {
	if known == 0 {
		return "this text has none"
	}
	return "this text has " + known.String()
}

func hidden(r rune) bool { return !unicode.IsPrint(r) }
