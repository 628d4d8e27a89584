package console_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestStrangersSignInFirstAndComeBack(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	b := h.browser("zh-CN,zh;q=0.9")
	page := b.get("/incidents/" + i.ID)
	assert.Equal(t, "/sign-in", page.path)
	lacks(t, page.html, "北门")
	says(t, page.html, `value="/incidents/`+i.ID)

	wrong := b.post("/sign-in", "name", "liaison-1", "password", "x")
	assert.Equal(t, http.StatusUnauthorized, wrong.status)
	says(t, wrong.html, "账号或密码不对")
	in := b.post("/sign-in", "name", "liaison-1", "password", apitest.Password, "next", "/incidents/"+i.ID)
	assert.Equal(t, "/incidents/"+i.ID, in.path)
	out := b.post("/sign-out")
	assert.Equal(t, "/sign-in", out.path)
	assert.Equal(t, "/sign-in", b.get("/").path)
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	h := start(t)
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "\t//evil.example"} {
		page := h.browser("en").post("/sign-in", "name", "liaison-1", "password", apitest.Password, "next", next)
		assert.Equal(t, "/", page.path, next)
		assert.Equal(t, http.StatusOK, page.status, next)
	}
}

func TestTheCardSaysItInOrder(t *testing.T) {
	h := start(t)
	press(h, "b-1", devices.Emergency)
	for lang, words := range map[string][]string{
		"zh": {"紫薇小学", "北门", "一键报警（待定性）", "00:00:0", "无人签收", "后升级通知全部人员", "<span>签收</span>"},
		"en": {"Ziwei Primary School", "North gate", "emergency (not yet classified)", "00:00:0", "NOBODY HAS IT", "until it escalates to everybody once more", "<span>Acknowledge</span>"},
	} {
		page := h.as("liaison-1", lang).get("/").html
		at := strings.Index(page, "<article")
		require.Positive(t, at)
		for _, w := range words {
			k := strings.Index(page[at:], w)
			require.GreaterOrEqual(t, k, 0, "%s: %s is missing or out of order", lang, w)
			at += k
		}
	}
}

func TestEveryRoleReadsItsOwnWords(t *testing.T) {
	h := start(t)
	press(h, "b-1", devices.Emergency)
	police := h.as("liaison-1", "zh").get("/").html
	says(t, police, "警情看板")
	says(t, police, "报警通路尚未证实")
	for _, who := range []string{"officer-1", "guard-1"} {
		page := h.as(who, "zh").get("/").html
		says(t, page, "事件看板", who)
		says(t, page, "<span>接手</span>", who)
		lacks(t, page, "<span>签收</span>", who)
	}
	for _, who := range []string{"admin-1", "parent-1", "staff-1", "volunteer-1", "district-1"} {
		page := h.as(who, "zh").get("/")
		assert.Equal(t, http.StatusOK, page.status)
		lacks(t, page.html, "北门", who)
		lacks(t, page.html, "data-incident", who)
		assert.Equal(t, http.StatusForbidden, h.as(who, "zh").get("/incidents").status, who)
	}
}

func TestWhatOneMayNotSeeIsNotThere(t *testing.T) {
	h := start(t)
	hidden := press(h, "b-2", devices.Bullying)
	b := h.as("liaison-1", "zh")
	page := b.get("/incidents/" + hidden.ID)
	assert.Equal(t, http.StatusNotFound, page.status)
	lacks(t, b.get("/?selected="+hidden.ID).html, hidden.ID[:16]+`" data`)
	lacks(t, b.get("/incidents").html, hidden.ID)
	assert.Equal(t, http.StatusNotFound, b.post("/incidents/"+hidden.ID+"/acknowledge").status)

	named := h.as("named-1", "zh")
	board := named.get("/incidents").html
	says(t, board, "保密事件")
	lacks(t, board, "学生欺凌", "a list carries neither kind nor place")
	card := between(t, named.get("/").html, "<article", "</article>")
	says(t, card, "保密事件")
	lacks(t, card, "学生欺凌")
	lacks(t, card, "东门")
	says(t, named.get("/incidents/"+hidden.ID).html, "学生欺凌", "its own page says it")
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	require.True(t, ok, "no %s", from)
	part, _, _ := strings.Cut(rest, to)
	return part
}

func TestFormsWorkWithoutAScript(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
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
	says(t, post("acknowledge", "number", "1"), "已签收。")
	says(t, post("note", "text", "已到<b>校门</b>"), "已到&lt;b&gt;校门&lt;/b&gt;")
	says(t, post("note", "text", "  "), "请填写内容")
	says(t, post("resolve", "outcome", "real"), "按钮仍在自锁。请先到现场人工复位", "a conflict is said in words")
	says(t, post("reset"), "未复位：请填写原因")
	h.engine.SetDown(true)
	says(t, post("reset", "reason", "现场安全"), "暂时无法写入磁盘")
	h.engine.SetDown(false)
	says(t, post("reset", "reason", "现场安全"), "已复位")
	says(t, post("resolve"), "请选择处置结果")
	says(t, post("resolve", "outcome", "unfounded"), "已办结：未发现异常（善意报警）")
	says(t, post("acknowledge"), "此警情已办结")
	says(t, b.get("/incidents?state=resolved").html, i.ID)
	lacks(t, b.get("/").html, "data-incident")
}

