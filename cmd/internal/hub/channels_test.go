package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

const (
	leader = "+8613900000001"
	chief  = "+8613900000002"
	beat   = "+8613900000004"
	deputy = "+8613900000003"
)

// levels is an escalation that a test can wait for: who is told, by duty, after
// how many seconds.
func levels(police, school string) string {
	return "    escalation: {E1: {police: {levels: [" + police + "]}, school: {levels: [" + school + "]}}}\n"
}

const (
	desk        = "{after: 0, duties: [station-desk, assigned-officer]}"
	leaderFirst = desk + ", {after: 1, duties: [station-leader]}"
	atSchool    = "{after: 0, duties: [officer]}"
)

// with adds to the demonstration's configuration, whose policy stands last. No
// path is checked: what the doubles get is the stories' own.
func with(sections ...string) func(yaml string) string {
	return func(yaml string) string {
		return strings.Replace(yaml, "hub:\n", "hub:\n  path_check: {off: true}\n", 1) + strings.Join(sections, "")
	}
}

func contact(name string, a alerting.Audience, duty string, paths ...string) string {
	return fmt.Sprintf("  - {name: %s, title: {zh: 某人, en: Somebody}, audience: %s, duties: [%s], schools: [ziwei-primary], paths: [%s]}\n",
		name, a, duty, strings.Join(paths, ", "))
}

func path(channel, address, gateway string) string {
	return fmt.Sprintf("{channel: %s, address: %q, gateway: %s}", channel, address, gateway)
}

// person is somebody who is signed in.
type person struct {
	t     *testing.T
	r     *running
	token string
}

func (r *running) as(t *testing.T, account string) person {
	t.Helper()
	p := person{t: t, r: r}
	for _, a := range r.campus.Accounts {
		if a.Name == account {
			var session struct{ Token string }
			require.Equal(t, http.StatusOK, p.do(http.MethodPost, "/api/v1/session", map[string]string{"name": account, "password": a.Password}, &session))
			p.token = session.Token
		}
	}
	require.NotEmpty(t, p.token, account)
	return p
}

func (p person) do(method, path string, body, into any) int {
	p.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(p.t, err)
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.r.Console()+path, bytes.NewReader(raw))
	require.NoError(p.t, err)
	req.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(p.t, err)
	if into != nil {
		require.NoError(p.t, json.Unmarshal(said, into), "%s", said)
	}
	return res.StatusCode
}

// incident is an incident with deliveries and timeline.
func (p person) incident(id string) alerting.Incident {
	p.t.Helper()
	var i alerting.Incident
	require.Equal(p.t, http.StatusOK, p.do(http.MethodGet, "/api/v1/incidents/"+id, nil, &i))
	return i
}

// only is the one incident. It is told before it is listed. A machine so busy
// that its disk takes longer than 2 s adds a fault of the hub, which is not meant.
func (p person) only() alerting.Incident {
	p.t.Helper()
	var list struct{ Incidents []alerting.Incident }
	require.Eventually(p.t, func() bool {
		ok := p.do(http.MethodGet, "/api/v1/incidents", nil, &list) == http.StatusOK
		list.Incidents = slices.DeleteFunc(list.Incidents, func(i alerting.Incident) bool { return i.Kind == alerting.KindHubFault })
		return ok && len(list.Incidents) == 1
	}, patience, 5*time.Millisecond)
	return p.incident(list.Incidents[0].ID)
}

func delivery(t *testing.T, i alerting.Incident, id string) alerting.Delivery {
	t.Helper()
	for _, d := range i.Deliveries {
		if d.ID == id {
			return d
		}
	}
	require.FailNow(t, "no delivery "+id)
	return alerting.Delivery{}
}

// said is an incident's timeline: who did what.
func said(i alerting.Incident) []string {
	var out []string
	for _, e := range i.Timeline {
		out = append(out, e.Actor+" "+e.Text.ZH)
	}
	return out
}

func lit(t *testing.T, school *campus.Campus, button string, want devices.Indicator) {
	t.Helper()
	require.Eventually(t, func() bool {
		light, err := school.Indicator(button)
		return err == nil && light == want
	}, patience, 5*time.Millisecond)
}

