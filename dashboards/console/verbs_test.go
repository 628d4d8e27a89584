package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestTheFurtherVerbsWorkWithoutAScript(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	near := press(h, "b-2", devices.Fire)
	b := h.as("liaison-1", "zh")
	at := "/incidents/" + i.ID
	post := func(verb string, pairs ...string) string {
		page := b.post(at+"/"+verb, append(pairs, "return", at)...)
		if strings.Contains(page.html, `class="notice refused"`) {
			require.GreaterOrEqual(t, page.status, http.StatusBadRequest, verb)
			says(t, page.html, `data-here="`+at+`"`)
			return page.html
		}
		require.Equal(t, http.StatusOK, page.status, verb)
		require.Equal(t, at, page.path)
		return page.html
	}
	page := b.get(at).html
	says(t, page, `name="facts" value="armed" aria-pressed="false"`)
	page = post("verify", "facts", "armed")
	says(t, page, `name="withdrawn" value="armed" aria-pressed="true"`, "a second tap takes it back")
	says(t, page, "已登记核实结果。警情仍未办结。")
	says(t, post("verify", "verify", "real"), `name="verify" value="real" aria-pressed="true"`)
	lacks(t, post("verify", "withdrawn", "armed"), `name="withdrawn"`)
	says(t, post("verify"), "未登记：请选择核实结果或情况")

	says(t, post("dispatch", "stage", "sent"), "✓ 派警")
	says(t, page, `name="party" value="police+on-post"`)
	says(t, post("arrive", "party", "police+on-post"), "报警时已在岗，计 0 秒")
	assert.Regexp(t, `0:[0-5]\d 到场`, post("arrive", "party", "school"), "however long the machine took")
	says(t, post("arrive", "party", "nobody"), "未登记：请选择到场方")

	page = post("call", "to", "120", "reached", "no")
	says(t, page, `href="tel:120"`)
	says(t, page, "值班民警已拨，未接通")
	says(t, post("call", "to", "guardian", "reached", "yes"), "值班民警已拨，已接通")
	lacks(t, page, `href="tel:guardian"`)

	says(t, post("link", "incident", near.ID), "解除关联")
	says(t, b.get("/incidents/"+near.ID).html, i.ID, "on both sides")
	says(t, post("unlink", "incident", near.ID), "已解除关联。")
	says(t, post("classify", "kind", "attack"), "暴力侵害")
	says(t, post("real"), "未执行：这不是演练。")
}

func TestTheClockIsTextWithMarks(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	page := h.as("officer-1", "zh").get("/incidents/" + i.ID).html
	marks := between(t, page, `<section class="marks"`, "</section>")
	for _, w := range []string{"1·3·5 处置计时", "自救（校内先期处置）", "1:00", "互救（周边联防）", "3:00", "增援（民警到场）", "5:00", "data-until"} {
		says(t, marks, w)
	}
	says(t, between(t, h.as("officer-1", "en").get("/incidents/"+i.ID).html, `<section class="marks"`, "</section>"), "reinforcement (police)")
	medical := press(h, "b-2", devices.Medical)
	says(t, h.as("officer-1", "zh").get("/incidents/"+medical.ID).html, "救护车到场")
	hazard := press(h, "b-3", devices.Hazard)
	marks = between(t, h.as("officer-1", "zh").get("/incidents/"+hazard.ID).html, `<section class="marks"`, "</section>")
	lacks(t, marks, "data-until", "nobody runs for a hazard")
	says(t, marks, `value="school"`, "who comes is stamped all the same")
}

func TestOnlyThePoliceSeeTheDispatch(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	says(t, h.as("liaison-1", "en").get("/incidents/"+i.ID).html, i.ID+"/dispatch")
	for _, who := range []string{"officer-1", "guard-1"} {
		lacks(t, h.as(who, "en").get("/incidents/"+i.ID).html, i.ID+"/dispatch", who)
		says(t, h.as(who, "en").get("/incidents/"+i.ID).html, i.ID+"/classify", who)
	}
	lead := h.as("liaison-1", "en").get("/incidents/" + i.ID).html
	says(t, between(t, lead, `id="classify-severity"`, "</select>"), `value="low"`, "the lead may lower it")
	lacks(t, between(t, h.as("guard-1", "en").get("/incidents/"+i.ID).html, `id="classify-severity"`, "</select>"), `value="low"`)
}