func TestAFormSentTwiceIsOnce(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	b := h.as("guard-1", "en")
	id := regexp.MustCompile(`name="id" value="([0-9a-f-]{36})"`).FindStringSubmatch(b.get("/incidents/" + i.ID).html)
	require.NotNil(t, id)
	for range 2 {
		b.post("/incidents/"+i.ID+"/note", "id", id[1], "text", "gate closed")
	}
	now, err := h.engine.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	notes := 0
	for _, e := range now.Timeline {
		if e.Event == alerting.EventNoted {
			notes++
		}
	}
	assert.Equal(t, 1, notes)
}

func TestOnlyWhoMayIsOfferedACommand(t *testing.T) {
	h := start(t)
	police := press(h, "b-1", devices.Emergency)
	school := press(h, "b-2", devices.Medical)
	has := func(who string, i alerting.Incident, verb string) bool {
		return strings.Contains(h.as(who, "en").get("/incidents/"+i.ID).html, `/`+verb+`"`)
	}
	assert.False(t, has("liaison-1", police, "cancel"))
	assert.True(t, has("guard-1", police, "cancel"))
	assert.True(t, has("guard-1", police, "reset"))
	for _, i := range []alerting.Incident{police, school} {
		_, err := h.engine.Do(t.Context(), alerting.Command{
			Incident: i.ID, Verb: alerting.VerbReset, Reason: "x", Actor: alerting.Actor{Name: "guard-1", Role: alerting.RoleGuard},
		})
		require.NoError(t, err)
	}
	assert.True(t, has("liaison-1", police, "resolve"))
	assert.False(t, has("officer-1", police, "resolve"))
	assert.False(t, has("liaison-1", school, "resolve"))
	assert.True(t, has("officer-1", school, "resolve"))
	assert.False(t, has("guard-1", school, "resolve"))
}

func TestWhatSounds(t *testing.T) {
	h := start(t)
	sound := func(who string, i alerting.Incident) string {
		page := h.as(who, "en").get("/incidents/" + i.ID).html
		return between(t, page, `data-sound="`, `"`)
	}
	loud := press(h, "b-1", devices.Emergency)
	quiet := apitest.APress(apitest.School, "b-2", devices.Emergency)
	quiet.Silent = true
	silent := h.engine.Press(quiet)
	d := apitest.APress(apitest.School, "b-3", devices.Fire)
	d.Mode = devices.Drill
	drill := h.engine.Press(d)
	later := press(h, "b-4", devices.Fight)

	assert.Equal(t, "critical", sound("liaison-1", loud))
	assert.Empty(t, sound("liaison-1", silent))
	assert.Equal(t, "drill", sound("officer-1", drill))
	assert.Empty(t, sound("liaison-1", later), "the police are told after a minute, if nobody takes it on")
	assert.Equal(t, "high", sound("officer-1", later))

	do := func(who string, role alerting.Role) {
		_, err := h.engine.Do(t.Context(), alerting.Command{Incident: loud.ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: who, Role: role}})
		require.NoError(t, err)
	}
	do("guard-1", alerting.RoleGuard)
	assert.Empty(t, sound("guard-1", loud))
	assert.Equal(t, "critical", sound("liaison-1", loud), "a guard's acknowledgement does not silence the police")
	do("liaison-1", alerting.RoleLiaison)
	assert.Empty(t, sound("officer-1", loud), "the police's silences everybody")
	press(h, "b-1", devices.Emergency)
	assert.Equal(t, "critical", sound("liaison-1", loud), "a new round sounds again")
}

func TestADrillNeverLooksLive(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Fire)
	p.Mode = devices.Drill
	h.engine.Press(p)
	for lang, word := range map[string]string{"zh": "【演练】", "en": "DRILL"} {
		card := between(t, h.as("liaison-1", lang).get("/").html, "<article", "</article>")
		says(t, card, word)
		says(t, card, "g-drill")
		lacks(t, card, "g-critical")
	}
}

func TestASilentAlarmSaysNotToCallBack(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Emergency)
	p.Silent = true
	h.engine.Press(p)
	page := h.as("liaison-1", "zh").get("/").html
	says(t, page, "静默报警：请勿回拨")
	lacks(t, page, "010-5550-0101", "and shows no number to call")
}

