package hub_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// manned gives the school one post that is occupied day and night, and people
// of whom one has a card and one an account.
func manned(yaml string) string {
	return withoutDuty(yaml) + `
duty:
  - schools: [ziwei-primary]
    pattern: primary
    posts:
      - id: r-1
        kind: second-gate
        place: north-gate
        name: {zh: 北门护学岗, en: North gate}
        minimum: []
        windows: [{id: whole-day, hours: 00:00-00:00, on: every, need: {guard: 3}}]
    people:
      - {name: 王建国, card: ` + heldCard + `}
      - {name: 李卫国, account: guard}
`
}

// withoutDuty leaves out the posts of the demonstration.
func withoutDuty(yaml string) string {
	before, rest, ok := strings.Cut(yaml, "\nduty:")
	_, after, more := strings.Cut(rest, "\npolicies:")
	if !ok || !more {
		return yaml
	}
	return before + "\npolicies:" + after
}

// heldCard is the card that the test holds to the reader.
const heldCard = "04a1b2c3"

type posts struct {
	Schools []struct {
		NoRoster bool `json:"no_roster"`
		Posts    []struct {
			ID     string
			Shifts []struct {
				Required, Present, Missing, Open int
				People                           []struct{ Name, Status string }
			}
		}
	}
}

func (c caller) posts() (p posts) {
	c.t.Helper()
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/posts", nil, &p))
	return p
}

// upload sends a sheet as an officer's browser does.
func (c caller) upload(text string, days calendar.Span) (status int, out struct {
	Taken  bool
	Faults []struct {
		Row            int
		Column, Reason string
	}
	Detail string
	Notes  []alerting.Text
}) {
	c.t.Helper()
	q := url.Values{"from": {days.From.String()}, "to": {days.To.String()}}
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+"/api/v1/roster?"+q.Encode(), bytes.NewReader([]byte(text)))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	require.NoError(c.t, json.NewDecoder(res.Body).Decode(&out))
	return res.StatusCode, out
}

