package hub_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// The telephones of the guards at either gate.
const (
	northGuard = "+8613900000031"
	southGuard = "+8613900000032"
)

// twoGates gives the school a guard's post at either gate, each with a reader.
func twoGates(yaml string) string {
	post := func(id, place, name string) string {
		return fmt.Sprintf("      - {id: %s, kind: second-gate, place: %s, name: {zh: %s, en: Gate}, minimum: [],\n"+
			"         windows: [{id: whole-day, hours: 00:00-00:00, on: every, need: {guard: 1}}]}\n", id, place, name)
	}
	return withoutDuty(yaml) + "\nduty:\n  - schools: [ziwei-primary]\n    pattern: primary\n    posts:\n" +
		post("r-1", "north-gate", "北门护学岗") + post("r-2", "south-gate", "南门护学岗") +
		"    people:\n      - {name: 王建国, card: 04a1b2c3}\n      - {name: 李卫国, card: 04d4e5f6}\n"
}

// told lists whom of the guards an open incident of a device was told to, by its
// deliveries; nil while there is none.
func (p person) told(kind alerting.Kind, device string) []string {
	p.t.Helper()
	var got struct{ Incidents []alerting.Incident }
	require.Equal(p.t, http.StatusOK, p.do(http.MethodGet, "/api/v1/incidents?state=open", nil, &got))
	var out []string
	for _, i := range got.Incidents {
		if i.Kind != kind || i.Device != device {
			continue
		}
		for _, d := range p.incident(i.ID).Deliveries {
			if d.Audience == alerting.Guards {
				out = append(out, d.Recipient)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// A button that is not heard any more is told to the guard who stands at its
// place, and to no other: who that is, the roster and a card say. Of a place where
// nobody stands all of them are told.
func TestALostButtonIsToldToTheGuardAtItsPlace(t *testing.T) {
	waits(t)
	g := newGateway(t, nil)
	r := start(t, func(yaml string) string {
		return impatient(twoGates(yaml)) + "gateways:\n" + g.yaml("texts", "sms") + "contacts:\n" +
			contact("beat", "police", "assigned-officer", path("sms", beat, "texts")) +
			contact("north", "guards", "guard", path("sms", northGuard, "texts")) +
			contact("south", "guards", "guard", path("sms", southGuard, "texts"))
	})
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	sheet := "日期,岗位,班次,姓名,角色,电话\n"
	for _, d := range []calendar.Date{today, today.Add(1)} { // the test may run over midnight
		sheet += d.String() + ",北门护学岗,whole-day,王建国,保安员," + northGuard + "\n" +
			d.String() + ",南门护学岗,whole-day,李卫国,保安员," + southGuard + "\n"
	}
	officer := r.callAs(t, "officer")
	status, bad := officer.upload(sheet, calendar.Span{From: today, To: today.Add(1)})
	require.Equal(t, http.StatusOK, status, bad)

	online := map[string]mqtt.Client{}
	for _, d := range r.named("b-1", "b-2", "b-4", "r-1", "r-2", "g-1") {
		online[d.ID] = r.device(t, d)
	}
	alive(t, online["r-1"], online["r-2"], online["g-1"])
	buttons := map[string]func(){}
	for _, id := range []string{"b-1", "b-2", "b-4"} {
		buttons[id] = alive(t, online[id])
	}
	for reader, card := range map[string]string{"r-1": "04a1b2c3", "r-2": "04d4e5f6"} {
		say(t, online[reader], "checkin", fmt.Sprintf(`{"id":%q,"post":%q,"card":%q}`, uuid.NewString(), reader, card))
	}
	eventually(t, func() bool {
		at := officer.posts().Schools[0].Posts
		return at[0].Shifts[0].Present == 1 && at[1].Shifts[0].Present == 1
	}, "one at either gate")

	desk := r.as(t, "officer")
	lose := func(id string) (guards []string) {
		buttons[id]()
		eventually(t, func() bool { guards = desk.told("button-lost", id); return len(guards) > 0 }, id)
		return guards
	}
	assert.Equal(t, []string{"north"}, lose("b-1"), "at the north gate")
	for !strings.Contains(g.to(northGuard).Text, "报警按钮失联") { // what else comes there is a reminder
	}
	assert.Equal(t, []string{"south"}, lose("b-2"), "at the south gate")
	assert.Subset(t, lose("b-4"), []string{"north", "south"}, "nobody stands at the gatehouse")
}
