package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// refill puts what was sent back into the form that sent it, as it stands on a
// page. It knows forms by where they go to and by their hidden fields, so that
// every form has it, and none has to be told.
type refill struct {
	Path  string // where the form was sent to
	Sent  url.Values
	Why   string // why it was not taken
	Kept  string // stands over what was typed where the page has the form no more
	Here  string // the page's own address
	Wrong bool   // what was typed is at fault, not the state of the hub
	Same  bool   // sending it again is the same command: it keeps its id
}

// fresh are the hidden fields that are another's each time a page is drawn.
func fresh(name string) bool {
	return slices.Contains([]string{"id", "return", "number", "hash", "seen", "seen_of", "known", "next"}, name)
}

// written are the fields that a person writes into.
func written(name string) bool {
	return slices.Contains([]string{"text", "reason", "by", "phone", "name", "display_name", "code"}, name)
}

// piece is a token of a page, as it stands there and as it is understood.
type piece struct {
	raw string
	html.Token
}

func piecesOf(page []byte) (out []piece) {
	z := html.NewTokenizer(strings.NewReader(string(page)))
	for z.Next() != html.ErrorToken {
		raw := string(z.Raw()) // before Token, which unescapes in place
		out = append(out, piece{raw, z.Token()})
	}
	return out
}

