package hub_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// relief is the number of who stands in.
const relief = "+8613900000009"

// byDay is a zone in which it is day, outside the quiet hours.
func byDay(t *testing.T) *time.Location {
	t.Helper()
	for _, name := range []string{"Asia/Shanghai", "Europe/London", "America/Los_Angeles"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		if h := time.Now().In(zone).Hour(); h >= 8 && h < 20 {
			return zone
		}
	}
	require.FailNow(t, "it is night everywhere")
	return nil
}

// missedShifts lists the open incidents of people who did not come.
func (p person) missedShifts() []alerting.Incident {
	p.t.Helper()
	var got struct{ Incidents []alerting.Incident }
	require.Equal(p.t, http.StatusOK, p.do(http.MethodGet, "/api/v1/incidents?state=open", nil, &got))
	var out []alerting.Incident
	for _, i := range got.Incidents {
		if i.Kind == "post-missed" {
			out = append(out, p.incident(i.ID))
		}
	}
	return out
}

// Two guards do not come: the substitute of the one is told by text message, the
// substitute of the other is nobody whom the hub can reach, and their incident
// says so; both stand over a restart. It takes half a minute: nothing is raised
// for so long after a roster has come.
func TestTheSubstituteOfTheRosterIsTold(t *testing.T) {
	waits(t)
	g, zone := newGateway(t, nil), byDay(t)
	r := start(t, func(yaml string) string {
		yaml = strings.Replace(manned(yaml), "zone: Asia/Shanghai", "zone: "+zone.String(), 1)
		yaml = strings.Replace(yaml, "    pattern: primary\n", "    pattern: primary\n    times: {grace: 1, settle: 1}\n", 1)
		return with("gateways:\n"+g.yaml("texts", "sms"), "contacts:\n",
			contact("beat", "police", "assigned-officer", path("sms", beat, "texts")),
			contact("relief", "guards", "guard", path("sms", relief, "texts")))(yaml)
	})
	today := calendar.On(time.Now(), zone)
	row := func(d calendar.Date, name, phone, substitute string) string {
		return d.String() + ",北门护学岗,whole-day," + name + ",保安员," + phone + "," + substitute + "\n"
	}
	sheet := "日期,岗位,班次,姓名,角色,电话,替岗\n" + row(today, "王建国", "", "周强") + row(today, "陈涛", "", "钱进") + row(today.Add(1), "周强", "139 0000 0009", "")
	status, bad := r.callAs(t, "officer").upload(sheet, calendar.Span{From: today, To: today.Add(1)})
	require.Equal(t, http.StatusOK, status, bad)

	officer := r.as(t, "officer")
	var missed []alerting.Incident
	require.Eventually(t, func() bool { missed = officer.missedShifts(); return len(missed) == 2 }, watch.Settling+2*patience, 100*time.Millisecond)
	for {
		if s := g.to(relief); strings.Contains(s.Text, "未到岗") { // what else comes there is a reminder
			break
		}
	}
	first := func() (told, untold int) {
		for _, i := range officer.missedShifts() {
			says := said(i)[0]
			assert.NotContains(t, says, "周强", "nobody is named by their name")
			switch {
			case strings.Contains(says, "按值班表通知：替岗人员（relief）"):
				told++
				sms := 0
				for _, d := range i.Deliveries {
					if d.Recipient == "relief" && d.Channel == alerting.ChannelSMS && d.Audience == alerting.Guards {
						sms++
					}
				}
				assert.Equal(t, 1, sms, "once, in the incident's deliveries")
			case strings.Contains(says, "值班表上的人未能通知：替岗人员（没有联系方式"):
				untold++
			}
		}
		return told, untold
	}
	told, untold := first()
	assert.Equal(t, [2]int{1, 1}, [2]int{told, untold})

	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer = r.as(t, "officer")
	told, untold = first()
	assert.Equal(t, [2]int{1, 1}, [2]int{told, untold}, "over a restart")
}
