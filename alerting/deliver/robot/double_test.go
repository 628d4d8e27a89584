package robot_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.org/campushub/alerting/deliver/delivertest"
)

// exact decodes a body that holds what v holds and nothing else.
func exact(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// plainText is the text of a WeCom or DingTalk message, checked as they do.
func plainText(body []byte, longest int) (string, error) {
	var m struct {
		Type *string `json:"msgtype"`
		Text *struct {
			Content *string `json:"content"`
		} `json:"text"`
	}
	switch err := exact(body, &m); {
	case err != nil:
		return "", err
	case m.Type == nil || *m.Type != "text" || m.Text == nil || m.Text.Content == nil:
		return "", errors.New("it is no text message")
	case *m.Text.Content == "" || len(*m.Text.Content) > longest:
		return "", fmt.Errorf("%d bytes of text", len(*m.Text.Content))
	case bytes.Contains(body, []byte(`\u`)):
		return "", errors.New(`it holds a \u escape`)
	}
	return *m.Text.Content, nil
}

// feishuText is the text of a Feishu message, checked as Feishu does.
func feishuText(body []byte) (text, timestamp, sign string, err error) {
	var m struct {
		Timestamp *string `json:"timestamp"`
		Sign      *string `json:"sign"`
		Type      *string `json:"msg_type"`
		Content   *struct {
			Text *string `json:"text"`
		} `json:"content"`
	}
	switch err := exact(body, &m); {
	case err != nil:
		return "", "", "", err
	case len(body) > 20<<10:
		return "", "", "", fmt.Errorf("%d bytes", len(body))
	case m.Type == nil || *m.Type != "text" || m.Content == nil || m.Content.Text == nil || *m.Content.Text == "":
		return "", "", "", errors.New("it is no text message")
	case m.Timestamp == nil || m.Sign == nil:
		return "", "", "", errors.New("it is not signed")
	}
	return *m.Content.Text, *m.Timestamp, *m.Sign, nil
}

func summed(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(mac, text)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// young reports whether a signature's time is within the hour that the
// vendors allow.
func young(n int64, unit time.Duration) error {
	if age := time.Since(time.Unix(0, n*int64(unit))).Abs(); age > time.Hour {
		return fmt.Errorf("signed %v ago", age)
	}
	return nil
}

func queryOf(r delivertest.Request) url.Values {
	u, err := url.ParseRequestURI(r.Path)
	if err != nil {
		return nil
	}
	return u.Query()
}

func signedDingTalk(r delivertest.Request, secret []byte) error {
	q := queryOf(r)
	ms, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	if err != nil || len(q["timestamp"]) != 1 || len(q["sign"]) != 1 || q.Get("access_token") != robotToken {
		return fmt.Errorf("query %v", q)
	}
	if err := young(ms, time.Millisecond); err != nil {
		return err
	}
	if q.Get("sign") != summed(string(secret), q.Get("timestamp")+"\n"+string(secret)) {
		return errors.New("the sum is another one")
	}
	return nil
}

func signedFeishu(r delivertest.Request, secret []byte) error {
	_, timestamp, sign, err := feishuText(r.Body)
	if err != nil {
		return err
	}
	s, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return err
	}
	if err := young(s, time.Second); err != nil {
		return err
	}
	if sign != summed(timestamp+"\n"+string(secret), "") {
		return errors.New("the sum is another one")
	}
	return nil
}

// strict checks a request's method and type, and its body by other.
func strict(r delivertest.Request, other func(body []byte) error) string {
	if fault := delivertest.JSON(r); fault != "" {
		return fault
	}
	if err := other(r.Body); err != nil {
		return err.Error()
	}
	return ""
}

// group is a vendor's end with its limit of 20 messages a minute: what is
// beyond gets the code and reaches nobody.
type group struct {
	*httptest.Server
	mu     sync.Mutex // guards the fields below
	texts  []string
	asked  int
	answer string // instead of acceptance
}

func newGroup(t *testing.T, text func(body []byte) (string, error), tooMany string) *group {
	g := &group{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		said, err := text(body)
		if err != nil {
			t.Errorf("message to the group: %v", err)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.asked++
		switch {
		case g.answer != "":
			_, _ = io.WriteString(w, g.answer)
		case len(g.texts) >= 20:
			_, _ = io.WriteString(w, tooMany)
		default:
			g.texts = append(g.texts, said)
			_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","code":0,"msg":"success","data":{}}`)
		}
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *group) says(answer string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = answer
}

func (g *group) heard() (texts []string, asked int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.texts, g.asked
}
