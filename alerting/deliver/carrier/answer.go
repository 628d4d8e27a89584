package carrier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/people"
)

func checkAnswer(r people.Request) error {
	for what, path := range map[string]string{"answer_id": r.AnswerID, "accepted.field": r.Accepted.Field} {
		if path != "" && slices.Contains(strings.Split(path, "."), "") {
			return fmt.Errorf("%s: want keys joined by dots, found %q", what, path)
		}
	}
	if (r.Accepted.Field == "") != (len(r.Accepted.Values) == 0) {
		return errors.New("accepted: want a field and the values that mean accepted")
	}
	return nil
}

// judge reads an answer to a message for a number: the gateway's own id of the message, "" where it has
// none, or why it was not accepted.
func judge(g people.Gateway, to string, a post.Answer) (id string, err error) {
	if err := a.Refusal(); err != nil {
		return "", err
	}
	r := g.Request
	if r.AnswerID == "" && r.Accepted.Field == "" {
		return "", nil
	}
	d := json.NewDecoder(bytes.NewReader(a.Body))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		// Whether it was accepted nobody knows: the next attempt has the same id.
		return "", errors.New("no usable answer: it is not JSON")
	}
	if r.Accepted.Field != "" {
		if err := verdict(g, to, doc); err != nil {
			return "", err
		}
	}
	id, _ = pick(doc, r.AnswerID)
	return id, nil
}

func verdict(g people.Gateway, to string, doc any) error {
	said, ok := pick(doc, g.Request.Accepted.Field)
	if !ok {
		return fmt.Errorf("no usable answer: it has no %s", g.Request.Accepted.Field)
	}
	if slices.Contains(g.Request.Accepted.Values, said) {
		return nil
	}
	err := fmt.Errorf("refused: %q", Quote(said, to, append(post.SecretsIn(g.URL), basic(g), string(g.Secret), g.User)...))
	if slices.Contains(g.Request.Accepted.Busy, said) {
		return err
	}
	return deliver.Permanent(err)
}

// pick is the text or number at the end of a path of keys.
func pick(doc any, path string) (string, bool) {
	if path == "" {
		return "", false
	}
	for key := range strings.SplitSeq(path, ".") {
		object, ok := doc.(map[string]any)
		if !ok {
			return "", false
		}
		doc = object[key]
	}
	switch v := doc.(type) {
	case string:
		return v, v != ""
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}
