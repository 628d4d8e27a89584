package carrier

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/people"
)

// hostile is a text that would break out of its place, or ask for a secret.
const hostile = "\"},\"to\":\"110\r\nX: y&to=110&a={secret}\\"

var texter = people.Gateway{User: "school", Secret: []byte("s3cret"), From: "紫薇小学"}

func TestJSONTextsStayInTheirPlace(t *testing.T) {
	made, err := newTemplate(people.Request{Body: `{"to":["{to}","{local}"],"n":12345678901234567890,"in":{"text":"<{text}>","id}":true},"sign":"{from} {id} {basic}"}`})
	require.NoError(t, err)
	body, err := made.body(values(texter, "+8613900000001", hostile, "d-1"))
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(body, &got))
	assert.Equal(t, []any{"+8613900000001", "13900000001"}, got["to"])
	assert.Equal(t, map[string]any{"text": "<" + hostile + ">", "id}": true}, got["in"], "keys stay as they are")
	assert.Equal(t, "紫薇小学 d-1 c2Nob29sOnMzY3JldA==", got["sign"])
	assert.Contains(t, string(body), `"n":12345678901234567890`)
	assert.NotContains(t, string(body), "s3cret")
}

func TestFormValuesStayInTheirPlace(t *testing.T) {
	made, err := newTemplate(people.Request{Form: people.FormURL, Body: "to={local}&text={text}&user={user}&pass={secret}"})
	require.NoError(t, err)
	assert.Equal(t, "application/x-www-form-urlencoded", made.contentType)
	body, err := made.body(values(texter, "+4915100000001", hostile, "d-1"))
	require.NoError(t, err)
	got, err := url.ParseQuery(string(body))
	require.NoError(t, err)
	assert.Equal(t, url.Values{"to": {"4915100000001"}, "text": {hostile}, "user": {"school"}, "pass": {"s3cret"}}, got)
}

func TestDescriptionsThatCannotWork(t *testing.T) {
	good := func() people.Request { return people.Request{Body: `{"to":"{to}","text":"{text}"}`} }
	require.NoError(t, Check(good()))
	for want, change := range map[string]func(*people.Request){
		`method: want POST or PUT, found "GET"`:      func(r *people.Request) { r.Method = "GET" },
		`form: want json or form, found "xml"`:       func(r *people.Request) { r.Form = "xml" },
		"body: want {text}, and {to} or {local}":     func(r *people.Request) { r.Body = `{"to":"{to}"}` },
		"body: want one JSON object":                 func(r *people.Request) { r.Body = `["{to}","{text}"]` },
		"body: want a form, a={to}&b={text}":         func(r *people.Request) { r.Form, r.Body = people.FormURL, "to={to}&text={text}&a=%zz" },
		"body: there is no {too} here":               func(r *people.Request) { r.Body = `{"to":"{to}{too}","text":"{text}"}` },
		"body: there is no {txt} here, want {to}":    func(r *people.Request) { r.Body = `{"to":"{to}","text":"{txt}"}` },
		"body: {text has no closing brace":           func(r *people.Request) { r.Body = `{"to":"{to}","text":"{text"}` },
		"body: {to} stands in a key":                 func(r *people.Request) { r.Body = `{"{to}":"{to}","text":"{text}"}` },
		"body: {text} stands in a key":               func(r *people.Request) { r.Body = `{"a":[{"{text}":1}],"to":"{to}"}` },
		"body: {local} stands in a key":              func(r *people.Request) { r.Form, r.Body = people.FormURL, "{local}=1&to={to}&text={text}" },
		"headers: {secret has no closing brace":      func(r *people.Request) { r.Headers = []people.Header{{Name: "X-A", Value: "Bearer {secret"}} },
		"headers: there is no {text} here":           func(r *people.Request) { r.Headers = []people.Header{{Name: "X-A", Value: "{text}"}} },
		`headers: "X A" is no header's name`:         func(r *people.Request) { r.Headers = []people.Header{{Name: "X A", Value: "b"}} },
		"headers: host is set by the hub itself":     func(r *people.Request) { r.Headers = []people.Header{{Name: "host", Value: "b"}} },
		"headers: X-A holds what no header may":      func(r *people.Request) { r.Headers = []people.Header{{Name: "X-A", Value: "b\r\nC: d"}} },
		`answer_id: want keys joined by dots, found`: func(r *people.Request) { r.AnswerID = "a..b" },
		"accepted: want a field and the values":      func(r *people.Request) { r.Accepted.Field = "code" },
	} {
		r := good()
		change(&r)
		err := Check(r)
		require.Error(t, err, want)
		assert.Contains(t, err.Error(), want)
	}
}

func TestAnswersSayWhatBecameOfARequest(t *testing.T) {
	g := people.Gateway{Secret: []byte("s3cret"), Request: people.Request{
		AnswerID: "data.id", Accepted: people.Accepted{Field: "code", Values: []string{"OK", "0"}, Busy: []string{"LIMIT"}},
	}}
	for _, c := range []struct {
		body, id, err string
		permanent     bool
	}{
		{`{"code":"OK","data":{"id":"m-1"}}`, "m-1", "", false},
		{`{"code":0,"data":{"id":12345678901234567890}}`, "12345678901234567890", "", false},
		{`{"code":"OK"}`, "", "", false},
		{`{"code":"LIMIT"}`, "", `refused: "LIMIT"`, false},
		{`{"code":"BLACK s3cret"}`, "", `refused: "BLACK …"`, true},
		{`{"code":"+86 139-0000-0001 is black"}`, "", `refused: "… is black"`, true},
		{`{"code":"13900000001 and 008613900000001 of 13900000002"}`, "", `refused: "… and … of 13900000002"`, true},
		{`{"data":{"id":"m-1"}}`, "", "no usable answer: it has no code", false},
		{`{"code":{"a":1}}`, "", "no usable answer: it has no code", false},
		{`OK`, "", "no usable answer: it is not JSON", false},
	} {
		id, err := judge(g, "+8613900000001", post.Answer{Status: 200, Body: []byte(c.body)})
		assert.Equal(t, c.id, id, c.body)
		if c.err == "" {
			require.NoError(t, err, c.body)
			continue
		}
		require.EqualError(t, err, c.err)
		assert.Equal(t, c.permanent, deliver.IsPermanent(err), c.body)
	}
}

// FuzzFilled holds a body to its form, whatever the text says.
func FuzzFilled(f *testing.F) {
	f.Add(hostile)
	f.Add("{to}{id}{secret}")
	made, err := newTemplate(people.Request{Body: `{"to":"{to}","text":"{text}"}`})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		body, err := made.body(values(texter, "+8613900000001", text, "d-1"))
		require.NoError(t, err)
		var got map[string]string
		require.NoError(t, json.Unmarshal(body, &got))
		require.Len(t, got, 2)
		require.Equal(t, "+8613900000001", got["to"])
		require.Equal(t, strings.ToValidUTF8(text, "\ufffd") != "", got["text"] != "")
	})
}
