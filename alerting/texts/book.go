package texts

import (
	_ "embed" // the built-in texts
	"fmt"
	"maps"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
)

//go:embed defaults.yaml
var defaultsYAML []byte

// builtIn is read once, when the program starts and never when an alarm comes
// in.
var builtIn = mustRead(defaultsYAML)

// Book is every text, compiled. It never changes: a configuration's own texts
// make another one. A nil Book is the built-in one.
type Book struct {
	texts map[Code]*template
	order []Code
}

// BuiltIn is the texts of whoever configures none.
func BuiltIn() *Book { return builtIn }

func mustRead(data []byte) *Book {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		panic("built-in texts: " + err.Error())
	}
	b, faults := readDefaults(doc.Content[0])
	if len(faults) > 0 {
		panic("built-in texts: " + faults[0].String())
	}
	return b
}

func (b *Book) find(c Code) *template {
	if b == nil {
		b = builtIn
	}
	if t, ok := b.texts[c]; ok {
		return t
	}
	return &template{}
}

// Say is a text with its holes filled: value is asked once for each of them.
// An English sentence that begins with words of the product begins with a
// capital.
func (b *Book) Say(c Code, value func(Hole) alerting.Text) alerting.Text {
	t := b.find(c)
	if len(t.holes) == 0 {
		return alerting.Text{ZH: t.zh.source, EN: t.en.source}
	}
	return t.say(value)
}

// Fill is Say where every hole must hold something, but for those of a clause:
// what would be a gap is an error.
func (b *Book) Fill(c Code, value func(Hole) alerting.Text) (alerting.Text, error) {
	t := b.find(c)
	for _, h := range t.holes {
		v := value(h)
		if t.zh.gap(h, v.ZH) || t.en.gap(h, v.EN) {
			return alerting.Text{}, fmt.Errorf("text %s: no value for %s", c, h)
		}
	}
	return b.Say(c, value), nil
}

// Plain is a text without holes.
func (b *Book) Plain(c Code) alerting.Text {
	t := b.find(c)
	return alerting.Text{ZH: t.zh.source, EN: t.en.source}
}

// Asks reports whether a text has a hole.
func (b *Book) Asks(c Code, h Hole) bool {
	t := b.find(c)
	return (t.zh.holes | t.en.holes).has(h)
}

// Entry is a text as it is in force.
type Entry struct {
	Code  Code          `json:"code"`
	For   string        `json:"for"`
	Text  alerting.Text `json:"text"`
	Holes []string      `json:"holes"`         // that it must have
	May   []string      `json:"may,omitempty"` // that it can have besides
	Own   bool          `json:"own"`           // the configuration says so
}

// Entries lists every text, in the order of defaults.yaml.
func (b *Book) Entries() []Entry {
	if b == nil {
		b = builtIn
	}
	var out []Entry
	for _, c := range b.order {
		t, first := b.texts[c], builtIn.texts[c]
		out = append(out, Entry{
			Code: c, For: first.title, Text: alerting.Text{ZH: t.zh.source, EN: t.en.source},
			Holes: (first.zh.holes &^ first.free).list(), May: (first.may | first.free).list(), Own: t != first,
		})
	}
	return out
}

// Fault is something that is wrong with a text, at the place where the
// configuration has it; false where the configuration does not.
func (b *Book) Fault(c Code, format string, args ...any) (Fault, bool) {
	t := b.find(c)
	return t.at.Fault(format, args...), t.at.Line > 0
}

// clone is a book of its own with the same texts.
func (b *Book) clone() *Book {
	if b == nil {
		b = builtIn
	}
	return &Book{texts: maps.Clone(b.texts), order: b.order}
}
