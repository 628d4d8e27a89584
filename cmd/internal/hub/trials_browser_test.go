package hub_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// An officer opens the page of people, presses test at the leader's telephone, and
// sees without a reload that the gateway has it, and then that the telephone has.
func TestAnOfficerPressesTestAndSeesWhatComesOfIt(t *testing.T) {
	texts := newGateway(t, make(chan struct{}))
	answer := sync.OnceFunc(func() { close(texts.hang) })
	t.Cleanup(answer)
	r := start(t, with("gateways:\n", texts.yaml("texts", "sms"), "contacts:\n",
		contact("leader", alerting.School, "duty-leader", path("sms", leader, "texts")), contact("beat", alerting.Police, "assigned-officer", path("sms", beat, "texts"))))
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(360, 780), chromedp.Flag("accept-lang", "zh-CN"), chromedp.Flag("disable-gpu", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for the browser's end
		closeTab()
	})
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		require.NoError(t, chromedp.Do(ctx, steps...))
	}
	await := func(expression, why string) {
		t.Helper()
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(20*time.Millisecond)))
		require.NoError(t, err, why)
	}
	name, password := "", ""
	for _, a := range r.campus.Accounts {
		if a.Role == alerting.RoleOfficer {
			name, password = a.Name, a.Password
		}
	}
	do(
		chromedp.Navigate(r.Console()+"/sign-in?next=%2Fpeople"), chromedp.SendKeys(chromedp.CSS("#name"), name), chromedp.SendKeys(chromedp.CSS("#password"), password),
		chromedp.Click(chromedp.CSS("button.main")), chromedp.WaitVisible(chromedp.CSS("#person-school-leader")),
	)
	await(`document.readyState === "complete"`, "wholly there: whoever goes on at once would be overtaken by its end")
	await(`document.querySelector("#person-school-leader").textContent.includes("••••0001") && !document.body.textContent.includes("13900000001")`, "no number is shown whole")
	do(chromedp.Click(chromedp.CSS("#person-school-leader .way-test button")), chromedp.WaitVisible(chromedp.CSS("#person-school-leader [data-state=planned]")))
	await(`document.readyState === "complete"`, "wholly there")
	const result = `document.querySelector("#person-school-leader .way-result")?.textContent`
	await(result+`?.includes("正在发送")`, "it is on its way: the gateway has not answered")
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.same = true`))
	require.NoError(t, err)

	got := texts.to(leader)
	assert.True(t, strings.HasPrefix(got.Text, "【紫薇小学】【测试】TEST ") && strings.HasSuffix(got.Text, "【测试】"), got.Text)
	answer()
	await(result+`?.includes("已提交") && window.same`, "the gateway has it")
	r.report(t, "/callbacks/sms/texts/status", `{"id":%q,"reference":%q,"status":"received"}`, got.ID, got.Reference)
	await(`document.querySelector("#trials td")?.nextElementSibling.textContent.includes("leader") && document.querySelector("#trials").textContent.includes("例行测试")`, "whom, and why, is listed")
	await(result+`?.includes("已送达") && window.same`, "the telephone has it, on the same page")
}
