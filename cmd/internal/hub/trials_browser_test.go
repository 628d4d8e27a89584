package hub_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/console/browsertest"
)

// An officer opens the page of people, presses test at the leader's telephone, and
// sees without a reload that the gateway has it, and then that the telephone has.
func TestAnOfficerPressesTestAndSeesWhatComesOfIt(t *testing.T) {
	texts := newGateway(t, make(chan struct{}))
	answer := sync.OnceFunc(func() { close(texts.hang) })
	t.Cleanup(answer)
	r := start(t, with("gateways:\n", texts.yaml("texts", "sms"), "contacts:\n",
		contact("leader", alerting.School, "duty-leader", path("sms", leader, "texts")), contact("beat", alerting.Police, "assigned-officer", path("sms", beat, "texts"))))
	b := browsertest.Open(t, browsertest.Life, chromedp.WindowSize(360, 780))
	name, password := "", ""
	for _, a := range r.campus.Accounts {
		if a.Role == alerting.RoleOfficer {
			name, password = a.Name, a.Password
		}
	}
	b.SignIn(r.Console()+"/sign-in?next=%2Fpeople", name, password, "#person-school-leader")
	b.Await(`document.querySelector("#person-school-leader").textContent.includes("••••0001") && !document.body.textContent.includes("13900000001")`, "no number is shown whole")
	b.Do(chromedp.Click(chromedp.CSS("#person-school-leader .way-test button")), chromedp.WaitVisible(chromedp.CSS("#person-school-leader [data-state=planned]")))
	b.Await(`document.readyState === "complete"`, "wholly there")
	const result = `document.querySelector("#person-school-leader .way-result")?.textContent`
	b.Await(result+`?.includes("正在发送")`, "it is on its way: the gateway has not answered")
	b.Run(`window.same = true`)

	got := texts.to(leader)
	assert.True(t, strings.HasPrefix(got.Text, "【紫薇小学】【测试】TEST ") && strings.HasSuffix(got.Text, "【测试】"), got.Text)
	answer()
	b.Await(result+`?.includes("已提交") && window.same`, "the gateway has it")
	r.report(t, "/callbacks/sms/texts/status", `{"id":%q,"reference":%q,"status":"received"}`, got.ID, got.Reference)
	b.Await(`document.querySelector("#trials td")?.nextElementSibling.textContent.includes("leader") && document.querySelector("#trials").textContent.includes("例行测试")`, "whom, and why, is listed")
	b.Await(result+`?.includes("已送达") && window.same`, "the telephone has it, on the same page")
}
