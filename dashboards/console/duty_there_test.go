package console_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/dashboards/api/apitest"
)

// A guard reads who is at which post of the own school, and nothing else of the
// roster: no number, nobody who was missed or stands in. Whoever is no guard, or
// on no roster, reads of no post but their own.
func TestAGuardReadsWhoIsAtWhichPostAndNothingElseOfTheRoster(t *testing.T) {
	h, of := startDuty(t, todayAlone, func(s *watch.School) {
		s.Setup.Posts = append(s.Setup.Posts, duty.Post{
			ID: "east", Place: "east-gate", Name: alerting.Text{ZH: "东门护学岗", EN: "East gate"},
			Windows: []duty.Window{{ID: "day", To: 24 * 60, Gate: -1, On: duty.Every, Need: duty.Need{duty.Volunteer: 1, duty.Teacher: 1}}},
		})
		s.People = append(s.People, watch.Person{Name: "赵妈妈", Account: "volunteer-1"}, watch.Person{Name: "钱老师", Account: "staff-1"}, watch.Person{Name: "孙替岗"})
	})
	day := calendar.On(time.Now(), of.Zone).String()
	officer := h.as("officer-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload("日期,岗位,班次,姓名,角色,电话,替岗\n"+
		day+",北门护学岗,day,王建国,保安员,13900000001,孙替岗\n"+day+",北门护学岗,day,李卫国,保安员,13900000003,\n"+
		day+",东门护学岗,day,赵妈妈,家长,13900000004,\n"+day+",东门护学岗,day,钱老师,教职工,13900000005,\n").status)
	guard, volunteer, staff := h.as("guard-1", "zh"), h.as("volunteer-1", "zh"), h.as("staff-1", "zh")
	section := func() string { return between(t, guard.get("/shift").html, `id="manned"`, "</section>") }
	says(t, section(), "东门护学岗</dt><dd>无人签到")
	check := func(b *browser, post string) {
		require.Equal(t, "/shift", b.post("/shift/check", "id", uuid.NewString(), "school", apitest.School, "post", post, "code", of.PIN(post)).path)
	}
	check(volunteer, "east")
	check(guard, "north")
	says(t, section(), "赵妈妈 · ")
	says(t, section(), "王建国 · 保安员")
	lacks(t, section(), "钱老师", "who is not there")
	says(t, guard.get("/api/v1/shifts").html, `{"name":"赵妈妈","role":"volunteer","since":"`)

	for _, path := range []string{"/shift", "/api/v1/shifts", "/posts", "/posts/day", "/api/v1/posts", "/roster", "/api/v1/roster", "/", "/hazards", "/raise"} {
		page := guard.get(path).html
		for _, word := range []string{"1390000", "李卫国", "孙替岗", "钱老师", "not-there"} {
			lacks(t, page, word, path)
		}
	}
	for _, b := range []*browser{volunteer, staff, officer} {
		lacks(t, b.get("/shift").html, `id="manned"`)
		says(t, b.get("/api/v1/shifts").html, `"posts":[]`)
		lacks(t, b.get("/shift").html, "王建国", "who stands at another post")
	}
	stranger, _ := startDuty(t, func(s *watch.School) { s.People = nil })
	assert.NotContains(t, stranger.as("guard-1", "zh").get("/shift").html, `id="manned"`, "who is on no roster")
}
