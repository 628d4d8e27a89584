package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// unseen is a post without a grace that has not been seen for two days, or a school.
func unseen(link bool) (walked, func(*watch.School)) {
	s := duty.Sight{Posts: map[string]time.Time{}}
	if since := time.Now().Add(-48 * time.Hour); link {
		s.Link = since
	} else {
		s.Posts["north"] = since
	}
	return walked{sight: s}, func(of *watch.School) { of.Setup.Times.Grace, of.Setup.Times.Settle = 0, 0 }
}

// The page says of a post whose card reader is lost that nobody can tell, since when
// and what to do, and of nobody there that they are missed; so does the API.
func TestAPostThatCannotBeSeenSaysSo(t *testing.T) {
	for link, says2 := range map[bool][2]string{
		false: {"Card reader lost since", "读卡器自"},
		true:  {"Link of the school cut since", "学校链路自"},
	} {
		past, change := unseen(link)
		h, of := startDutyAfter(t, past, change)
		officer := h.as("officer-1", "en")
		day := calendar.On(time.Now(), of.Zone).String()
		sheet := "日期,岗位,班次,姓名,角色,电话\n" + day + ",北门护学岗,day,王建国,保安员,13900000001\n" + day + ",北门护学岗,day,李卫国,保安员,\n"
		require.Equal(t, http.StatusOK, officer.upload(sheet).status)
		require.Eventually(t, func() bool { return strings.Contains(officer.get("/posts").html, says2[0]) }, patience, 100*time.Millisecond)
		page := officer.get("/posts").html
		says(t, page, `data-state="cannot-tell"`)
		says(t, page, "cannot tell: telephone")
		says(t, page, "李卫国 · school guard · cannot tell, not checked in")
		says(t, page, `Cannot tell whether they are at their post, telephone: 李卫国, 王建国 <a href="tel:13900000001">13900000001</a>`)
		lacks(t, h.as("liaison-1", "en").get("/posts").html, "13900000001")
		lacks(t, page, "· missed")
		lacks(t, page, ">uncovered<")
		says(t, h.as("officer-1", "zh").get("/posts").html, says2[1])
		says(t, officer.get("/today").html, "North gate · "+says2[0])
		assert.Equal(t, link, strings.Contains(page, "The school&#39;s link is cut since"), "the whole school")
	}
}
