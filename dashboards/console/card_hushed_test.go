package console_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestASilentAlarmGivesNobodyAwayOnAPhone(t *testing.T) {
	h := start(t)
	guard := h.as("guard-1", "zh")
	guard.post("/raise", "id", uuid.NewString(), "place", apitest.School+"/north-gate", "kind", "attack", "silent", "yes")
	all := h.engine.Unresolved()
	if !assert.Len(t, all, 1) {
		return
	}
	for _, path := range []string{"/", "/incidents", "/raise", "/devices"} {
		page := guard.get(path).html
		lacks(t, page, "data-incident", path)
		lacks(t, page, all[0].ID, path)
		lacks(t, page, "(1)", path)
	}
	says(t, guard.get("/").html, "未办结 0 起")
	police := h.as("liaison-1", "zh").get("/").html
	says(t, police, "静默报警：请勿回拨")
	says(t, police, "暴力侵害")
	lacks(t, h.as("guard-1", "zh").get("/incidents").html, "暴力侵害")
}

func TestASilentButtonIsAGreyLineOnTheGuardsPhones(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Attack)
	p.Silent = true
	i := h.engine.Press(p)
	guard := h.as("guard-1", "zh")
	page := guard.get("/").html
	card := between(t, page, "<article", "</article>")
	says(t, card, "静默事件")
	says(t, card, "card g-low taken")
	says(t, page, "未办结 1 起")
	for _, w := range []string{"暴力侵害", "北门", "特急"} {
		lacks(t, card, w)
	}
	lacks(t, page, `id="h-timeline"`, "it opens by a deliberate tap alone")
	lacks(t, guard.get("/incidents").html, "暴力侵害</td>")
	says(t, guard.get("/?selected="+i.ID).html, "暴力侵害")
	says(t, h.as("officer-1", "zh").get("/").html, "暴力侵害")
}
