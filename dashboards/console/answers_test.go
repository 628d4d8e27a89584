package console_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// document is the API's own description, and what answers are held against.
type document struct {
	t       *testing.T
	whole   map[string]any
	schemas *jsonschema.Compiler
	listed  string // docs/api.md
}

const documentAt = "https://hub.example/openapi.json"

func (b busy) document() document {
	b.t.Helper()
	var whole map[string]any
	require.NoError(b.t, json.Unmarshal([]byte(b.browser("en").get("/openapi.json").html), &whole))
	listed, err := os.ReadFile("../../docs/api.md")
	require.NoError(b.t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	require.NoError(b.t, c.AddResource(documentAt, whole))
	return document{b.t, whole, c, string(listed)}
}

// under walks into the document; nil where there is nothing.
func under(in any, names ...string) any {
	for _, name := range names {
		of, _ := in.(map[string]any)
		in = of[name]
	}
	return in
}

// holds holds an answer to an operation against what the document says of it.
func (d document) holds(at, path, why string, res *http.Response, body []byte) {
	d.t.Helper()
	method := strings.ToLower(strings.Fields(at)[0])
	where := at + ", " + why + ": " + strconv.Itoa(res.StatusCode)
	status := strconv.Itoa(res.StatusCode)
	said := under(d.whole, "paths", path, method, "responses", status)
	if !assert.NotNil(d.t, said, "%s is not declared: %s", where, body[:min(len(body), 200)]) {
		return
	}
	sort, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	if res.StatusCode >= 400 && (sort == "application/problem+json" || path != "/api/v1/roster") {
		d.isProblem(where, res, body)
	}
	if sort == "application/json" && under(said, "content", sort, "schema") != nil {
		d.fits(where, body, documentAt+"#/paths/"+strings.ReplaceAll(path, "/", "~1")+"/"+method+"/responses/"+status+"/content/application~1json/schema")
	}
}

// isProblem holds a refusal to RFC 9457, with a type that is listed.
func (d document) isProblem(where string, res *http.Response, body []byte) {
	d.t.Helper()
	if !assert.Equal(d.t, "application/problem+json", res.Header.Get("Content-Type"), "%s: %s", where, body) {
		return
	}
	var p struct {
		Type, Title string
		Status      int
	}
	require.NoError(d.t, json.Unmarshal(body, &p), where)
	assert.Equal(d.t, res.StatusCode, p.Status, where)
	assert.Equal(d.t, http.StatusText(res.StatusCode), p.Title, where)
	assert.True(d.t, strings.HasPrefix(p.Type, "urn:campushub:refusal:") && strings.Contains(d.listed, "`"+p.Type+"`"), "%s: %q is not listed in docs/api.md", where, p.Type)
	d.fits(where, body, documentAt+"#/components/schemas/ErrorModel")
}

func (d document) fits(where string, body []byte, schema string) {
	d.t.Helper()
	s, err := d.schemas.Compile(schema)
	require.NoError(d.t, err, where)
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
	require.NoError(d.t, err, where)
	assert.NoError(d.t, s.Validate(v), "%s: %s", where, body[:min(len(body), 400)])
}

// sends asks for a row as it is, or otherwise.
func (b *browser) asks(method, path, sort, body string) (*http.Response, []byte) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.h.http.URL+path, strings.NewReader(body))
	require.NoError(b.t, err)
	if body != "" {
		req.Header.Set("Content-Type", sort)
	}
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return res, got
}

// Every operation, asked as it should be and in every way that it should not be,
// answers what the document says of it, and refuses with a problem of a listed
// type.
func TestTheAPIAnswersWhatItsDocumentSays(t *testing.T) {
	b := startBusy(t)
	d := b.document()
	own, foreign := b.things()
	var everybody []*browser
	for _, name := range []string{"", "parent-1", "guard-1", "admin-1", "liaison-1", "officer-1", "deputy-1"} {
		one := b.browser("zh")
		if name != "" {
			one = b.as(name, "zh")
		}
		everybody = append(everybody, one)
	}
	unknown := map[string]string{}
	for name := range own {
		unknown[name] = "none"
	}
	unknown["day"], unknown["uuid"] = own["day"], own["call"]
	for _, a := range operations {
		at := a.pattern()
		method, path, _ := strings.Cut(at, " ")
		if under(d.whole, "paths", path, strings.ToLower(method)) == nil || strings.HasSuffix(path, "stream") || at == "DELETE /api/v1/session" {
			continue // of the hub itself, or without an end
		}
		for _, one := range everybody {
			ask := func(why string, things map[string]string, change func(body, sort string) (string, string)) {
				body, sort := a.content(things)
				body, sort = change(body, sort)
				_, to, _ := strings.Cut(filledWith(a.at, things), " ")
				res, got := one.asks(method, to, sort, body)
				d.holds(at, path, why, res, got)
			}
			asIs := func(body, sort string) (string, string) { return body, sort }
			if strings.HasPrefix(a.body, "{") && method != http.MethodGet {
				ask("a bad body", own, func(_, sort string) (string, string) { return "{", sort })
				ask("an unknown field", own, func(body, sort string) (string, string) {
					return strings.Replace(body, "{", `{"nobody_knows":1`+comma(body), 1), sort
				})
				ask("another sort", own, func(body, _ string) (string, string) { return body, "text/plain" })
				ask("too long", own, func(_, sort string) (string, string) { return `{"reason":"` + strings.Repeat("x", 20<<10) + `"}`, sort })
			}
			ask("an unknown thing", unknown, asIs)
			ask("another school's", foreign, asIs)
			ask("as it should be", own, asIs)
		}
		_, to, _ := strings.Cut(filledWith(a.at, own), " ")
		res, got := everybody[0].asks(http.MethodPatch, to, "application/json", "{}")
		assert.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, at)
		d.isProblem(at+", a wrong method", res, got)
	}
}

func comma(body string) string {
	if strings.TrimSpace(strings.Trim(body, "{}")) == "" {
		return ""
	}
	return ","
}
