package console_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestALatePressSoundsOnceOnThePage(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Attack)
	p.Age = 10 * time.Minute
	i := h.engine.Press(p)
	page := h.as("liaison-1", "zh").get("/incidents/" + i.ID).html
	says(t, page, `data-sound="late"`)
	says(t, page, "补报：")
	says(t, page, `600`, "the ledger says how long it was under way")
	p = apitest.APress(apitest.School, "b-2", devices.Attack)
	p.Age = 4 * time.Minute
	young := h.engine.Press(p)
	says(t, h.as("liaison-1", "zh").get("/incidents/"+young.ID).html, `data-sound="critical"`, "younger than five minutes: as live")
}

func TestALastingCutSoundsOnceOnThePagesOfThePolice(t *testing.T) {
	h := start(t)
	i := h.engine.PressAs(apitest.APress(apitest.School, "b-1", devices.Emergency), func(o *alerting.Opening) {
		o.Kind, o.Severity, o.Facts = "uplink-lost", alerting.High, []string{alerting.FactLasting}
	})
	says(t, h.as("liaison-1", "zh").get("/incidents/"+i.ID).html, `data-sound="late"`)
	says(t, h.as("officer-1", "zh").get("/incidents/"+i.ID).html, `data-sound="high"`, "at the school until somebody takes it on")
}

func TestThePoliceCallTheSchoolBack(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	at := "/incidents/" + i.ID
	says(t, h.as("liaison-1", "zh").get(at).html, `href="tel:010-5550-0101"`)
	lacks(t, h.as("officer-1", "zh").get(at).html, `name="to" value="school"`, "the school does not call itself back")
	done := h.as("liaison-1", "zh").post(at+"/call", "to", "school", "reached", "yes", "return", at)
	says(t, done.html, "已拨，已接通")
	p := apitest.APress(apitest.School, "b-2", devices.Emergency)
	p.Silent = true
	silent := h.engine.Press(p)
	lacks(t, h.as("liaison-1", "zh").get("/incidents/"+silent.ID).html, `name="to" value="school"`, "a ringing telephone would give somebody away")
	full, err := h.engine.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Equal(t, alerting.CallSchool, full.Calls[0].To)
}