func TestWhatTheDeviceSaidAndNobodyCouldReadIsOnTheCard(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Fire)
	p.Mistyped = []string{"age_ms"}
	h.engine.Press(p)
	says(t, h.as("liaison-1", "en").get("/").html, "the device's age could not be read")
	says(t, h.as("liaison-1", "zh").get("/").html, "设备上报的报警时差无法识别")
}

func TestTheLedgerTellsFourStagesApart(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	at := i.Deliveries[0].PlannedAt
	h.engine.Report(i.ID, "desk-1", alerting.Handed, "", at.Add(430*time.Microsecond))
	h.engine.Report(i.ID, "desk-1", alerting.Received, "", at.Add(6200*time.Microsecond))
	h.engine.Report(i.ID, "guard-1", alerting.Failed, "not connected", at.Add(time.Second))
	page := h.as("officer-1", "zh").get("/incidents/" + i.ID).html
	for _, w := range []string{"按下", "系统收到", "+12.0 ms", "已写入磁盘", "desk-1", "+0.43 ms", "+6.2 ms", "已送达", "未送达", "未连接", "待发送"} {
		says(t, page, w)
	}
}

// Why nothing came of a delivery is said in the reader's language.
func TestWhyADeliveryExpiredIsSaidInWords(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	at := i.Deliveries[0].PlannedAt
	h.engine.Report(i.ID, "guard-1", alerting.Expired, alerting.ClosedBefore, at.Add(time.Second))
	h.engine.Report(i.ID, "officer-1", alerting.Expired, alerting.Superseded, at.Add(time.Second))
	zh, en := h.as("officer-1", "zh").get("/incidents/"+i.ID).html, h.as("officer-1", "en").get("/incidents/"+i.ID).html
	says(t, zh, "已失效 <small>事件已办结</small>")
	says(t, zh, "已失效 <small>已由更新的通知取代</small>")
	lacks(t, zh, alerting.ClosedBefore)
	says(t, en, "<small>"+alerting.ClosedBefore+"</small>")
	says(t, en, "<small>replaced by newer news</small>")
}

func TestTheLanguageIsChosenAndKept(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1", "zh-CN")
	says(t, b.get("/").html, `<html lang="zh-Hans">`)
	page := b.post("/language", "language", "en", "return", "/incidents?state=open")
	assert.Equal(t, "/incidents", page.path)
	says(t, b.get("/").html, `<html lang="en">`)
	assert.Equal(t, http.StatusUnprocessableEntity, b.post("/language", "language", "xx").status)
}

func TestNoPageHasInlineScriptOrStyle(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	b := h.as("officer-1", "zh")
	inline := regexp.MustCompile(`<script(>|[^>]*[^>]>[^<])|<style|\sstyle=|\son[a-z]+=|javascript:`)
	for _, path := range []string{"/", "/incidents", "/incidents/" + i.ID, "/raise", "/sign-in", "/nothing"} {
		page := b.get(path)
		assert.NotRegexp(t, inline, page.html, path)
		assert.Contains(t, page.header.Get("Content-Security-Policy"), "script-src 'self'", path)
		assert.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"), path)
		assert.Equal(t, "no-store", page.header.Get("Cache-Control"), path)
	}
}

func TestAssetsAreServedForEverUnderTheirVersion(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1", "en")
	for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`).FindAllStringSubmatch(b.get("/").html, -1) {
		a := b.get(m[1])
		assert.Equal(t, http.StatusOK, a.status, m[1])
		assert.Contains(t, a.header.Get("Cache-Control"), "immutable")
		assert.NotEmpty(t, a.html)
	}
	assert.Equal(t, http.StatusNotFound, b.get("/assets/0/console.css").status)
}

func TestRefusalsArePagesForPeopleAndProblemsForPrograms(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1", "zh")
	page := b.get("/nothing")
	assert.Equal(t, http.StatusNotFound, page.status)
	says(t, page.html, "没有这个页面")
	assert.Equal(t, "application/problem+json", b.get("/api/v1/nothing").header.Get("Content-Type"))

	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, h.http.URL+"/sign-out", nil)
	require.NoError(t, err)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := b.client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
	assert.Equal(t, "/", b.get("/").path, "still signed in")
}

func TestAnAddressPutsNoWordsOnThePage(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1", "en")
	for _, notice := range []string{"Dial+this+number", "refused.nonsense", "lost.what", "%3Cscript%3E"} {
		lacks(t, b.get("/?notice="+notice).html, `class="notice`, notice)
	}
	says(t, b.get("/?notice=refused.latched").html, `class="notice refused"`)
}

func TestManyIncidentsAreBoundedAndCounted(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	for range 30 {
		press(h, "b-1", devices.Emergency)
	}
	page := h.as("liaison-1", "en").get("/").html
	says(t, page, "pressed 31 times")
	assert.Equal(t, 1, strings.Count(page, `<article`))
	assert.Equal(t, 31, strings.Count(h.as("liaison-1", "en").get("/incidents/"+i.ID).html, "reached the hub in"))
}
