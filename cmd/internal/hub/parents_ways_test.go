package hub_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/quotedprintable"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/push/pushtest"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
)

// overheard keeps every request that left the hub for somebody of the parents,
// heads and all.
type overheard struct {
	t       *testing.T
	browser pushtest.Browser

	mu   sync.Mutex // guards what follows
	raw  []string
	said map[string][]string // texts, by where they arrived
}

func (w *overheard) took(where, text string, r *http.Request, body []byte) {
	var head strings.Builder
	_ = r.Header.Write(&head)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.raw = append(w.raw, r.URL.String()+"\n"+head.String()+"\n"+string(body)+"\n"+text)
	w.said[where] = append(w.said[where], text)
}

func (w *overheard) at(where string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said[where]
}

// ServeHTTP is a text message gateway, a group's robot and a push service.
func (w *overheard) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	switch r.URL.Path {
	case "/sms":
		var m struct{ To, Text, Reference string }
		assert.NoError(w.t, json.Unmarshal(body, &m))
		w.took(m.To, m.Text, r, body)
		w.took("references", m.Reference, r, nil)
	case "/group":
		var m struct{ Text struct{ Content string } }
		assert.NoError(w.t, json.Unmarshal(body, &m))
		w.took("group", m.Text.Content, r, body)
		_, _ = io.WriteString(rw, `{"errcode":0,"errmsg":"ok"}`)
	case "/push/live":
		said, err := w.browser.Open(body)
		assert.NoError(w.t, err)
		w.took("push", string(said), r, nil)
		rw.WriteHeader(http.StatusCreated)
	default:
		rw.WriteHeader(http.StatusGone)
	}
}

const (
	inChinese = "+8613900000031"
	inEnglish = "+8613900000032"
)

// reachable is a hub whose parents are reached by two telephones, a mailbox, a
// group and two browsers, of which one has gone.
func reachable(t *testing.T) (*running, *overheard, *mailbox) {
	t.Helper()
	w := &overheard{t: t, browser: pushtest.New(t), said: map[string][]string{}}
	far := httptest.NewServer(w)
	t.Cleanup(far.Close)
	letters, dir := newMailbox(t), t.TempDir()
	s := openOffice(t, dir)
	for _, path := range []string{"/push/live", "/push/gone"} {
		b := w.browser.At(far.URL + path)
		require.NoError(t, s.SaveBrowser(t.Context(), office.Browser{Account: "parent", Endpoint: b.Endpoint, Auth: b.Auth, P256dh: b.P256dh, AddedAt: time.Now()}, 8))
	}
	require.NoError(t, s.ReplaceParents(t.Context(), "ziwei-primary", []people.Parent{
		{Channel: alerting.ChannelSMS, Address: inChinese, Language: "zh"}, {Channel: alerting.ChannelSMS, Address: inEnglish, Language: "en"},
		{Channel: alerting.ChannelMail, Address: "parent@example.org", Language: "zh"},
	}))
	require.NoError(t, s.Close())
	gateways := fmt.Sprintf("gateways:\n  - {name: browsers, channel: push, from: it@school.example.org}\n"+
		"  - {name: letters, channel: mail, url: %q, from: it@school.example.org}\n"+
		"  - {name: group, channel: wecom, url: \"%s/group\", token_file: %q}\n"+
		"  - {name: texts, channel: sms, url: \"%s/sms\", from: 紫薇, segments: 3, callback_file: %q,\n"+
		"     request: {body: '{\"to\":\"{to}\",\"text\":\"{text}\",\"reference\":\"{id}\"}'}}\n",
		letters.url(), far.URL, keyFile(t, "key-of-the-group"), far.URL, keyFile(t, callbackKey))
	return start(t, func(yaml string) string {
		yaml = strings.Replace(yaml, "    pickups:", "    to_parents: {sms: texts, mail: letters, push: browsers, wecom: group}\n    pickups:", 1)
		return in(dir, gateways)(yaml)
	}), w, letters
}