// figures are the hub's metrics.
func (r *running) figures(t *testing.T) string {
	t.Helper()
	res, err := http.Get(r.Console() + "/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(text)
}

// Nobody signs: the station leader gets a text message, answers 1, and the
// police escalation ends there; the school's goes on.
func TestAnAnswerFromATelephoneTakesAnIncidentOn(t *testing.T) {
	waits(t)
	texts := newGateway(t, nil)
	r := start(t, with(levels(leaderFirst+", {after: 5, duties: [command-chief]}", atSchool+", {after: 6, duties: [deputy]}"),
		"gateways:\n", texts.yaml("texts", "sms"), "contacts:\n",
		contact("beat", alerting.Police, "assigned-officer", path("sms", beat, "texts")),
		contact("leader", alerting.Police, "station-leader", path("sms", leader, "texts")),
		contact("chief", alerting.Police, "command-chief", path("sms", chief, "texts")),
		contact("deputy", alerting.School, "deputy", path("sms", deputy, "texts")),
	))
	school, liaison := r.school(t), r.as(t, "liaison")
	require.NoError(t, school.Press("b-1"))

	first := texts.to(leader)
	assert.Contains(t, first.Text, "【紫薇小学】")
	assert.Contains(t, first.Text, "升级")
	r.report(t, "/callbacks/sms/texts/status", `{"reference":%q,"status":"received"}`, first.Reference)
	r.report(t, "/callbacks/sms/texts/reply", `{"from":"13900000001","text":"1"}`)

	i := liaison.only()
	assert.Equal(t, alerting.StateAcknowledged, i.State)
	require.Len(t, i.Acknowledgements, 1)
	assert.Equal(t, alerting.Police, i.Acknowledgements[0].Audience)
	assert.Equal(t, "leader", i.Acknowledgements[0].By)
	d := delivery(t, i, first.Reference)
	assert.Equal(t, alerting.Read, d.State)
	assert.NotNil(t, d.ReceivedAt)
	for _, e := range i.Escalation {
		assert.NotEqual(t, alerting.Police, e.Audience, "it has ended for the police")
	}
	assert.Contains(t, said(i), "leader 警方已签收（短信回复）")
	lit(t, school, "b-1", devices.IndicatorAcknowledged)

	figures := r.figures(t)
	for _, stage := range []string{"handed", "received", "read"} {
		assert.Contains(t, figures, `campushub_engine_delivery_seconds_count{audience="police",channel="sms",mode="live",path="main",stage="`+stage+`",via="internet"}`)
	}

	body := `{"from":"13900000001","text":"1"}`
	status, words := r.callBack(t, "/callbacks/sms/texts/reply", signature(callbackKey, time.Now(), body), body)
	assert.Equal(t, http.StatusConflict, status, words)

	// The deputy's level is due after the chief's: when it has come, the chief's
	// never will.
	for {
		s := <-texts.arrived
		require.NotEqual(t, chief, s.To, "somebody had signed")
		if s.To == deputy {
			break
		}
	}
}

// The hub starts again between the text message and its answer: the answer
// counts all the same.
func TestAnAnswerCountsOverARestart(t *testing.T) {
	texts, dir := newGateway(t, nil), t.TempDir()
	config := in(dir, "gateways:\n", texts.yaml("texts", "sms"), "contacts:\n",
		contact("beat", alerting.Police, "assigned-officer", path("sms", beat, "texts")))
	r := start(t, config)
	require.NoError(t, r.school(t).Press("b-1"))
	told := texts.to(beat)
	r.report(t, "/callbacks/sms/texts/status", `{"reference":%q,"status":"received"}`, told.Reference)
	require.NoError(t, r.stop())

	r = start(t, config)
	r.report(t, "/callbacks/sms/texts/reply", `{"from":"13900000004","text":"1"}`)
	i := r.as(t, "liaison").only()
	assert.Equal(t, alerting.StateAcknowledged, i.State)
	assert.Equal(t, "beat", i.Acknowledgements[0].By)
	assert.Equal(t, alerting.Read, delivery(t, i, told.Reference).State)
}

// A line that is busy is no delivery: the mail, the leader's next path, goes
// out at once and does not wait for the call's share of the time.
func TestABusyLineStartsTheNextPathAtOnce(t *testing.T) {
	calls, box := newGateway(t, nil), newMailbox(t)
	r := start(t, with(levels(leaderFirst, atSchool), "gateways:\n", calls.yaml("calls", "voice"),
		fmt.Sprintf("  - {name: letters, channel: mail, url: %q, from: 紫薇小学 <hub@school.example.org>}\n", box.url()), "contacts:\n",
		contact("beat", alerting.Police, "assigned-officer", path("voice", beat, "calls")),
		contact("leader", alerting.Police, "station-leader", path("voice", leader, "calls"), path("mail", "leader@example.org", "letters")),
	))
	school, liaison := r.school(t), r.as(t, "liaison")
	require.NoError(t, school.Press("b-1"))

	call := calls.to(leader)
	r.report(t, "/callbacks/voice/calls/status", `{"reference":%q,"status":"busy"}`, call.Reference)
	letter := box.next()
	assert.Equal(t, "<leader@example.org>", letter.Header.Get("To"))
	subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
	require.NoError(t, err)
	assert.Contains(t, subject, "升级")

	i := liaison.only()
	var mailed []alerting.Delivery
	require.Eventually(t, func() bool {
		i, mailed = liaison.incident(i.ID), nil
		for _, d := range i.Deliveries {
			if d.Channel == alerting.ChannelMail && d.State == alerting.Handed {
				mailed = append(mailed, d)
			}
		}
		return len(mailed) > 0
	}, patience, 5*time.Millisecond, "the server has the mail")
	d := delivery(t, i, call.Reference)
	assert.Equal(t, alerting.Failed, d.State)
	assert.Equal(t, "busy", d.Reason)
	assert.NotNil(t, d.HandedAt)
	const share = 20 * time.Second // of a call
	assert.Less(t, mailed[0].PlannedAt.Sub(d.PlannedAt), share)
	assert.Equal(t, alerting.StateOpen, i.State)

	// The desk asks once more: this time somebody answers and presses 1.
	require.NoError(t, school.Press("b-1"))
	again := calls.to(leader)
	r.report(t, "/callbacks/voice/calls/status", `{"reference":%q,"status":"answered","key":"1"}`, again.Reference)
	i = liaison.only()
	assert.Equal(t, alerting.StateAcknowledged, i.State)
	assert.Contains(t, said(i), "leader 警方已签收（电话按键）")
}

// Every worker of the police lane to a dead gateway hangs, and every terminal
// is told of the next press all the same, before the gateway has answered
// anything.
func TestADeadGatewayDelaysNoTerminal(t *testing.T) {
	hang := make(chan struct{})
	texts := newGateway(t, hang)
	t.Cleanup(func() { close(hang) })
	var contacts strings.Builder
	for n := range 8 {
		contacts.WriteString(contact(fmt.Sprintf("officer-%d", n), alerting.Police, "assigned-officer", path("sms", fmt.Sprintf("+861380000000%d", n), "texts")))
	}
	r := start(t, with("gateways:\n", texts.yaml("texts", "sms"), "contacts:\n", contacts.String()))
	school, liaison := r.school(t), r.as(t, "liaison")
	require.NoError(t, school.Press("b-1"))
	const workers = 5 // one of them for whoever has none
	for range workers {
		<-texts.arrived
	}

	require.NoError(t, school.Press("b-2"))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var incident string
	for _, name := range []string{"police/desk-1", "school/office-1", "guards/gatehouse-1"} {
		term, err := school.Terminal(name)
		require.NoError(t, err)
		told, err := term.Await(ctx, func(a wire.Alert) bool { return a.Device == "b-2" })
		require.NoError(t, err, name)
		incident = told.Alert.Incident
	}
	lit(t, school, "b-2", devices.IndicatorStored)
	assert.Zero(t, texts.answers(), "the gateway has answered nothing yet")
	waiting := 0
	for _, d := range liaison.incident(incident).Deliveries {
		if d.Channel == alerting.ChannelSMS {
			assert.NotEqual(t, alerting.Handed, d.State)
			waiting++
		}
	}
	assert.Equal(t, 8, waiting)
}

// A platform confirms what it received by a receipt under its own key.
func TestAPlatformConfirmsWhatItReceived(t *testing.T) {
	type alert struct{ Incident, Delivery string }
	arrived := make(chan alert, 16)
	platform := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		var a alert
		assert.NoError(t, json.NewDecoder(req.Body).Decode(&a))
		arrived <- a
	}))
	t.Cleanup(platform.Close)
	hook := func(name string) string {
		return fmt.Sprintf("  - {name: %s, audience: police, schools: [ziwei-primary], url: %q, secret_file: %q}\n", name, platform.URL, keyFile(t, "the key of "+name))
	}
	r := start(t, with("webhooks:\n", hook("platform"), hook("another-platform")))
	school, liaison := r.school(t), r.as(t, "liaison")
	require.NoError(t, school.Press("b-1"))
	told := <-arrived
	i := liaison.incident(told.Incident)
	owner, other := "platform", "another-platform"
	if delivery(t, i, told.Delivery).Recipient != owner {
		owner, other = other, owner
	}

	body := fmt.Sprintf(`{"incident":%q,"delivery":%q,"status":"received"}`, told.Incident, told.Delivery)
	sign := signature("the key of "+owner, time.Now(), body)
	status, words := r.callBack(t, "/callbacks/webhook/"+owner, sign, body)
	require.Equal(t, http.StatusNoContent, status, words)
	assert.Equal(t, alerting.Received, delivery(t, liaison.incident(told.Incident), told.Delivery).State)

	status, words = r.callBack(t, "/callbacks/webhook/"+owner, sign, body)
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, "replayed", words)
	status, words = r.callBack(t, "/callbacks/webhook/"+other, signature("the key of "+other, time.Now(), body), body)
	assert.Equal(t, http.StatusNotFound, status, "it was not told")
	assert.Equal(t, "unknown message", words)
}
