package hub_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// A shift that begins now: who is not there is reminded by a text message, the
// one at the number of the contact that they are, the other at the number on
// the roster, each once.
func TestPeopleAreRemindedOfTheirShiftsByTextMessage(t *testing.T) {
	if testing.Short() {
		t.Skip("nothing is sent for 30 s after a start")
	}
	waits(t)
	var mu sync.Mutex
	got, ids, references := map[string]string{}, map[string]int{}, map[string]string{}
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var s sent
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&s))
		mu.Lock()
		defer mu.Unlock()
		got[s.To] = s.Text
		ids[s.Reference]++
		references[s.To] = s.Reference
		_, _ = fmt.Fprint(w, `{"id":"m"}`)
	}))
	t.Cleanup(far.Close)
	g := &gateway{t: t, server: far}
	zone := farFromMidnight(t)
	now := time.Now().In(zone)
	from, to := now.Format("15:04"), "00:00"
	r := start(t, func(yaml string) string {
		yaml = strings.Replace(yaml, "zone: Asia/Shanghai", "zone: "+zone.String(), 1)
		yaml = strings.Replace(manned(yaml), "hours: 00:00-00:00", "hours: "+from+"-"+to, 1)
		return with("gateways:\n"+g.yaml("texts", "sms"), "contacts:\n",
			contact("beat", "police", "assigned-officer", path("sms", beat, "texts")),
			contact("deputy", "school", "deputy", path("sms", deputy, "texts")))(yaml)
	})
	today := calendar.On(now, zone)
	row := func(name, phone string) string {
		return today.String() + ",北门护学岗,whole-day," + name + ",保安员," + phone + "\n"
	}
	officer := r.callAs(t, "officer")
	status, bad := officer.upload("日期,岗位,班次,姓名,角色,电话\n"+row("王建国", "13900000003")+row("李卫国", "139 0000 0009"), calendar.Span{From: today, To: today})
	require.Equal(t, http.StatusOK, status, bad)
	told := func() map[string]string {
		mu.Lock()
		defer mu.Unlock()
		out := map[string]string{}
		for to, text := range got {
			out[to] = text
		}
		return out
	}
	require.Eventually(t, func() bool { return len(told()) == 2 }, watch.Settling+2*patience, 50*time.Millisecond)
	assert.Contains(t, told(), deputy)
	assert.Contains(t, told()["+8613900000009"], "北门护学岗")
	var board struct {
		Schools []struct{ Unreached []string }
	}
	unreached := func() []string {
		require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/posts", nil, &board))
		return board.Schools[0].Unreached
	}
	assert.Empty(t, unreached(), "both were accepted")
	mu.Lock()
	reference := references["+8613900000009"]
	mu.Unlock()
	r.report(t, "/callbacks/sms/texts/status", `{"reference":%q,"status":"failed","reason":"switched off"}`, reference)
	eventually(t, func() bool { return len(unreached()) == 1 }, "the gateway could not deliver it")
	assert.Equal(t, []string{"李卫国"}, unreached())
	body := fmt.Sprintf(`{"reference":%q,"status":"received"}`, reference)
	status, _ = r.callBack(t, "/callbacks/sms/texts/status", signature(callbackKey, time.Now(), body), body)
	assert.Equal(t, http.StatusNotFound, status, "each is heard once")
	body = `{"from":"+8613900000009","text":"1"}`
	status, _ = r.callBack(t, "/callbacks/sms/texts/reply", signature(callbackKey, time.Now(), body), body)
	assert.Equal(t, http.StatusNotFound, status, "an answer to a reminder takes nothing on")
	require.NoError(t, r.stop())
	mu.Lock()
	for id, n := range ids {
		assert.Equal(t, 1, n, id)
	}
	assert.Len(t, ids, 2)
	mu.Unlock()
}

// farFromMidnight is a zone in which a shift that begins now lasts for hours.
func farFromMidnight(t *testing.T) *time.Location {
	t.Helper()
	for _, name := range []string{"Asia/Shanghai", "Europe/London"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		if time.Now().In(zone).Hour() < 20 {
			return zone
		}
	}
	require.FailNow(t, "it is night everywhere")
	return nil
}