func TestWhoeverConcealsIsLedBackToTheBoard(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Fight)
	b := h.as("guard-1", "zh")
	page := b.post("/incidents/"+i.ID+"/classify", "kind", "bullying", "return", "/incidents/"+i.ID)
	assert.Equal(t, http.StatusOK, page.status)
	assert.Equal(t, "/", page.path)
	says(t, page.html, "已转为保密处理")
	lacks(t, page.html, i.ID)
	assert.Equal(t, http.StatusNotFound, b.get("/incidents/"+i.ID).status)
}

func TestADrillPageHasOneButtonForReal(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Fire)
	p.Mode = devices.Drill
	drill := h.engine.Press(p)
	at := "/incidents/" + drill.ID
	for _, who := range []string{"liaison-1", "officer-1", "guard-1"} {
		says(t, h.as(who, "zh").get(at).html, "非演练，真实险情", who)
	}
	b := h.as("guard-1", "zh")
	says(t, b.post(at+"/real", "return", at).html, "已按真实险情报警")
	var live alerting.Incident
	for _, i := range h.engine.Unresolved() {
		if i.Mode == devices.Live {
			live = i
		}
	}
	require.NotEmpty(t, live.ID)
	says(t, b.get(at).html, "/incidents/"+live.ID)
	lacks(t, b.get("/incidents/"+live.ID).html, "real-button", "what is live is no drill")
}

// Facts and stamps are taps of native buttons: whatever reaches a button by
// keyboard reaches them, and a second tap before the answer is its own.
func TestTapsAreButtonsAndCarryNoIDOfTheirOwn(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	page := h.as("liaison-1", "zh").get("/incidents/" + i.ID).html
	for _, verb := range []string{"verify", "arrive", "dispatch"} {
		form := between(t, page, `action="/incidents/`+i.ID+"/"+verb+`"`, "</form>")
		lacks(t, form, `name="id"`, verb)
		assert.Regexp(t, `<button[^>]* name="`, form, verb)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`/call" class="call">\s*<input type="hidden" name="id" value="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		ids[m[1]] = true
	}
	assert.Len(t, ids, 6, "each call's form is stamped once")
}

// Officers and liaisons have the audiences before them that the policy leaves to
// a person; one press with a reason has them told, once.
func TestWhoMayHaveOthersToldHasAButtonForIt(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Hazard)
	at := "/incidents/" + i.ID
	b, guard := h.as("officer-1", "zh"), h.as("guard-1", "zh")
	form := between(t, b.get(at).html, `action="`+at+`/refer"`, "</form>")
	says(t, form, `name="audience" value="police"`)
	lacks(t, form, `value="school"`, "told by itself")
	lacks(t, guard.get(at).html, at+"/refer")
	says(t, b.post(at+"/refer", "audience", "police", "return", at).html, "未转报：请选择对象并填写理由。")
	says(t, b.post(at+"/refer", "audience", "staff", "reason", "围墙开裂", "return", at).html, "未转报：预案不由人决定")
	says(t, guard.post(at+"/refer", "audience", "police", "reason", "围墙开裂", "return", at).html, "未执行：此操作不属于你的职责。")
	page := b.post(at+"/refer", "audience", "police", "reason", "围墙开裂", "return", at).html
	says(t, page, "已转报。")
	says(t, page, "学校安全员已转报警方")
	says(t, page, "转报警方：围墙开裂")
	lacks(t, page, `name="audience" value="police"`, "once")
	says(t, h.as("liaison-1", "en").get(at).html, "Referred to the police: 围墙开裂")
}
