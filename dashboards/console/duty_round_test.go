package console_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/dashboards/api/apitest"
)

// patrolled gives the school a round that runs at any time of the day.
func patrolled(of *watch.School) {
	of.Setup.Points = []string{"fence", "canteen"}
	of.Setup.PointNames = map[string]alerting.Text{"canteen": {ZH: "食堂", EN: "Canteen"}}
	of.Setup.Times.Patrol = duty.Patrol{After: 24*time.Hour - time.Second, Once: 20 * time.Minute}
	of.Setup.Rounds = []duty.Round{{ID: "whole-day", On: duty.Every, What: alerting.Text{ZH: "校园各处", EN: "the whole campus"}}}
}

// The officer sees the round of today and its codes; the guard finds its open
// points on their telephone and stamps one; a volunteer has nothing to do with it.
func TestARoundIsSeenAndItsPointsAreStamped(t *testing.T) {
	h, of := startDuty(t, patrolled)
	officer, guard := h.as("officer-1", "zh"), h.as("guard-1", "zh")
	page := officer.get("/posts").html
	says(t, page, "巡查", "校园各处", "进行中", "fence、食堂", "巡查点 食堂", of.PIN("fence"), `href="/posts/fence/code.png?school=`+apitest.School+`"`)
	assert.Equal(t, http.StatusOK, officer.get("/posts/fence/code.png?school="+apitest.School).status)
	says(t, guard.get("/shift?post=canteen&code="+of.Code("canteen")).html, "fence · 巡查点号码", `name="code" value="`+of.Code("canteen")+`"`)
	post := func(b *browser, point, code string) shown {
		return b.post("/shift/check", "id", "0192aaaa-0000-7000-8000-000000000001", "school", apitest.School, "post", point, "code", code)
	}
	says(t, h.as("guard-1", "en").get("/shift").html, "<label>Canteen · ")
	says(t, post(guard, "canteen", "000000").html, "号码不对")
	require.Equal(t, "/shift", post(guard, "canteen", of.Code("canteen")).path)
	page = guard.get("/shift").html
	says(t, page, "已巡查点 食堂", `value="fence"`)
	assert.NotContains(t, page, `value="canteen"`)
	says(t, officer.get("/posts").html, "<td>fence</td><td>食堂</td><td>王建国</td>")
}
