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

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
)

// A parent who stands at the gate is told by their own telephone what to do
// with the pupils beside them, and when it is over; one who is not there is
// told nothing.
func TestVolunteersAtTheGateAreToldWhatToDo(t *testing.T) {
	var mu sync.Mutex
	got := map[string][]string{}
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var s sent
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&s))
		mu.Lock()
		defer mu.Unlock()
		got[s.To] = append(got[s.To], s.Text)
		_, _ = fmt.Fprint(w, `{"id":"m"}`)
	}))
	t.Cleanup(far.Close)
	g := &gateway{t: t, server: far}
	r := start(t, func(yaml string) string {
		yaml = strings.Replace(manned(yaml), "need: {guard: 3}", "need: {volunteer: 2}", 1)
		return with("gateways:\n"+g.yaml("texts", "sms"), "contacts:\n",
			contact("beat", "police", "assigned-officer", path("sms", beat, "texts")),
			contact("deputy", "school", "deputy", path("sms", deputy, "texts")))(yaml)
	})
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	days := calendar.Span{From: today.Add(-1), To: today.Add(1)}
	text := "日期,岗位,班次,姓名,角色,电话\n"
	for d := days.From; d.Compare(days.To) <= 0; d = d.Add(1) {
		text += d.String() + ",北门护学岗,whole-day,王建国,志愿者,13900000003\n" + d.String() + ",北门护学岗,whole-day,孙女士,志愿者,13900000009\n"
	}
	officer := r.callAs(t, "officer")
	status, bad := officer.upload(text, days)
	require.Equal(t, http.StatusOK, status, bad)
	require.NoError(t, r.school(t).Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	eventually(t, func() bool { return officer.posts().Schools[0].Posts[0].Shifts[0].Present == 1 }, "one is there")

	told := func() string {
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(got["+8613900000003"], "|")
	}
	var raised struct{ ID string }
	require.Equal(t, http.StatusCreated, officer.call("POST", "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": school, "place": "north-gate", "kind": "fire", "mode": "live",
	}, &raised))
	eventually(t, func() bool {
		return strings.Contains(told(), "请带身边学生远离建筑,听保安员指挥,勿拍摄、勿外传")
	}, "what to do")
	assert.NotContains(t, told(), "火")
	require.Equal(t, http.StatusOK, officer.call("POST", "/api/v1/incidents/"+raised.ID+"/resolve", map[string]any{"outcome": "real"}, nil))
	eventually(t, func() bool { return strings.Contains(told(), "解除,谢谢。请到岗位签退") }, "the end")
	mu.Lock()
	defer mu.Unlock()
	for _, s := range got["+8613900000009"] {
		assert.NotContains(t, s, "远离", "who is not there hears nothing of it")
	}
}
