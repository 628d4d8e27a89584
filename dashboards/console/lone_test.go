package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/dashboards/api/apitest"
)

// The question to whoever watches alone appears on their page without their
// doing anything, and one tap answers it; until they read it the officer's page
// says that nobody could ask them.
func TestWhoeverWatchesAloneAnswersWithOneTap(t *testing.T) {
	h, of := startDuty(t, func(of *watch.School) {
		of.Setup.Posts[0].Watched = true
		of.Setup.Times.Lone = duty.Lone{To: 24 * 60, Every: 3 * time.Second, First: time.Second, Second: time.Minute}
	})
	require.Equal(t, http.StatusOK, h.as("officer-1", "zh").upload(strings.ReplaceAll(today(of, "day"), "李卫国", "赵红军")).status)
	officer, guard := h.as("officer-1", "zh"), h.as("guard-1", "zh")
	lacks(t, guard.get("/shift").html, `http-equiv="refresh"`)
	in := guard.post("/shift/check", "id", uuid.NewString(), "school", apitest.School, "post", "north", "code", of.PIN("north"))
	require.Equal(t, http.StatusOK, in.status)
	says(t, guard.get("/shift").html, `http-equiv="refresh"`)
	lacks(t, guard.get("/shift").html, "一切正常")
	require.Eventually(t, func() bool {
		return strings.Contains(officer.get("/posts").html, "单人值守应答请求未送达，请改用电话：王建国")
	}, 10*time.Second, 50*time.Millisecond)
	page := guard.get("/shift").html
	says(t, page, "请应答：你的岗位是否一切正常？")
	says(t, page, `<button class="main">一切正常</button>`)
	says(t, h.as("guard-1", "en").get("/shift").html, "All is well")
	lacks(t, officer.get("/posts").html, "应答请求未送达")
	well := guard.post("/shift/well", "id", uuid.NewString(), "school", apitest.School)
	assert.Equal(t, http.StatusOK, well.status)
	lacks(t, well.html, "请应答")
}

// Whoever is at a post and owes nothing there stands on the officer's page by name,
// and their own page goes on by itself: a question must appear on it.
func TestWhoeverIsThereWithoutAPlanIsShown(t *testing.T) {
	h, of := startDuty(t, todayAlone)
	officer, guard := h.as("officer-1", "zh"), h.as("guard-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	in := guard.post("/shift/check", "id", uuid.NewString(), "school", apitest.School, "post", "north", "code", of.PIN("north"))
	require.Equal(t, http.StatusOK, in.status)
	lacks(t, officer.get("/posts").html, "未排班在岗")
	require.Equal(t, http.StatusOK, officer.upload(strings.ReplaceAll(today(of, "day"), "王建国", "赵红军")).status)
	says(t, officer.get("/posts").html, "未排班在岗：王建国")
	says(t, h.as("officer-1", "en").get("/posts").html, "There, and not on the roster: 王建国")
	says(t, officer.get("/api/v1/posts").html, `"unplanned":["王建国"]`)
	says(t, guard.get("/shift").html, "今明两天没有班次")
	says(t, guard.get("/shift").html, `http-equiv="refresh"`)
}
