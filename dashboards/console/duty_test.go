package console_test

import (
	"bytes"
	"context"
	"html"
	"image/png"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"rsc.io/qr"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
)

// calm is an owner of incidents that knows of none.
type calm struct{}

func (calm) Unresolved() []alerting.Incident { return nil }
func (calm) Incident(context.Context, string) (alerting.Incident, error) {
	return alerting.Incident{}, alerting.ErrNotFound
}
func (calm) Found(engine.Condition) error { return nil }
func (calm) Raise(context.Context, alerting.Report) (alerting.Incident, error) {
	return alerting.Incident{}, nil
}
func (calm) Over(context.Context, string, string) error { return nil }

// todayAlone has the shift of tomorrow not be looked at before it begins: a test may
// run in the last minutes of a day.
func todayAlone(s *watch.School) { s.Setup.Times.Open = time.Second }

// gate is a school with one post that is occupied day and night.
func gate(t *testing.T) watch.School {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	return watch.School{
		Setup: duty.Setup{
			School: apitest.School, Seed: []byte("a secret of the hub"),
			Times: duty.Times{Open: 20 * time.Minute, Grace: 5 * time.Minute, Settle: 10 * time.Second, CallFirst: time.Minute, CallSecond: 2 * time.Minute},
			Posts: []duty.Post{{
				ID: "north", Place: "north-gate", Name: alerting.Text{ZH: "北门护学岗", EN: "North gate"},
				Minimum: []duty.Floor{{Of: []duty.Role{duty.Guard}, Number: 1}},
				Windows: []duty.Window{{ID: "day", To: 24 * 60, Gate: -1, On: duty.Every, Need: duty.Need{duty.Guard: 2}}},
			}},
		},
		People:   []watch.Person{{Name: "王建国", Account: "guard-1"}, {Name: "李卫国", Card: "04a1b2c3"}},
		Calendar: calendar.Default(), Zone: zone,
	}
}

// startDuty starts a hub that watches posts.
func startDuty(t *testing.T, change ...func(*watch.School)) (*hub, watch.School) {
	t.Helper()
	return startDutyAfter(t, walked{}, change...)
}

func startDutyAfter(t *testing.T, past walked, change ...func(*watch.School)) (*hub, watch.School) {
	t.Helper()
	return startDutyBy(t, past, nil, change...)
}

func startDutyBy(t *testing.T, past walked, ways watch.Nudger, change ...func(*watch.School)) (*hub, watch.School) {
	t.Helper()
	dir := func() *people.Directory { return campus }
	engine, log, reg := apitest.New(dir), slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	store, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	of := gate(t)
	for _, c := range change {
		c(&of)
	}
	w := watch.New(watch.Deps{
		Store: store, Alarms: calm{}, Nudger: ways, Log: log, Schools: func() map[string]watch.School { return map[string]watch.School{apitest.School: of} },
		Sight: func(string) (duty.Sight, bool) { return past.sight, true },
	})
	require.NoError(t, w.Load(t.Context()))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	server, err := api.New(api.Config{}, api.Deps{
		Engine: engine, Duty: w, Past: past, People: dir, Sessions: store, Passwords: checker, Readiness: engine, Gatherer: reg, Metrics: reg, Log: log,
	})
	require.NoError(t, err)
	c, err := console.New(console.Config{}, server, log)
	require.NoError(t, err)
	h := &hub{t: t, engine: engine, http: httptest.NewServer(c.Handler())}
	h.stop = sync.OnceFunc(func() {
		h.http.CloseClientConnections()
		h.http.Close()
		cancel()
		<-done
		_ = store.Close()
	})
	t.Cleanup(h.stop)
	return h, of
}

// today is a sheet of today's row of two people.
func today(of watch.School, shift string) string {
	day := calendar.On(time.Now(), of.Zone).String()
	return "日期,岗位,班次,姓名,角色\n" + day + ",北门护学岗," + shift + ",王建国,保安员\n" + day + ",北门护学岗,day,李卫国,保安员\n"
}

func (b *browser) upload(sheet string) shown {
	b.t.Helper()
	return b.hand("值班表.csv", sheet)
}