// secrets is the corpus of what no parent may read.
func secrets(t *testing.T) []string {
	t.Helper()
	file, err := os.Open("../../../alerting/release/testdata/secrets.txt")
	require.NoError(t, err)
	defer file.Close()
	var out []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			s, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "|") + `"`)
			require.NoError(t, err)
			out = append(out, s)
		}
	}
	require.Greater(t, len(out), 50)
	return out
}

// everywhere says a secret in each field for words of each verb, and of the
// gate itself. What is refused is as good: it was said.
func everywhere(i, secret string, by ...person) (taken int) {
	words := map[string]any{"reason": secret, "text": secret}
	for verb, more := range map[alerting.Verb]map[string]any{
		alerting.VerbAcknowledge: {}, alerting.VerbNote: {}, alerting.VerbCancel: {}, alerting.VerbDispatch: {"stage": "sent"},
		alerting.VerbVerify: {"verify": "real", "facts": []string{"armed", secret}}, alerting.VerbClassify: {"kind": "attack"},
		alerting.VerbArrive: {"party": "school"}, alerting.VerbCall: {"to": "110"}, alerting.VerbResolve: {"outcome": secret}, alerting.VerbReset: {},
	} {
		maps.Copy(more, words)
		for _, who := range by {
			if who.do(http.MethodPost, "/api/v1/incidents/"+i+"/"+string(verb), more, nil) == http.StatusOK {
				taken++
			}
		}
	}
	return taken
}

// An incident full of names, classes, numbers, positions and devices, in every
// field that takes words, goes through the gate: over each way to parents, in
// what their page shows and what their page asks for there is the released
// text, and nothing else.
func TestParentsReadTheReleasedTextOverEveryWay(t *testing.T) {
	r, w, letters := reachable(t)
	defer http.DefaultClient.CloseIdleConnections()
	officer, police, parent := r.as(t, "officer"), r.as(t, "liaison"), r.as(t, "parent")
	var i alerting.Incident
	require.Equal(t, http.StatusCreated, officer.do(http.MethodPost, "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": "ziwei-primary", "place": "north-gate", "kind": "attack",
	}, &i))
	corpus, taken := secrets(t), 0
	for n := 0; n < len(corpus); n += 6 {
		taken += everywhere(i.ID, strings.Join(corpus[n:min(n+6, len(corpus))], " ; "), officer, police)
	}
	require.Greater(t, taken, 20, "the record is full of it")

	path := "/api/v1/incidents/" + i.ID + "/release"
	step := func(p person, body map[string]any) (text alerting.Text) {
		t.Helper()
		var got struct {
			Release struct {
				Draft *struct {
					Hash     string
					Rendered []struct{ Text alerting.Text }
				}
			}
		}
		require.Equal(t, http.StatusOK, officer.do(http.MethodGet, path, nil, &got.Release))
		if d := got.Release.Draft; d != nil {
			body["hash"] = d.Hash
		}
		require.Equal(t, http.StatusOK, p.do(http.MethodPost, path, body, &got), "%v", body)
		if d := got.Release.Draft; d != nil {
			text = d.Rendered[0].Text
		}
		return text
	}
	first := step(officer, map[string]any{"step": "draft", "text": "PAR-01", "next": time.Now().Add(30 * time.Minute).UTC()})
	step(officer, map[string]any{"step": "hold", "reason": corpus[0]})
	step(officer, map[string]any{"step": "continue", "reason": corpus[1]})
	step(officer, map[string]any{"step": "release"})
	arrived(t, w, letters, first, 1)
	second := step(officer, map[string]any{"step": "draft", "text": "PAR-06a"})
	step(police, map[string]any{"step": "agree"})
	step(officer, map[string]any{"step": "release"})
	arrived(t, w, letters, second, 2)

	w.mu.Lock()
	all := strings.Join(w.raw, "\n")
	w.mu.Unlock()
	all += page(t, parent, "/") + page(t, parent, "/api/v1/notices")
	require.Contains(t, all, second.ZH)
	all = strings.ReplaceAll(all, `data-words="连接自 {time} 起中断"`, "") // the page's own, for its script to fill in
	for _, secret := range append(corpus, i.ID, "north-gate", "北门", "North gate", "attack", "暴力", "b-1", "officer", "liaison") {
		if strings.TrimSpace(secret) != "" && !strings.Contains(first.ZH+first.EN+second.ZH+second.EN, strings.TrimSpace(secret)) {
			assert.NotContains(t, all, secret)
		}
	}
	receipts(t, r, w)
}