// An officer's sheet is taken whole or not at all; a card over MQTT and a phone
// over HTTP check in, and the board says so, also after a restart.
func TestCardsAndPhonesCheckInAtThePostsOfTheRoster(t *testing.T) {
	r := start(t, manned)
	officer, guard, parent := r.callAs(t, "officer"), r.callAs(t, "guard"), r.callAs(t, "parent")
	require.True(t, officer.posts().Schools[0].NoRoster)
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	days := calendar.Span{From: today.Add(-1), To: today.Add(1)}
	row := func(d calendar.Date, name string) string {
		return d.String() + ",北门护学岗,whole-day," + name + ",保安员\n"
	}
	head := "日期,岗位,班次,姓名,角色\n"

	status, bad := officer.upload(head+row(today, "王建国")+today.String()+",西门,早班,李卫国,门卫\n", days)
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.False(t, bad.Taken)
	assert.Len(t, bad.Faults, 2, "every one: %v", bad.Faults)
	require.True(t, officer.posts().Schools[0].NoRoster, "nothing half")
	sheet := head
	for d := days.From; d.Compare(days.To) <= 0; d = d.Add(1) {
		sheet += row(d, "王建国") + row(d, "李卫国")
	}
	status, _ = guard.upload(sheet, days)
	assert.Equal(t, http.StatusForbidden, status)
	status, good := officer.upload(sheet, days)
	require.Equal(t, http.StatusOK, status, good.Faults)

	s := r.school(t)
	require.NoError(t, s.Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	present := func(n int) func() bool {
		return func() bool { return officer.posts().Schools[0].Posts[0].Shifts[0].Present == n }
	}
	eventually(t, present(1), "the card has checked its holder in")

	path, code := "/api/v1/posts/r-1/checkins", r.cfg.Duty[school]
	key, err := os.ReadFile(filepath.Join(filepath.Dir(r.campus.Config), "duty.key"))
	require.NoError(t, err)
	code.Setup.Seed, err = hex.DecodeString(strings.TrimSpace(string(key)))
	require.NoError(t, err)
	assert.Equal(t, http.StatusForbidden, guard.call("POST", path, map[string]any{"id": uuid.NewString(), "code": "000"}, nil))
	assert.Equal(t, http.StatusForbidden, parent.call("POST", path, map[string]any{"id": uuid.NewString(), "code": code.Code("r-1")}, nil))
	assert.Equal(t, http.StatusForbidden, parent.call("GET", "/api/v1/posts", nil, nil))
	assert.Equal(t, http.StatusForbidden, guard.call("GET", "/api/v1/posts", nil, nil), "nobody reads of the others who is missed")
	assert.Equal(t, http.StatusForbidden, guard.call("GET", "/api/v1/roster", nil, nil))
	require.Equal(t, http.StatusOK, guard.call("POST", path, map[string]any{"id": uuid.NewString(), "code": code.Code("r-1")}, nil))
	eventually(t, present(2), "the phone has, too")
	var mine struct {
		Known  bool
		Shifts []struct {
			Here   bool
			Beside []string
		}
	}
	require.Equal(t, http.StatusOK, guard.call("GET", "/api/v1/shifts", nil, &mine))
	assert.True(t, mine.Known && mine.Shifts[0].Here, mine)
	assert.Equal(t, []string{"王建国"}, mine.Shifts[0].Beside)

	call := uuid.NewString()
	require.Equal(t, http.StatusNoContent, officer.call("POST", "/api/v1/roll-calls", map[string]any{"id": call}, nil))
	require.Equal(t, http.StatusNoContent, guard.call("POST", "/api/v1/roll-calls/"+call+"/answers", map[string]any{"help": true}, nil))
	var rolls struct {
		Schools []struct {
			RollCalls []struct{ People map[string]string } `json:"roll_calls"`
		}
	}
	eventually(t, func() bool {
		require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/posts", nil, &rolls))
		return rolls.Schools[0].RollCalls[0].People["王建国"] == "unreached"
	}, "no way to him is known, and the board says so at once")
	assert.Equal(t, map[string]string{"王建国": "unreached", "李卫国": "needs-help"}, rolls.Schools[0].RollCalls[0].People)
	var alarms struct {
		Incidents []struct {
			Kind, Severity, State string
			Place                 struct{ ID string }
		}
	}
	require.Equal(t, http.StatusOK, r.callAs(t, "liaison").call("GET", "/api/v1/incidents?state=open", nil, &alarms))
	require.Len(t, alarms.Incidents, 1, "help is an alarm, and the police see it")
	assert.Equal(t, "emergency", alarms.Incidents[0].Kind)
	assert.Equal(t, "critical", alarms.Incidents[0].Severity)
	assert.Equal(t, "north-gate", alarms.Incidents[0].Place.ID)

	liaison := r.callAs(t, "liaison")
	away := func(back bool) map[string]any { return map[string]any{"name": "王建国", "back": back} }
	assert.Equal(t, http.StatusForbidden, guard.call("POST", "/api/v1/posts/aways", away(false), nil), "or a guard could hide that they are missed")
	assert.Equal(t, http.StatusForbidden, liaison.call("POST", "/api/v1/posts/aways", away(false), nil), "of a guard the school says it")
	assert.Equal(t, http.StatusNotFound, officer.call("POST", "/api/v1/posts/aways", map[string]any{"name": "无此人"}, nil))
	assert.Equal(t, http.StatusUnprocessableEntity, liaison.call("POST", "/api/v1/posts/aways", map[string]any{}, nil), "nobody is named, and the liaison is nobody on the roster")
	require.Equal(t, http.StatusNoContent, officer.call("POST", "/api/v1/posts/aways", away(false), nil))
	require.True(t, present(1)(), "called away")
	assert.Equal(t, "called-away", officer.posts().Schools[0].Posts[0].Shifts[0].People[1].Status)
	require.Equal(t, http.StatusNoContent, officer.call("POST", "/api/v1/posts/aways", away(true), nil))
	require.True(t, present(2)(), "back")

	tomorrow := today.Add(1).String()
	place := func(name string, more ...string) map[string]any {
		out := map[string]any{"date": tomorrow, "post": "r-1", "shift": "whole-day", "name": name}
		for i := 0; i+1 < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	replace := "/api/v1/shifts/replace"
	for want, body := range map[int]map[string]any{
		http.StatusNotFound:            place("无此人", "by", "冯刚"),
		http.StatusUnprocessableEntity: place("王建国", "by", "冯刚", "colour", "red"),
		http.StatusConflict:            {"date": today.Add(-1).String(), "post": "r-1", "shift": "whole-day", "name": "王建国", "by": "冯刚"},
	} {
		assert.Equal(t, want, officer.call("POST", replace, body, nil), body)
	}
	for _, who := range []caller{guard, parent, liaison} {
		assert.Equal(t, http.StatusForbidden, who.call("POST", replace, place("王建国", "by", "冯刚"), nil))
		assert.Equal(t, http.StatusForbidden, who.call("POST", "/api/v1/shifts/swap", map[string]any{"first": place("王建国"), "second": place("李卫国")}, nil))
		assert.Equal(t, http.StatusForbidden, who.call("GET", "/api/v1/roster/changes", nil, nil))
	}
	require.Equal(t, http.StatusNoContent, officer.call("POST", replace, place("王建国", "by", "冯刚", "phone", "13900000001"), nil))
	other := place("李卫国")
	other["date"] = today.String()
	assert.Equal(t, http.StatusConflict, officer.call("POST", "/api/v1/shifts/swap", map[string]any{"first": place("冯刚"), "second": other}, nil), "it has begun")
	var changes struct {
		Changes []struct{ By, What, Shift, Name, Other string }
	}
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/roster/changes", nil, &changes))
	require.Len(t, changes.Changes, 4)
	assert.Equal(t, "replaced", changes.Changes[0].What)
	assert.Equal(t, [3]string{tomorrow + "/r-1/whole-day", "王建国", "冯刚"}, [3]string{changes.Changes[0].Shift, changes.Changes[0].Name, changes.Changes[0].Other})
	assert.NotEmpty(t, changes.Changes[0].By)
	assert.Equal(t, [3]string{"imported", changes.Changes[0].By, days.From.String() + "/" + days.To.String()}, [3]string{changes.Changes[3].What, changes.Changes[3].By, changes.Changes[3].Shift})

	require.Equal(t, http.StatusOK, guard.call("POST", path, map[string]any{"id": uuid.NewString(), "out": true}, nil))
	eventually(t, present(1), "left")
	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer = r.callAs(t, "officer")
	eventually(t, present(1), "on the disk")
	again, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	res, err := http.NewRequestWithContext(again, http.MethodGet, r.Console()+"/api/v1/roster?format=csv&from="+days.From.String()+"&to="+days.To.String(), nil)
	require.NoError(t, err)
	res.Header.Set("Authorization", "Bearer "+officer.token)
	got, err := http.DefaultClient.Do(res)
	require.NoError(t, err)
	defer got.Body.Close()
	var written bytes.Buffer
	_, err = written.ReadFrom(got.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/roster/changes", nil, &changes))
	assert.Equal(t, "took-roster", changes.Changes[0].What)
	status, back := officer.upload(written.String(), days)
	assert.Equal(t, http.StatusOK, status, "what is written is read: %v", back.Faults)
}

// A sheet without entries would leave its days without anybody, and nobody would
// be missed: it is refused, counted, and what the days have is kept. A day that
// a sheet leaves out is named.
func TestASheetCannotEmptyDaysInSilence(t *testing.T) {
	r := start(t, manned)
	officer := r.callAs(t, "officer")
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	days := calendar.Span{From: today, To: today.Add(1)}
	head := "日期,岗位,班次,姓名,角色\n"
	row := func(d calendar.Date) string { return d.String() + ",北门护学岗,whole-day,王建国,保安员\n" }
	status, _ := officer.upload(head+row(today)+row(today.Add(1)), days)
	require.Equal(t, http.StatusOK, status)

	counted := `campushub_api_refused_total{reason="invalid"} `
	assert.Contains(t, r.metrics(t), counted+"0\n")
	status, refused := officer.upload(head, days)
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, refused.Detail, "no entry")
	assert.Contains(t, r.metrics(t), counted+"1\n")
	require.False(t, officer.posts().Schools[0].NoRoster, "what the days have is kept")

	status, taken := officer.upload(head+row(today), days)
	require.Equal(t, http.StatusOK, status)
	require.Len(t, taken.Notes, 2, "%v", taken.Notes)
	assert.Contains(t, taken.Notes[0].EN, today.Add(1).String()+" had people")
	assert.Contains(t, taken.Notes[1].ZH, "缺保安员 2 人")
}
