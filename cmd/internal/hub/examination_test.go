package hub_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// presser is a button that is no firmware of ours: it says which mode it is in.
func (r *running) presser(t *testing.T, button string) func(mode string) (id string) {
	t.Helper()
	i := slices.IndexFunc(r.campus.Devices, func(d provision.Device) bool { return d.ID == button })
	require.GreaterOrEqual(t, i, 0)
	d := r.campus.Devices[i]
	user := d.School + "/" + d.ID
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(r.MQTT()).SetClientID("presser").SetUsername(user).SetPassword(d.Password).SetAutoReconnect(false))
	token := client.Connect()
	require.True(t, token.WaitTimeout(patience))
	require.NoError(t, token.Error())
	t.Cleanup(func() { client.Disconnect(100) })
	return func(mode string) string {
		id := uuid.NewString()
		token := client.Publish("campus/"+user+"/alarm", 1, false, fmt.Sprintf(`{"id":%q,"mode":%q,"age_ms":0}`, id, mode))
		require.True(t, token.WaitTimeout(patience))
		require.NoError(t, token.Error())
		return id
	}
}

// page is a page of the console, signed in by the caller's token.
func (c caller) page(path, lang string) string {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base+path, http.NoBody)
	require.NoError(c.t, err)
	req.AddCookie(&http.Cookie{Name: "campushub_session", Value: c.token})
	req.Header.Set("Accept-Language", lang)
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, res.StatusCode, path)
	return string(body)
}

// On a day of examinations a button that is tested is heard and makes no sound,
// no button is overdue for a test, and nobody starts one from a phone; what is
// real sounds as ever. All of it by the calendar of the configuration, which a
// reload changes.
func TestExaminationDaysAreQuietForTests(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	r := start(t, examined(today.Add(-1), today.Add(1)))
	s := r.school(t)
	press := r.presser(t, "b-2")
	officer := r.callAs(t, "officer")
	sound := func(terminal, id string) string {
		return heard(t, s, terminal, func(a wire.Alert) bool { return a.Press == id }).Sound
	}

	test := press("test")
	assert.Equal(t, "none", sound("school/office-1", test))
	assert.Equal(t, "none", sound("guards/gatehouse-1", test))
	live := press("live")
	for _, terminal := range []string{"police/desk-1", "school/office-1", "guards/gatehouse-1"} {
		assert.Empty(t, sound(terminal, live), terminal)
	}

	var tests struct {
		Schools []struct {
			Examination bool
			Buttons     []struct {
				Device      string
				Hub, Police struct {
					Due     *time.Time
					Overdue bool
					PutOff  bool `json:"put_off"`
				}
			}
		}
	}
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/button-tests", nil, &tests))
	require.True(t, tests.Schools[0].Examination)
	for _, b := range tests.Schools[0].Buttons {
		assert.False(t, b.Hub.Overdue || b.Police.Overdue, b.Device)
		assert.Equal(t, b.Device != "b-2", b.Hub.PutOff, "%s: b-2 was tested", b.Device)
		assert.Equal(t, today.Add(2), calendar.On(*b.Police.Due, zone), "the day after the examinations")
	}
	day := fmt.Sprint(today.Add(2))
	assert.Contains(t, officer.page("/devices", "en"), "examination day: test due "+day)
	assert.Contains(t, officer.page("/devices", "zh"), "考试日不测试，顺延至 "+day)
	assert.NotContains(t, officer.page("/devices", "zh"), "逾期")

	var list struct {
		Incidents []struct{ ID, Mode string }
	}
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/incidents?state=open", nil, &list))
	tested := slices.IndexFunc(list.Incidents, func(i struct{ ID, Mode string }) bool { return i.Mode == string(devices.Test) })
	require.GreaterOrEqual(t, tested, 0)
	for lang, words := range map[string][]string{
		"zh": {"通知时无声", "按键报警（考试日，测试无声）"}, "en": {"told without a sound", "Alarm pressed (an examination day: the test makes no sound)"},
	} {
		for _, w := range words {
			assert.Contains(t, officer.page("/incidents/"+list.Incidents[tested].ID, lang), w)
		}
	}

	raise := func(mode string) (int, string) {
		raw, err := json.Marshal(map[string]any{"id": uuid.NewString(), "school": school, "place": "north-gate", "mode": mode})
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.Console()+"/api/v1/incidents", strings.NewReader(string(raw)))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+officer.token)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		var problem struct{ Type string }
		require.NoError(t, json.NewDecoder(res.Body).Decode(&problem))
		return res.StatusCode, problem.Type
	}
	status, kind := raise("test")
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, "urn:campushub:refusal:examination-test", kind)
	status, _ = raise("live")
	assert.Equal(t, http.StatusCreated, status)

	next := *r.cfg
	next.Calendars = map[string]*calendar.Calendar{}
	r.Reload(&next)
	assert.Empty(t, sound("school/office-1", press("test")), "pressed again on any other day")
	assert.Contains(t, officer.page("/devices", "zh"), "警方测试逾期")
	status, _ = raise("test")
	assert.Equal(t, http.StatusCreated, status)
}