// arrived waits for notice n over every way, and holds each to the text.
func arrived(t *testing.T, w *overheard, letters *mailbox, text alerting.Text, n int) {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"text": text})
	require.NoError(t, err)
	for where, want := range map[string]string{
		inChinese: "【紫薇】" + text.ZH, inEnglish: "【紫薇】" + text.EN, "group": text.ZH + "\n" + text.EN, "push": string(raw),
	} {
		require.Eventually(t, func() bool { return len(w.at(where)) == n }, patience, 5*time.Millisecond, where)
		if where == "push" {
			assert.JSONEq(t, want, w.at(where)[n-1])
			continue
		}
		assert.Equal(t, want, w.at(where)[n-1], where)
	}
	letter := letters.next()
	said, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
	require.NoError(t, err)
	assert.Equal(t, text.ZH, strings.TrimSpace(string(said)))
	subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
	require.NoError(t, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.raw = append(w.raw, fmt.Sprint(letter.Header), subject, string(said))
}

// receipts are what the gateway says later on: counted once, and apart from
// every incident.
func receipts(t *testing.T, r *running, w *overheard) {
	t.Helper()
	for n, status := range []string{"received", "received", "failed"} {
		r.report(t, "/callbacks/sms/texts/status", `{"reference":%q,"status":%q}`, w.at("references")[n], status)
	}
	body := fmt.Sprintf(`{"reference":%q,"status":"received","reason":"again"}`, w.at("references")[0])
	status, _ := r.callBack(t, "/callbacks/sms/texts/status", signature(callbackKey, time.Now(), body), body)
	assert.Equal(t, http.StatusNotFound, status, "each is counted once")
	body = fmt.Sprintf(`{"from":%q,"text":"1"}`, inChinese)
	status, _ = r.callBack(t, "/callbacks/sms/texts/reply", signature(callbackKey, time.Now(), body), body)
	assert.Equal(t, http.StatusNotFound, status, "a parent's answer takes nothing on")

	figures := page(t, r.as(t, "officer"), "/metrics")
	for _, line := range []string{
		`campushub_parents_letters_planned_total{channel="sms"} 4`, `campushub_parents_letters_handed_total{channel="sms"} 4`,
		`campushub_parents_letters_handed_total{channel="mail"} 2`, `campushub_parents_letters_handed_total{channel="push"} 2`,
		`campushub_parents_letters_handed_total{channel="wecom"} 2`, `campushub_parents_letters_received_total{channel="sms"} 2`,
		`campushub_parents_letters_failed_total{channel="sms",reason="undelivered"} 1`, `campushub_parents_fanout_seconds_count{channel="sms"} 2`,
	} {
		assert.Contains(t, figures, line)
	}
	s := openOffice(t, r.cfg.Hub.Dir)
	defer s.Close()
	require.Eventually(t, func() bool {
		kept, err := s.Browsers(t.Context())
		return err == nil && len(kept) == 1 && strings.HasSuffix(kept[0].Endpoint, "/push/live")
	}, patience, 5*time.Millisecond, "a browser that has gone is let go")
}

func page(t *testing.T, p person, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.r.Console()+path, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.AddCookie(&http.Cookie{Name: "campushub_session", Value: p.token})
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	return string(said)
}
