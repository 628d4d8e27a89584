package console_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

func TestANamedPersonUndoesAConcealment(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Fight)
	at := "/incidents/" + i.ID
	guard, deputy := h.as("guard-1", "zh"), h.as("deputy-1", "zh")
	lacks(t, deputy.get(at).html, "撤销保密")
	guard.post(at+"/classify", "kind", "bullying", "return", at)
	require.Equal(t, http.StatusNotFound, guard.get(at).status)
	deputy.post(at+"/note", "text", "孩子的话", "return", at)
	page := deputy.get(at).html
	form := between(t, page, at+"/reveal", "</form>")
	says(t, form, "打架斗殴", "what it was")
	says(t, form, `<option value="" selected>`)
	lacks(t, form, "学生欺凌")
	says(t, deputy.post(at+"/reveal", "kind", "bullying", "reason", "误触", "return", at).html, "未撤销：请选择非保密的类型并填写理由。")
	says(t, deputy.post(at+"/reveal", "reason", "误触", "return", at).html, "已撤销保密。")
	again := guard.get(at)
	require.Equal(t, http.StatusOK, again.status)
	says(t, again.html, "撤销保密：误触")
	lacks(t, again.html, "孩子的话")
	says(t, h.as("officer-1", "zh").get(at).html, "撤销保密：误触")
	lacks(t, h.as("officer-1", "zh").get(at).html, "孩子的话")
	says(t, deputy.get(at).html, "孩子的话", "who is named reads it still")
	says(t, deputy.post(at+"/reveal", "reason", "误触", "return", at).html, "无可撤销")
	assert.NotContains(t, deputy.get(at).html, at+"/reveal")
}

func TestAReportIsStampedAndStandsOnThePage(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Fire)
	at := "/incidents/" + i.ID
	b := h.as("officer-1", "zh")
	page := b.get(at).html
	lines := between(t, page, `<section class="reports"`, "</section>")
	says(t, lines, "首报应于")
	says(t, lines, "书面首报应于")
	says(t, lines, "data-until")
	lacks(t, between(t, page, at+"/report", "</form>"), `value="final"`, "a final one follows the closing")
	says(t, b.post(at+"/report", "report", "first", "way", "telephone", "text", "值班员", "return", at).html, "已登记报告。")
	lines = between(t, b.get(at).html, `<section class="reports"`, "</section>")
	says(t, lines, "首报（电话）")
	says(t, lines, "：值班员")
	says(t, lines, "续报应于")
	says(t, b.post(at+"/report", "report", "first", "return", at).html, "未登记：请选择报告和方式")
	says(t, b.post(at+"/report", "report", "final", "way", "document", "return", at).html, "未登记：终报在办结之后")
	guard := h.as("guard-1", "zh").get(at).html
	lacks(t, guard, `<section class="reports"`)
	lacks(t, guard, at+"/report")
	lacks(t, h.as("liaison-1", "zh").get(at).html, at+"/report", "the school reports")
	says(t, h.as("liaison-1", "en").get(at).html, "first report, by telephone")
}