// uploadOf hands in the sheet of one day.
func (b *browser) uploadOf(sheet string, day calendar.Date) shown {
	b.t.Helper()
	return b.hand("值班表.csv", sheet, "from", day.String(), "to", day.String())
}

// hand sends the page's form with a file, and what else it says, as pairs.
func (b *browser) hand(file, sheet string, fields ...string) shown {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	require.NoError(b.t, m.WriteField("school", apitest.School))
	for i := 0; i+1 < len(fields); i += 2 {
		require.NoError(b.t, m.WriteField(fields[i], fields[i+1]))
	}
	f, err := m.CreateFormFile("sheet", file)
	require.NoError(b.t, err)
	_, _ = f.Write([]byte(sheet))
	require.NoError(b.t, m.Close())
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.h.http.URL+"/roster", &body)
	require.NoError(b.t, err)
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Language", b.lang)
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	var page bytes.Buffer
	_, err = page.ReadFrom(res.Body)
	require.NoError(b.t, err)
	return shown{status: res.StatusCode, path: res.Request.URL.Path, html: page.String()}
}

func TestASheetIsTakenWholeOrItsFaultsAreRead(t *testing.T) {
	h, of := startDuty(t, todayAlone)
	officer := h.as("officer-1", "zh")
	says(t, officer.get("/posts").html, "今天没有值班表")
	says(t, officer.get("/posts").html, `data-state="no-roster"`)
	bad := officer.upload(today(of, "早早班"))
	assert.Equal(t, http.StatusUnprocessableEntity, bad.status)
	says(t, bad.html, "未导入：有 1 处错误，一条也没有写入。")
	says(t, bad.html, "北门护学岗没有“早早班”这一班次")
	lacks(t, bad.html, "has no shift")
	says(t, h.as("officer-1", "en").upload(today(of, "早早班")).html, "north has no shift &#34;早早班&#34; on ")
	headless := officer.upload("姓名,电话\n王建国,1\n")
	assert.Equal(t, http.StatusUnprocessableEntity, headless.status)
	says(t, headless.html, "未导入： 前 10 行内没有表头")
	lacks(t, headless.html, "invalid")
	days := calendar.On(time.Now(), of.Zone)
	far := officer.hand("值班表.csv", today(of, "day"), "from", days.String(), "to", days.Add(500).String())
	assert.Equal(t, http.StatusUnprocessableEntity, far.status)
	says(t, far.html, "起止日期不对")
	lacks(t, far.html, "invalid")
	says(t, officer.get("/posts").html, "今天没有值班表")
	big := officer.upload(today(of, "day") + string(bytes.Repeat([]byte(",,,,\n"), 30_000)))
	assert.Equal(t, http.StatusUnprocessableEntity, big.status, "more rows than a sheet may have, and no more than that")
	good := officer.upload(today(of, "day"))
	require.Equal(t, http.StatusOK, good.status)
	says(t, good.html, "已导入 2 条")
	says(t, good.html, calendar.On(time.Now(), of.Zone).Add(1).String()+" 有岗位，无人值班")
	none := officer.upload("日期,岗位,班次,姓名,角色\n")
	assert.Equal(t, http.StatusUnprocessableEntity, none.status)
	says(t, none.html, "未导入： 值班表里一条记录也没有，原有的值班表保留")
	says(t, h.as("officer-1", "en").upload("日期,岗位,班次,姓名,角色\n").html, "the sheet has no entry; what these days have is kept")
	page := officer.get("/posts").html
	lacks(t, page, "今天没有值班表")
	lacks(t, page, `data-state="no-roster"`)
	says(t, page, "王建国 · 保安员 · ", "00:00–24:00")
	says(t, h.as("guard-1", "zh").get("/shift").html, "00:00–24:00")
	says(t, h.as("liaison-1", "en").get("/posts").html, "North gate")
	says(t, page, "未设置学期")
	says(t, h.as("officer-1", "en").get("/posts").html, "No terms are set: every working day counts as a school day")
	lacks(t, h.as("liaison-1", "zh").get("/posts").html, of.PIN("north"), "the station hangs up no codes")
}

