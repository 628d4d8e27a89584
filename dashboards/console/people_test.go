package console_test

import (
	"log/slog"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// carried is a lane whose far side takes everything but what goes to desk-2.
type carried struct{ to *trial.Desk }

func (c carried) Tell(m deliver.Message) {
	if m.Recipient == "desk-2" {
		c.to.Report(m.Progress(alerting.Planned, alerting.NotConnected, time.Now()))
		return
	}
	c.to.Report(m.Progress(alerting.Handed, "", time.Now()))
}

// nobodyElse is connected but the police desk-1.
type nobodyElse struct{}

func (nobodyElse) Terminal(user string) bool { return user == "police/desk-1" }

func (nobodyElse) Console(string) bool { return false }

func waysOf(t *testing.T, store *office.Store, dir func() *people.Directory) *trial.Desk {
	t.Helper()
	d := trial.New(trial.Deps{Store: store, People: dir, Log: slog.New(slog.DiscardHandler)})
	d.Connect(carried{d})
	return d
}

// twoDesks is the campus with a second police desk, and a public sign.
func twoDesks() *people.Directory {
	l := people.Lists{
		Schools: campus.Schools(), Devices: campus.Devices(), Accounts: campus.AccountsOf(apitest.School),
		Terminals: append([]people.Terminal{
			{Audience: alerting.Police, ID: "desk-2", Schools: []string{apitest.School}, Via: alerting.ViaCellular},
			{Audience: alerting.Guards, ID: "sign", Schools: []string{apitest.School}, Via: alerting.ViaLAN, Public: true},
		}, campus.TerminalsOf(apitest.School)...),
		Contacts: []people.Contact{{
			Name: "leader", Title: alerting.Text{ZH: "值班校长 <b>", EN: "Head on duty <b>"}, Audience: alerting.School, Schools: []string{apitest.School}, Duties: []people.Duty{people.DutyDutyLeader},
			Paths: []people.Path{{Channel: alerting.ChannelSMS, Via: alerting.ViaInternet, Address: "+8613900000001", Gateway: "texts"}},
		}},
		Gateways: []people.Gateway{{Name: "texts", Channel: alerting.ChannelSMS, Via: alerting.ViaInternet}},
	}
	return people.New(l)
}

var formID = regexp.MustCompile(`name="id" value="([0-9a-f-]{36})"`)

// press tests a way as the page's button does.
func (b *browser) press(way string) shown {
	b.t.Helper()
	id := formID.FindStringSubmatch(b.get("/people").html)
	require.NotNil(b.t, id)
	return b.post("/people/tests", "id", id[1], "school", apitest.School, "reason", "changed", "way", way)
}

func TestAnOfficerSeesWhomAlarmsReachAndTestsAWay(t *testing.T) {
	h := startAt(t, twoDesks(), nil, nil, nil)
	b := h.as("officer-1", "en")
	says(t, b.get("/").html, `href="/people"`)
	page := b.get("/people").html
	for _, words := range []string{"Head on duty &lt;b&gt;", "duty leader · leader", "••••0001", "SMS", "internet", "not yet tried", "deaf: only handing over can be known", "nothing has got through yet", "The public sees it: no test.", "school: nobody of", "have a contact with a telephone configured", "No way has been tested yet."} {
		says(t, page, words)
	}
	for _, words := range []string{"13900000001", "desk-1", "desk-2", "named-1"} {
		lacks(t, page, words)
	}
	done := b.press("school/sms/leader")
	assert.Equal(t, "/people", done.path)
	says(t, done.html, `data-state="handed"`)
	assert.Regexp(t, `Test of [0-9:]{8} by officer-1: handed over after [0-9.]+ s`, done.html)
	says(t, done.html, "new person or number")
	assert.Regexp(t, `[0-9]+ s ago handed over, by a test`, done.html)
	says(t, b.press("school/sms/leader").html, "Not tested: this way was tested just now. Wait 2 minutes.")
	says(t, b.press("guards/mqtt/sign").html, "Not tested: this way has no test of its own.")
	for _, way := range []string{"police/mqtt/desk-1", "school/sms/nobody"} {
		says(t, b.press(way).html, "nobody is told this way any more", way)
	}
	for _, wrong := range [][]string{{"way", "school/sms"}, {"way", "school/sms/leader", "id", "7"}, {"way", "school/sms/leader", "id", uuid.NewString()}} {
		says(t, b.post("/people/tests", wrong...).html, "Not tested: say why.", wrong)
	}
}

func TestALiaisonTestsTheDesksAndNobodyElseIsLedThere(t *testing.T) {
	h := startAt(t, twoDesks(), nil, nil, nil)
	b := h.as("liaison-1", "zh")
	page := b.get("/people").html
	says(t, page, "未连接")
	lacks(t, page, "••••0001")
	failed := b.press("police/mqtt/desk-2").html
	assert.Regexp(t, `liaison-1 的测试：0\.[0-9]{2} 秒后未送达。报警也无法经此通道送达。`, failed)
	says(t, failed, `<small>未连接</small>`)
	for _, other := range []string{"guard-1", "admin-1", "parent-1", "staff-1"} {
		o := h.as(other, "en")
		assert.Equal(t, http.StatusForbidden, o.get("/people").status, other)
		assert.Equal(t, http.StatusForbidden, o.post("/people/tests", "id", uuid.NewString(), "school", apitest.School, "reason", "x", "way", "guards/mqtt/sign").status, other)
		lacks(t, o.get("/").html, `href="/people"`, other)
	}
	assert.Equal(t, http.StatusNotFound, b.get("/people?school="+apitest.Other).status)
}

func TestNoTestIsOfferedWhileAnAlarmIsOpen(t *testing.T) {
	h := startAt(t, twoDesks(), nil, nil, nil)
	press(h, "b-1", devices.Emergency)
	b := h.as("officer-1", "en")
	page := b.get("/people").html
	says(t, page, "An alarm is open: nothing is tested until it is resolved.")
	says(t, page, `aria-label="Test: SMS, leader" disabled`)
	says(t, b.press("school/sms/leader").html, "Not tested: an alarm is open.")
}
