package console_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// node is an element of a page.
type node struct{ *html.Node }

func parsed(t *testing.T, page string) node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	return node{doc}
}

func (n node) attr(name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (n node) has(name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// all are the elements under it of any of the sorts.
func (n node) all(sorts ...string) (out []node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && slices.Contains(sorts, d.Data) {
			out = append(out, node{d})
		}
	}
	return out
}

func (n node) text() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// fields are those of a form that a person fills in, by name.
func (n node) fields() map[string][]node {
	out := map[string][]node{}
	for _, f := range n.all("input", "textarea", "select") {
		if !slices.Contains([]string{"hidden", "file", "password"}, f.attr("type")) {
			out[f.attr("name")] = append(out[f.attr("name")], f)
		}
	}
	return out
}

// typedInto reports whether somebody types into a field.
func (n node) typedInto() bool {
	return n.Data == "textarea" || n.Data == "input" && !slices.Contains([]string{"checkbox", "radio"}, n.attr("type"))
}

// mistaken is what a form sends where somebody fills it in as the hub takes it
// never: every text is evil and too long, every figure out of range.
func (n node) mistaken() url.Values {
	out := url.Values{}
	for _, f := range n.all("input", "textarea", "select") {
		name := f.attr("name")
		switch {
		case f.attr("type") == "hidden":
			out.Add(name, f.attr("value"))
		case f.attr("type") == "checkbox":
			out.Add(name, f.attr("value"))
		case f.attr("type") == "number":
			out.Set(name, "9999")
		case f.attr("type") == "date":
			out.Set(name, "2199-01-01")
		case f.attr("type") == "time":
			out.Set(name, "07:07")
		case f.attr("type") == "password":
			out.Set(name, "a secret of 7 words")
		case f.Data == "select":
			if options := f.all("option"); len(options) > 0 {
				out.Set(name, options[len(options)-1].attr("value"))
			}
		default:
			out.Set(name, evil(name)+"\n"+strings.Repeat("长", 1100))
		}
	}
	for _, pressed := range n.all("button")[:1] {
		if name := pressed.attr("name"); name != "" {
			out.Set(name, pressed.attr("value"))
		}
	}
	return out
}

// holds is what stands in a field.
func (n node) holds() string {
	switch n.Data {
	case "textarea":
		return strings.TrimPrefix(n.text(), "\n")
	case "select":
		for _, o := range n.all("option") {
			if o.has("selected") {
				return o.attr("value")
			}
		}
		return ""
	}
	return n.attr("value")
}

// where a form of the console can be sent to, as the templates have it.
func (n node) goesTo() (out []string) {
	if a := n.attr("action"); a != "" {
		out = append(out, a)
	}
	for _, b := range n.all("button") {
		if a := b.attr("formaction"); a != "" {
			out = append(out, a)
		}
	}
	return out
}

// What somebody typed into any form stands in it again where it is refused, and
// says why at the field, whatever it was.
func TestWhatWasTypedIntoARefusedFormIsNotLost(t *testing.T) {
	b := startBusy(t)
	asked := press(b.hub, "b-2", devices.Fight).ID
	b.as("guard-1", "zh").post("/incidents/"+asked+"/classify", "kind", "bullying", "return", "/")
	attack := "/incidents/" + b.attack.ID
	b.as("officer-1", "zh").post("/drills", "id", "d-2", "kind", "fire", "school", apitest.School, "storeys", "4", "minutes", "10", "window", "5", "part", "head-count")
	b.as("admin-1", "zh").post("/accounts/clerk-1/suspend", "reason", "x")
	pages := map[string][]string{
		"officer-1": {"/?selected=" + b.attack.ID, attack, attack + "/release", attack + "/review", "/drills", "/drills/d-1", "/drills/d-2", "/gates", "/roster", b.bare, "/subscriptions"},
		"liaison-1": {attack},
		"guard-1":   {attack, "/shift", "/hazards"},
		"deputy-1":  {"/incidents/" + asked},
		"admin-1":   {"/accounts", "/accounts/clerk-1", "/accounts/guard-1", "/tokens", "/tokens/gate-system"},
		"staff-1":   {"/headcounts"},
		"proving":   {"/parent/subscribe", "/parent/code"},
	}
	b.issued()
	tried := map[string]bool{}
	for who, all := range pages {
		reader := b.whoever(who, "zh")
		for _, at := range all {
			page := reader.get(at)
			require.Equal(t, http.StatusOK, page.status, at)
			for _, form := range parsed(t, page.html).all("form") {
				typing := slices.ContainsFunc(form.all("input", "textarea"), func(f node) bool { return f.typedInto() && f.attr("type") != "hidden" && f.attr("type") != "file" })
				if form.attr("method") != "post" || !typing || form.attr("enctype") != "" {
					continue
				}
				for _, to := range form.goesTo() {
					tried[to] = true
					reader.refuses(at, to, form.mistaken())
				}
			}
		}
	}
	for _, field := range writable(t) {
		pattern := strings.Split(strings.Fields(field)[0], "{}")
		assert.True(t, slices.Contains([]string{"/sign-in name", "/hazards text", "/roster sheet"}, field) || strings.HasPrefix(field, "{}") || slices.ContainsFunc(slices.Collect(maps.Keys(tried)), func(to string) bool {
			return strings.HasPrefix(to, pattern[0]) && strings.HasSuffix(to, pattern[len(pattern)-1])
		}), "nobody was refused %s", field)
	}
}

// refuses sends a form that is not taken, and holds what the answer has of it.
func (b *browser) refuses(at, to string, sent url.Values) {
	b.t.Helper()
	page := b.do(http.MethodPost, to, sent)
	where := at + " → " + to
	if !assert.True(b.t, page.status >= 400 && page.status < 500, "%s: %d", where, page.status) {
		return
	}
	doc := parsed(b.t, page.html)
	assert.Empty(b.t, slices.DeleteFunc(doc.all("img", "script"), func(n node) bool { return n.attr("src") != "x" && n.attr("src") != "" }), where)
	forms := slices.DeleteFunc(doc.all("form"), func(f node) bool { return !f.has("data-refused") })
	if !assert.Len(b.t, forms, 1, "%s: the form is not there again", where) {
		return
	}
	form := forms[0]
	for name, fields := range form.fields() {
		for _, f := range fields {
			if f.attr("type") == "checkbox" {
				assert.True(b.t, f.has("checked"), "%s: %s", where, name)
				continue
			}
			assert.Equal(b.t, sent.Get(name), f.holds(), "%s: %s", where, name)
		}
	}
	aimed := slices.DeleteFunc(form.all("input", "textarea", "select"), func(f node) bool { return !f.has("autofocus") })
	if !assert.Len(b.t, aimed, 1, where) {
		return
	}
	assert.Equal(b.t, page.status == http.StatusUnprocessableEntity, aimed[0].has("aria-invalid"), where)
	why := aimed[0].attr("aria-describedby")
	said := slices.DeleteFunc(form.all("p"), func(p node) bool { return p.attr("id") != why || why == "" })
	if assert.Len(b.t, said, 1, where) {
		assert.NotEmpty(b.t, said[0].text(), where)
	}
	for d := form.Parent; d != nil; d = d.Parent {
		assert.True(b.t, d.Data != "details" || node{d}.has("open"), "%s: it is folded away", where)
	}
}

// Where somebody else was quicker and the form is gone, what was typed is shown.
func TestWhatWasTypedIsShownWhereItsFormIsGone(t *testing.T) {
	b := start(t)
	i := press(b, "b-3", devices.Fire)
	officer, at := b.as("officer-1", "en"), "/incidents/"+i.ID
	b.as("liaison-1", "en").post(at+"/acknowledge", "return", at)
	officer.post(at+"/reset", "reason", "seen", "return", at)
	officer.post(at+"/resolve", "outcome", "unfounded", "return", at)
	late := officer.post(at+"/reset", "reason", evil("1"), "return", at)
	assert.Equal(t, http.StatusConflict, late.status)
	kept := slices.DeleteFunc(parsed(t, late.html).all("blockquote"), func(n node) bool { return n.text() != evil("1") })
	assert.Len(t, kept, 1)
	says(t, late.html, "this incident is resolved already")
}

// No password comes back, and none stands in a page.
func TestNoPasswordComesBack(t *testing.T) {
	b := start(t)
	page := b.browser("zh").post("/sign-in", "name", "officer-1", "password", "wrong but mine")
	assert.Equal(t, http.StatusUnauthorized, page.status)
	lacks(t, page.html, "wrong but mine")
	says(t, page.html, `value="officer-1"`)
}