// The page's downloads hold the days that the page shows, of the school that it
// shows: whoever corrects them and hands them in again replaces those days.
func TestTheDownloadsAreOfTheDaysThatAreShown(t *testing.T) {
	h, of := startDuty(t)
	officer := h.as("officer-1", "zh")
	later := calendar.On(time.Now(), of.Zone).Add(30)
	sheetOf := "日期,岗位,班次,姓名,角色\n" + later.String() + ",北门护学岗,day,钱一,保安员\n"
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	require.Equal(t, http.StatusOK, officer.uploadOf(sheetOf, later).status)
	page := officer.get("/roster?school=" + apitest.School + "&from=" + later.String() + "&to=" + later.String())
	links := regexp.MustCompile(`href="(/api/v1/roster[^"]*)"`).FindAllStringSubmatch(page.html, -1)
	require.Len(t, links, 2, "one for a spreadsheet and one for CSV")
	for _, l := range links {
		link := html.UnescapeString(l[1])
		at, err := url.Parse(link)
		require.NoError(t, err)
		assert.Equal(t, apitest.School, at.Query().Get("school"))
		got := officer.get(link)
		require.Equal(t, http.StatusOK, got.status, link)
		if at.Query().Get("format") == "xlsx" {
			book, err := excelize.OpenReader(strings.NewReader(got.html))
			require.NoError(t, err)
			rows, err := book.GetRows(book.GetSheetName(0))
			require.NoError(t, err)
			require.Len(t, rows, 2, "a header and the one entry of that day")
			assert.Equal(t, later.String(), rows[1][0])
			require.NoError(t, book.Close())
			continue
		}
		says(t, got.html, later.String())
		lacks(t, got.html, calendar.On(time.Now(), of.Zone).String())
	}
}

func TestOnlyThoseWhoAnswerForThePostsReadThem(t *testing.T) {
	h, _ := startDuty(t)
	for who, want := range map[string][3]int{ // /posts, /roster, /shift
		"guard-1": {403, 403, 200}, "volunteer-1": {403, 403, 200}, "staff-1": {403, 403, 200}, "parent-1": {403, 403, 403},
		"district-1": {403, 403, 403}, "admin-1": {403, 403, 403}, "liaison-1": {200, 403, 200}, "officer-1": {200, 200, 200},
	} {
		b := h.browser("zh")
		b.post("/sign-in", "name", who, "password", apitest.Password)
		assert.Equal(t, want, [3]int{b.get("/posts").status, b.get("/roster").status, b.get("/shift").status}, who)
	}
}

