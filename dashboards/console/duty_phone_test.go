package console_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/dashboards/api/apitest"
)

// switchedOff is a way on which nobody is reached.
type switchedOff struct{}

func (switchedOff) Nudge(_ watch.Nudge, done func(error)) error {
	go done(errors.New("switched off"))
	return nil
}

// Whom the roll could not be put to is telephoned from the page, which says when
// it was called: the officer has the numbers of the roster, the station those of
// the police alone, and a number that cannot be dialled is no link.
func TestWhoIsToBeTelephonedStandsThereWithTheirNumber(t *testing.T) {
	h, of := startDutyBy(t, walked{}, switchedOff{}, func(of *watch.School) {
		of.Setup.Posts[0].Windows[0].Need = duty.Need{duty.Guard: 2, duty.Police: 1}
		of.People = append(of.People, watch.Person{Name: "周警官", Account: "liaison-1"}, watch.Person{Name: "钱老师", Account: "staff-1"})
		of.Setup.Posts[0].Windows[0].Need[duty.Teacher] = 1
	})
	officer := h.as("officer-1", "zh")
	day := calendar.On(time.Now(), of.Zone).String()
	row := func(who, role, number string) string {
		return day + ",北门护学岗,day," + who + "," + role + "," + number + "\n"
	}
	require.Equal(t, http.StatusOK, officer.upload("日期,岗位,班次,姓名,角色,电话\n"+
		row("王建国", "保安员", "139 0000-0001")+row("周警官", "护学民警", "13900000002")+row("钱老师", "教职工", "8001 转 2")).status)
	for _, who := range []string{"guard-1", "liaison-1", "staff-1"} {
		require.Equal(t, "/shift", h.as(who, "zh").post("/shift/check", "id", uuid.NewString(), "school", apitest.School, "post", "north", "code", of.PIN("north")).path)
	}
	require.Equal(t, "/posts", officer.post("/posts/roll-call", "id", uuid.NewString(), "school", apitest.School).path)
	var page string
	require.Eventually(t, func() bool {
		page = officer.get("/posts").html
		return strings.Count(page, "未送达，请改用电话") == 3
	}, patience, 20*time.Millisecond)
	assert.Regexp(t, `<h3>岗位点名 <small>\d\d:\d\d:\d\d</small></h3>`, page)
	says(t, page, `王建国 · 未送达，请改用电话 <a href="tel:13900000001">139 0000-0001</a>`)
	says(t, page, `周警官 · 未送达，请改用电话 <a href="tel:13900000002">13900000002</a>`)
	says(t, page, `钱老师 · 未送达，请改用电话 8001 转 2</li>`)

	station := h.as("liaison-1", "zh").get("/posts").html
	says(t, station, `周警官 · 未送达，请改用电话 <a href="tel:13900000002">13900000002</a>`)
	says(t, station, `王建国 · 未送达，请改用电话</li>`)
	lacks(t, station, "0001", "the roster is the school's")
	lacks(t, station, "8001")
	assert.Equal(t, map[string]string{"王建国": "139 0000-0001", "周警官": "13900000002", "钱老师": "8001 转 2"}, numbers(officer))
	assert.Equal(t, map[string]string{"周警官": "13900000002"}, numbers(h.as("liaison-1", "en")))
	for _, who := range []string{"guard-1", "volunteer-1", "staff-1", "parent-1"} {
		b := h.browser("zh")
		b.post("/sign-in", "name", who, "password", apitest.Password)
		for _, path := range []string{"/posts", "/shift", "/api/v1/posts", "/api/v1/shifts"} {
			lacks(t, b.get(path).html, "13900000002", who, path)
		}
	}
}

// numbers are those of the first board that the API gives a reader.
func numbers(b *browser) map[string]string {
	b.t.Helper()
	var out struct {
		Schools []struct{ Phones map[string]string }
	}
	require.NoError(b.t, json.Unmarshal([]byte(b.get("/api/v1/posts").html), &out))
	require.NotEmpty(b.t, out.Schools)
	return out.Schools[0].Phones
}