func (p piece) attr(name string) string {
	for _, a := range p.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (p piece) has(name string) bool {
	return slices.ContainsFunc(p.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func (p piece) starts(of atom.Atom) bool {
	return p.DataAtom == of && (p.Type == html.StartTagToken || p.Type == html.SelfClosingTagToken)
}

func (p piece) ends(of atom.Atom) bool { return p.DataAtom == of && p.Type == html.EndTagToken }

// with is the tag with attributes set.
func (p piece) with(pairs ...string) piece {
	for k := 0; k < len(pairs); k += 2 {
		p = p.without(pairs[k])
		p.Attr = append(p.Attr, html.Attribute{Key: pairs[k], Val: pairs[k+1]})
	}
	p.raw = p.Token.String()
	return p
}

// without is the tag without an attribute.
func (p piece) without(name string) piece {
	p.Attr = slices.DeleteFunc(slices.Clone(p.Attr), func(a html.Attribute) bool { return a.Key == name })
	p.raw = p.Token.String()
	return p
}

// into is the page with the form filled in.
func (f refill) into(page []byte) []byte {
	all := piecesOf(page)
	if from, to := f.formIn(all); to > 0 {
		f.unfold(all, from)
		f.fill(all[from:to])
	} else {
		f.keep(all)
	}
	var b strings.Builder
	for _, p := range all {
		if p.starts(atom.Body) {
			p = p.with("data-here", f.Here)
		}
		b.WriteString(p.raw)
	}
	return []byte(b.String())
}

// formIn is where the form stands: its tag and the one that ends it; 0, 0 where it
// does not.
func (f refill) formIn(all []piece) (from, to int) {
	for k, p := range all {
		switch {
		case p.starts(atom.Form):
			from = k
		case p.ends(atom.Form):
			if f.sends(all[from:k]) {
				return from, k
			}
		}
	}
	return 0, 0
}

// sends reports whether it is the form that was sent.
func (f refill) sends(form []piece) bool {
	there := form[0].attr("action") == f.Path
	takes := map[string]bool{}
	for _, p := range form {
		there = there || p.attr("formaction") == f.Path
		name := p.attr("name")
		switch {
		case name == "":
		case p.starts(atom.Button): // of several, the one that was pressed
			takes[name] = takes[name] || f.Sent.Get(name) == p.attr("value")
		case p.attr("type") == "hidden" && !fresh(name) && f.Sent.Get(name) != p.attr("value"):
			return false
		default:
			takes[name] = true
		}
	}
	for name := range f.Sent {
		there = there && takes[name]
	}
	return there && form[0].attr("method") == "post"
}

// unfold opens what the form is folded into.
func (f refill) unfold(all []piece, form int) {
	var folds []int
	for k, p := range all[:form] {
		switch {
		case p.starts(atom.Details):
			folds = append(folds, k)
		case p.ends(atom.Details) && len(folds) > 0:
			folds = folds[:len(folds)-1]
		}
	}
	for _, k := range folds {
		all[k] = all[k].with("open", "")
	}
}

// faultID is the id of the words that say why a form was not taken.
const faultID = "form-fault"

// fill puts the values in, says why they were not taken where that is, and leads
// the focus there.
func (f refill) fill(form []piece) {
	fault, first := f.faulty(form), f.writable(form)
	form[0] = form[0].with("data-refused", "")
	words := `<p class="field-fault" id="` + faultID + `">` + html.EscapeString(f.Why) + `</p>`
	for k := range form {
		switch {
		case k == fault:
			form[k] = form[k].with("aria-invalid", "true", "aria-describedby", faultID, "autofocus", "")
		case k == first && fault < 0:
			form[k] = form[k].with("aria-describedby", faultID, "autofocus", "")
		case form[k].has("autofocus"):
			form[k] = form[k].without("autofocus")
		}
		f.set(form, k)
	}
	at := 0
	if fault >= 0 {
		at = behind(form, fault)
	}
	form[at].raw += words
}

// set puts what was sent into one field.
func (f refill) set(form []piece, k int) {
	p := form[k]
	name := p.attr("name")
	sent, had := f.Sent[name]
	switch {
	case p.starts(atom.Input):
		switch p.attr("type") {
		case "password", "file", "submit":
		case "hidden":
			if f.Same && name == "id" && had {
				form[k] = p.with("value", clean(sent[0]))
			}
		case "checkbox", "radio":
			if form[k] = p.without("checked"); slices.Contains(sent, p.attr("value")) {
				form[k] = p.with("checked", "")
			}
		default:
			if had {
				form[k] = p.with("value", clean(sent[0]))
			}
		}
	case p.starts(atom.Textarea) && had:
		form[k].raw += "\n" + html.EscapeString(clean(sent[0])) // a newline behind the tag is none
		if form[k+1].Type == html.TextToken {
			form[k+1].raw = ""
		}
	case p.starts(atom.Select) && had:
		choose(form[k:], sent)
	}
}

// choose marks what was chosen of a select. What is no longer on offer leaves the
// page's own choice.
func choose(field []piece, sent []string) {
	var options []int
	offered := false
	for k, p := range field {
		if p.ends(atom.Select) {
			break
		}
		if p.starts(atom.Option) {
			options = append(options, k)
			offered = offered || slices.Contains(sent, p.attr("value"))
		}
	}
	for _, k := range options {
		if !offered {
			return
		}
		if field[k] = field[k].without("selected"); slices.Contains(sent, field[k].attr("value")) {
			field[k] = field[k].with("selected", "")
		}
	}
}

// clean is what a page can hold.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// behind is the last token of a field: its own, the one that ends it, or the end of
// the label around it.
func behind(form []piece, field int) int {
	labels, end := 0, field
	for k, p := range form {
		switch {
		case p.starts(atom.Label):
			labels++
		case p.ends(atom.Label):
			labels--
		}
		done := k >= field && (form[field].DataAtom == atom.Input || k > field && p.ends(form[field].DataAtom) || end > field)
		if done {
			end = k
		}
		if done && labels == 0 {
			return end
		}
	}
	return end
}

// faulty is the field that keeps to its own bounds the least: where what was typed
// is at fault and one is left empty, too long or out of range, that one; else the
// only one that is written into. -1 where none is.
func (f refill) faulty(form []piece) int {
	if !f.Wrong {
		return -1
	}
	only, n := -1, 0
	for k, p := range form {
		if !p.takesText() && !p.starts(atom.Select) {
			continue
		}
		if v, had := f.Sent[p.attr("name")]; !p.takes(append(v, "")[0]) && (had || p.has("required")) {
			return k
		}
		if p.takesText() {
			only, n = k, n+1
		}
	}
	if n == 1 {
		return only
	}
	return -1
}

// writable is the first field that a person writes into; -1 for none.
func (f refill) writable(form []piece) int {
	return slices.IndexFunc(form, piece.takesText)
}

// takesText reports whether somebody types into it.
func (p piece) takesText() bool {
	if p.starts(atom.Textarea) {
		return true
	}
	return p.starts(atom.Input) && !slices.Contains([]string{"hidden", "checkbox", "radio", "submit", "file"}, p.attr("type"))
}

// takes reports whether a field's own bounds allow a value.
func (p piece) takes(value string) bool {
	if strings.TrimSpace(value) == "" {
		return !p.has("required")
	}
	if longest, err := strconv.Atoi(p.attr("maxlength")); err == nil && utf8.RuneCountInString(value) > longest {
		return false
	}
	if p.attr("type") != "number" {
		return true
	}
	n, err := strconv.Atoi(strings.TrimSpace(value))
	least, noLeast := strconv.Atoi(p.attr("min"))
	most, noMost := strconv.Atoi(p.attr("max"))
	return err == nil && (noLeast != nil || n >= least) && (noMost != nil || n <= most)
}

// keep shows what was typed beside the notice, where the form itself is gone: an
// incident that somebody else has closed meanwhile takes no note.
func (f refill) keep(all []piece) {
	var words strings.Builder
	for name, values := range f.Sent {
		for _, v := range values {
			if written(name) && strings.TrimSpace(v) != "" {
				words.WriteString("<blockquote>" + html.EscapeString(clean(v)) + "</blockquote>")
			}
		}
	}
	at := slices.IndexFunc(all, func(p piece) bool { return p.starts(atom.Div) && p.attr("id") == "notice" })
	if at < 0 || words.Len() == 0 {
		return
	}
	all[at].raw += `<section class="kept" id="kept"><p>` + html.EscapeString(f.Why) + " " + html.EscapeString(f.Kept) + "</p>" + words.String() + "</section>"
}