// A guard checks in by the post's code on a phone, and out; the officer's board
// shows both. Chromium is as wide as a phone.
func TestAGuardChecksInAndOutOnAPhone(t *testing.T) {
	h, of := startDuty(t)
	officer := h.as("officer-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	b := h.tab("guard-1")
	click := func(selector string) {
		b.t.Helper()
		b.do(chromedp.WaitVisible(chromedp.CSS(selector)))
		b.run(`document.querySelector('` + selector + `').click()`)
	}
	b.do(chromedp.Navigate(h.http.URL+"/shift"), chromedp.WaitVisible(chromedp.CSS(`.shift input[name="code"]`)))
	b.run(`document.querySelector('.shift input[name="code"]').value = "000"`)
	click(".shift button.main")
	b.await(`document.querySelector(".notice.refused")?.textContent.includes("号码不对")`, "a wrong code is refused, and the page says why")
	b.do(chromedp.Navigate(h.http.URL + "/shift?post=north&code=" + of.Code("north")))
	click(".shift button.main")
	b.await(`document.querySelector('.shift[data-here="true"]')`, "checked in")
	says(t, officer.get("/posts").html, "王建国 · 保安员 · 已到岗")
	require.Equal(t, "/posts", officer.post("/posts/roll-call", "id", "0192aaaa-0000-7000-8000-000000000001", "school", apitest.School).path)
	b.do(chromedp.Navigate(h.http.URL + "/shift"))
	click(".roll-call button.main")
	b.await(`!document.querySelector(".roll-call") && document.querySelector(".notice")`, "answered")
	says(t, officer.get("/posts").html, "王建国 · 正常")
	require.Equal(t, "/posts", officer.post("/posts/roll-call", "id", "0192aaaa-0000-7000-8000-000000000002", "school", apitest.School).path)
	b.do(chromedp.Navigate(h.http.URL + "/shift"))
	click(`.roll-call button[name="help"]`)
	b.await(`document.querySelector(".notice")?.textContent.includes("已报警")`, "and says that this was an alarm")
	says(t, officer.get("/posts").html, "王建国 · 需支援")
	width := `document.documentElement.scrollWidth <= window.innerWidth`
	b.await(width, "nothing is wider than the phone")
	click(`.shift form:has(input[name="out"]) button`)
	b.await(`document.querySelector('.shift[data-here="false"] .shift-left')?.textContent === "已离岗"`, "left, and the page says so")
	says(t, officer.get("/posts").html, "王建国 · 保安员 · 已离岗")
}

// An officer replaces and swaps people and sends one away, all by forms; what
// is refused is said in words, and the list of changes names who did it.
func TestAnOfficerChangesTheRosterByHand(t *testing.T) {
	h, of := startDuty(t)
	officer := h.as("officer-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	day := calendar.On(time.Now(), of.Zone).String()
	place := func(who string) string { return day + "/north/day/" + who }
	says(t, officer.get("/roster").html, `value="`+place("王建国")+`"`)
	done := officer.post("/roster/replace", "at", place("李卫国"), "by", "冯刚", "phone", "13900000001")
	assert.Equal(t, "/roster", done.path)
	says(t, done.html, "值班表已调整。")
	says(t, done.html, "替岗 · 李卫国 → 冯刚")
	says(t, done.html, " · 北门护学岗 · 00:00–24:00 · 冯刚 · 保安员</option>", "a place is called as people call it")
	says(t, done.html, " → 冯刚 · "+day+" · 北门护学岗 · 00:00–24:00 · officer-1</li>")
	lacks(t, done.html, "day · ", "nobody reads an id")
	says(t, done.html, "officer-1")
	for form, want := range map[[2]string]string{
		{place("李卫国"), "冯刚"}: "此人已不在该班次",
		{place("冯刚"), "王建国"}: "请填写另一位",
		{place("冯刚"), ""}:    "请填写另一位",
		{"nonsense", "冯刚"}:   "请填写另一位",
	} {
		says(t, officer.post("/roster/replace", "at", form[0], "by", form[1]).html, want)
	}
	says(t, officer.post("/roster/swap", "first", place("冯刚"), "second", place("王建国")).html, "班次已开始或已结束")
	page := officer.post("/posts/away", "school", apitest.School, "name", "王建国")
	assert.Equal(t, "/posts", page.path)
	says(t, page.html, "王建国 · 保安员 · 出警中")
	says(t, page.html, "已返岗")
	lacks(t, officer.post("/posts/away", "school", apitest.School, "name", "王建国", "back", "yes").html, "出警中")
	for _, path := range []string{"/roster/replace", "/roster/swap", "/posts/away"} {
		assert.Equal(t, http.StatusForbidden, h.as("guard-1", "zh").post(path, "at", place("冯刚"), "by", "钱一", "first", place("冯刚"), "second", place("王建国"), "name", "王建国").status, path)
	}
	page = officer.get("/posts")
	lacks(t, page.html, "出警中", "a guard cannot say it")
	lacks(t, page.html, "钱一")
}

// The picture is the officer's alone, and says where a telephone checks in.
func TestThePostsCodeIsAPicture(t *testing.T) {
	h, of := startDuty(t)
	officer := h.as("officer-1", "zh")
	says(t, officer.get("/posts").html, `href="/posts/north/code.png?school=`+apitest.School+`"`)
	got := officer.get("/posts/north/code.png?school=" + apitest.School)
	require.Equal(t, http.StatusOK, got.status)
	picture, err := png.Decode(strings.NewReader(got.html))
	require.NoError(t, err)
	want, err := qr.Encode(h.http.URL+"/shift?code="+of.Code("north")+"&post=north", qr.M)
	require.NoError(t, err)
	for y := range want.Size {
		for x := range want.Size {
			gray, _, _, _ := picture.At((x+4)*8+4, (y+4)*8+4).RGBA()
			require.Equal(t, want.Black(x, y), gray == 0, "%d, %d", x, y)
		}
	}
	assert.Equal(t, http.StatusNotFound, officer.get("/posts/south/code.png").status)
	for _, who := range []string{"liaison-1", "guard-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(who, "zh").get("/posts/north/code.png").status, who)
	}
}
