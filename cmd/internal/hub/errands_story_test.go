package hub_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/cmd/internal/config"
)

// inbox is an SMS gateway's double that keeps all that it is handed.
type inbox struct {
	*httptest.Server
	mu  sync.Mutex // guards got
	got []sent
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	b := &inbox{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var s sent
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&s))
		b.mu.Lock()
		b.got = append(b.got, s)
		b.mu.Unlock()
		_, _ = fmt.Fprintf(w, `{"id":%q}`, uuid.NewString())
	}))
	t.Cleanup(b.Close)
	return b
}

// to lists the texts to a number in which words stand.
func (b *inbox) to(number, words string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, s := range b.got {
		if s.To == number && strings.Contains(s.Text, words) {
			out = append(out, s.Text)
		}
	}
	return out
}

const (
	safety = "+8613900000011"
	head   = "+8613900000012"
)

// letters are those of a school day: to whom, and the words by which each is known.
var letters = []struct{ name, number, words string }{
	{"SCH-05 to who may release", safety, "家长通知待审核"},
	{"SCH-06 to the officer", safety, "暂缓开门"},
	{"SCH-06 to the duty leader", head, "暂缓开门"},
	{"the daily summary", safety, "【每日汇总】"},
	{"the daily summary to the duty leader", head, "【每日汇总】"},
	{"the first report is to be made", safety, "【待报】"},
	{"the first report is to be made, to the duty leader", head, "【待报】"},
	{"the first report is overdue", safety, "【首报超时】"},
	{"the first report is overdue, to the duty leader", head, "【首报超时】"},
}

// lettered is a school on a day of lessons, with a gate that nobody stands at, two
// people who have telephones, and quick reports.
func lettered(zone *time.Location, today calendar.Date, g *gateway, summary string) func(yaml string) string {
	return func(yaml string) string {
		yaml = strings.Replace(withoutDuty(yaml), "zone: Asia/Shanghai", "zone: "+zone.String(), 1)
		return with(
			"    reports: {first: 60, remind: 55}\n    digest: {at: \""+summary+"\"}\n    escalation: {E3: {digest: 1}}\n",
			"calendar:\n  schools:\n    - {schools: [ziwei-primary], days: [{date: "+today.String()+", type: lesson}]}\n",
			`duty:
  - schools: [ziwei-primary]
    pattern: primary
    times: {grace: 1, settle: 1}
    timetables: [{windows: [{id: all-day, hours: 06:00-22:00, gate: "06:00"}]}]
    posts: [{id: north, kind: second-gate, place: north-gate, name: {zh: 北门护学岗, en: North gate}}]
`,
			"gateways:\n"+g.yaml("texts", "sms"), "contacts:\n",
			strings.Replace(contact("safety", "school", "officer, named-person", "{channel: console, address: officer}", path("sms", safety, "texts")), "paths:", "named: true, paths:", 1),
			contact("head", "school", "duty-leader", path("sms", head, "texts")),
			contact("beat", "police", "assigned-officer", path("sms", beat, "texts")),
		)(yaml)
	}
}

// A day's letters beside the alarms reach their people over the school's gateway,
// each once, and none of them again after a restart. It takes two minutes: a notice
// waits for half of one before anybody is told, and a report is due after one.
func TestTheLettersOfASchoolDayReachTheirPeopleOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("a report is due after a minute at the earliest")
	}
	waits(t)
	box, zone := newInbox(t), byDay(t)
	g := &gateway{t: t, server: box.Server}
	today := calendar.On(time.Now(), zone)
	r := start(t, lettered(zone, today, g, "21:30"))
	officer := r.client(t, "officer")
	raise := func(kind string) string {
		return officer.do(http.MethodPost, "/api/v1/incidents", map[string]any{
			"id": uuid.NewString(), "school": "ziwei-primary", "place": "north-gate", "kind": kind,
		}, http.StatusCreated)["id"].(string)
	}
	sheet := "日期,岗位,班次,姓名,角色,电话\n" + today.String() + ",北门护学岗,all-day,王建国,保安员,\n"
	status, bad := r.callAs(t, "officer").upload(sheet, calendar.Span{From: today, To: today})
	require.Equal(t, http.StatusOK, status, bad)
	raise("hazard")
	officer.do(http.MethodPost, "/api/v1/incidents/"+raise("fire")+"/release", map[string]any{
		"step": "draft", "text": "PAR-01", "next": time.Now().Add(30 * time.Minute).UTC(),
	}, http.StatusOK)
	for n, l := range letters {
		require.Eventually(t, func() bool { return len(box.to(l.number, l.words)) > 0 }, watch.Settling+2*patience, 100*time.Millisecond, l.name)
		if n == 0 { // by then the hazard has been open for the second after which a summary has it
			r.summaryAt(t, time.Now().In(zone).Format("15:04"))
		}
	}
	t.Log(box.all())
	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	// Who is named within a shift is told once the watch raises again, long after
	// the first looks at what else is to be told.
	r.client(t, "officer").do(http.MethodPost, "/api/v1/shifts/replace", map[string]any{
		"date": today.String(), "post": "north", "shift": "all-day", "name": "王建国", "by": "冯刚", "phone": relief,
	}, http.StatusNoContent)
	require.Eventually(t, func() bool { return len(box.to(relief, "替岗")) > 0 }, watch.Settling+2*patience, 100*time.Millisecond)
	for _, l := range letters {
		assert.Len(t, box.to(l.number, l.words), 1, l.name)
	}
}

// summaryAt moves the time of the daily summary, as an officer does.
func (r *running) summaryAt(t *testing.T, clock string) {
	t.Helper()
	text, err := os.ReadFile(r.campus.Config)
	require.NoError(t, err)
	moved := strings.Replace(string(text), "digest: {at: \"21:30\"}", "digest: {at: \""+clock+"\"}", 1)
	require.NotEqual(t, string(text), moved)
	require.NoError(t, os.WriteFile(r.campus.Config, []byte(moved), 0o644))
	cfg, err := config.Load(r.campus.Config)
	require.NoError(t, err)
	r.Reload(cfg)
}

func (b *inbox) all() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, s := range slices.Clone(b.got) {
		out = append(out, s.To+" "+s.Text)
	}
	return strings.Join(out, "\n")
}
