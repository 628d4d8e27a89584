package carrier

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.org/campushub/alerting/people"
)

// The placeholders of a request, as its values may hold them.
const (
	keyTo     = "{to}"     // the number in E.164 form
	keyLocal  = "{local}"  // the number without +, and without 86 if it is Chinese
	keyText   = "{text}"   // what is told
	keyID     = "{id}"     // the delivery's id, the same for every attempt
	keyFrom   = "{from}"   // the gateway's sender
	keyUser   = "{user}"   // the gateway's user
	keySecret = "{secret}" // the gateway's secret
	keyBasic  = "{basic}"  // base64 of user:secret
)

var (
	inBody    = []string{keyTo, keyLocal, keyText, keyID, keyFrom, keyUser, keySecret, keyBasic}
	inHeaders = []string{keyID, keyUser, keySecret, keyBasic}

	placeholder = regexp.MustCompile(`\{[a-z]+\}`)
	opened      = regexp.MustCompile(`\{[a-z]+`)
	headerName  = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
)

// ownHeaders are set by the channel itself, or by the connection.
var ownHeaders = []string{
	"Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Idempotency-Key", "User-Agent",
}

// Check says what is wrong with a description, if anything.
func Check(r people.Request) error {
	if _, err := newTemplate(r); err != nil {
		return err
	}
	return checkAnswer(r)
}

// Names reports whether a request tells the gateway the delivery's id.
func Names(r people.Request) bool { return strings.Contains(r.Body, keyID) }

// SignsItself reports whether a request hands the sender over apart from the
// text, so that the gateway puts the signature there.
func SignsItself(r people.Request) bool { return strings.Contains(r.Body, keyFrom) }

// template is a request's body, read once, so that what is put in can never
// change its form.
type template struct {
	method, contentType string
	headers             []people.Header
	fields              any        // of a JSON body
	form                url.Values // of a form
}

func newTemplate(r people.Request) (template, error) {
	t := template{method: r.Method, headers: r.Headers, contentType: "application/json"}
	switch r.Method {
	case "":
		t.method = http.MethodPost
	case http.MethodPost, http.MethodPut:
	default:
		return t, fmt.Errorf("method: want POST or PUT, found %q", r.Method)
	}
	if err := checkHeaders(r.Headers); err != nil {
		return t, err
	}
	if err := known("body", r.Body, inBody); err != nil {
		return t, err
	}
	if err := t.read(r); err != nil {
		return t, err
	}
	return t, t.whole()
}

// whole checks that the values hold what a message needs, and the keys, which
// stay as they are, nothing that would have to be put in.
func (t *template) whole() error {
	var keys, held strings.Builder
	if t.form != nil {
		for key, all := range t.form {
			keys.WriteString(key + "\n")
			held.WriteString(strings.Join(all, "\n") + "\n")
		}
	} else {
		gather(t.fields, &keys, &held)
	}
	if p := placeholder.FindString(keys.String()); p != "" {
		return fmt.Errorf("body: %s stands in a key, where nothing is put in: want it in a value", p)
	}
	has := func(p string) bool { return strings.Contains(held.String(), p) }
	if !has(keyText) || !has(keyTo) && !has(keyLocal) {
		return errors.New("body: want {text}, and {to} or {local}")
	}
	return nil
}

// gather writes down the keys and the texts of a JSON value.
func gather(x any, keys, held *strings.Builder) {
	switch x := x.(type) {
	case string:
		held.WriteString(x + "\n")
	case []any:
		for i := range x {
			gather(x[i], keys, held)
		}
	case map[string]any:
		for k := range x {
			keys.WriteString(k + "\n")
			gather(x[k], keys, held)
		}
	}
}

// read takes the body apart.
func (t *template) read(r people.Request) (err error) {
	switch r.Form {
	case "", people.FormJSON:
		d := json.NewDecoder(strings.NewReader(r.Body))
		d.UseNumber()
		var object map[string]any
		if err := d.Decode(&object); err != nil || d.More() {
			return errors.New("body: want one JSON object")
		}
		t.fields = object
	case people.FormURL:
		t.contentType = "application/x-www-form-urlencoded"
		if t.form, err = url.ParseQuery(r.Body); err != nil {
			return errors.New("body: want a form, a={to}&b={text}")
		}
	default:
		return fmt.Errorf("form: want json or form, found %q", r.Form)
	}
	return nil
}

func checkHeaders(headers []people.Header) error {
	for _, h := range headers {
		switch {
		case !headerName.MatchString(h.Name):
			return fmt.Errorf("headers: %q is no header's name", h.Name)
		case slices.Contains(ownHeaders, http.CanonicalHeaderKey(h.Name)):
			return fmt.Errorf("headers: %s is set by the hub itself", h.Name)
		case strings.ContainsFunc(h.Value, func(c rune) bool { return c < ' ' || c > '~' }):
			return fmt.Errorf("headers: %s holds what no header may", h.Name)
		}
		if err := known("headers", h.Value, inHeaders); err != nil {
			return err
		}
	}
	return nil
}

func known(where, s string, want []string) error {
	for _, at := range opened.FindAllStringIndex(s, -1) {
		p := s[at[0]:at[1]] + "}"
		switch closed := strings.HasPrefix(s[at[1]:], "}"); {
		case closed && !slices.Contains(want, p):
			return fmt.Errorf("%s: there is no %s here, want %s", where, p, strings.Join(want, ", "))
		case !closed && slices.Contains(inBody, p): // any other brace may be the gateway's own
			return fmt.Errorf("%s: %s has no closing brace: want %s", where, s[at[0]:at[1]], p)
		}
	}
	return nil
}

// values are what stands for the placeholders of one message.
func values(g people.Gateway, to, text, id string) *strings.Replacer {
	return strings.NewReplacer(
		keyTo, to, keyLocal, local(to), keyText, text, keyID, id, keyFrom, g.From, keyUser, g.User,
		keySecret, string(g.Secret),
		keyBasic, basic(g),
	)
}

func basic(g people.Gateway) string {
	return base64.StdEncoding.EncodeToString([]byte(g.User + ":" + string(g.Secret)))
}

// body writes the body with the values in it.
func (t template) body(v *strings.Replacer) ([]byte, error) {
	if t.form != nil {
		out := url.Values{}
		for key, all := range t.form {
			for _, one := range all {
				out.Add(key, v.Replace(one))
			}
		}
		return []byte(out.Encode()), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(filled(t.fields, v))
	return b.Bytes(), err
}

// filled is a JSON value with the values in its texts; keys stay.
func filled(x any, v *strings.Replacer) any {
	switch x := x.(type) {
	case string:
		return v.Replace(x)
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = filled(x[i], v)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k := range x {
			out[k] = filled(x[k], v)
		}
		return out
	}
	return x
}
