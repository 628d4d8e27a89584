package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// both ways of the campus, proven a moment ago.
func bothProven() told {
	one, other := proven(time.Second), proven(time.Second)
	other.School = apitest.Other
	return told{one, other}
}

// mapRow is a school's row of the map's table.
func mapRow(t *testing.T, page, school string) string {
	t.Helper()
	return between(t, page, `<tr id="map-`+school+`">`, "</tr>")
}

// drawn is a school's sign on one of the two drawings.
func drawn(t *testing.T, page, kind, school string) string {
	t.Helper()
	return between(t, page, `id="`+kind+"-"+school+`"`, "</a>")
}

// The map is for those who answer for schools, their own and no others; the link is
// there for whoever has several, or is of the police.
func TestTheMapIsForWhoAnswersForSchools(t *testing.T) {
	h := startWith(t, bothProven())
	for who, want := range map[string]struct {
		status       int
		led          bool
		ziwei, yucai bool
	}{
		"liaison-1": {http.StatusOK, true, true, false}, "named-1": {http.StatusOK, true, true, true}, "other-1": {http.StatusOK, true, false, true},
		"officer-1": {http.StatusOK, false, true, false}, "head-1": {http.StatusOK, false, true, false},
		"guard-1": {status: http.StatusForbidden}, "volunteer-1": {status: http.StatusForbidden}, "staff-1": {status: http.StatusForbidden},
		"district-1": {status: http.StatusForbidden}, "parent-1": {status: http.StatusForbidden}, "admin-1": {status: http.StatusForbidden},
	} {
		b := h.as(who, "en")
		page := b.get("/map")
		assert.Equal(t, want.status, page.status, who)
		assert.Equal(t, want.led, strings.Contains(b.get("/").html, `href="/map"`), "%s is led there", who)
		assert.Equal(t, want.ziwei, strings.Contains(page.html, "Ziwei Primary School"), "%s: ziwei", who)
		assert.Equal(t, want.yucai, strings.Contains(page.html, "Yucai Middle School"), "%s: yucai", who)
	}
	assert.Equal(t, "/sign-in", h.browser("en").get("/map").path)
}

func TestTheMapSaysHowEachSchoolStands(t *testing.T) {
	h := startWith(t, bothProven())
	b := h.as("named-1", "en")
	page := b.get("/map").html
	says(t, page, "nothing is open at any of them")
	for _, school := range []string{apitest.School, apitest.Other} {
		says(t, mapRow(t, page, school), `<b>quiet</b>`)
		for _, kind := range []string{"desk", "phone"} {
			says(t, drawn(t, page, kind, school), `href="/today#today-`+school)
			says(t, drawn(t, page, kind, school), "quiet")
		}
	}

	drill := apitest.APress(apitest.School, "b-2", devices.Attack)
	drill.Mode = devices.Drill
	h.engine.Press(drill)
	page = b.get("/map").html
	says(t, mapRow(t, page, apitest.School), `map-state g-drill`)
	says(t, mapRow(t, page, apitest.School), "<b>DRILL</b>")
	says(t, drawn(t, page, "desk", apitest.School), `class="hatched"`)
	lacks(t, drawn(t, page, "desk", apitest.School), "critical")
	lacks(t, page, "map-way now", "nobody waits at the end of a drill")

	open := press(h, "b-1", devices.Attack)
	page = b.get("/map").html
	says(t, page, "1 school with something open")
	row := mapRow(t, page, apitest.School)
	says(t, row, `map-state g-critical`)
	says(t, row, "<b>critical ×2</b>", "the live one stands before the drill")
	says(t, row, `href="/incidents/`+open.ID+`"`)
	says(t, row, "critical · attack · North gate")
	says(t, row, "DRILL · attack · East gate")
	says(t, drawn(t, page, "phone", apitest.School), `href="/incidents/`+open.ID+`"`)
	says(t, page, `class="map-way now" id="desk-way-ziwei"`)
	says(t, mapRow(t, page, apitest.Other), "<b>quiet</b>")

	h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Medical))
	says(t, b.get("/map").html, "2 schools with something open")
}

// Whom nobody would hear is not quiet.
func TestAMapCallsNoSchoolQuietThatNobodyHears(t *testing.T) {
	old := proven(4 * time.Minute)
	page := startWith(t, told{old}).as("named-1", "en").get("/map").html
	row := mapRow(t, page, apitest.School)
	says(t, row, "<b>unproven</b>")
	says(t, row, "Way to police not proven since")
	says(t, mapRow(t, page, apitest.Other), "Way to police not yet proven", "nobody has looked at it")
	says(t, start(t).as("named-1", "zh").get("/map").html, "通路自检已关闭")

	fleet := aFleet() // the link of the school is cut
	h := startOn(t, bothProven(), fleet)
	row = mapRow(t, h.as("named-1", "en").get("/map").html, apitest.School)
	says(t, row, "<b>cut off</b>")
	says(t, row, "link is cut since")
	press(h, "b-1", devices.Attack)
	page = h.as("named-1", "zh").get("/map").html
	row = mapRow(t, page, apitest.School)
	says(t, row, "<b>特急</b>", "an incident stands before the link")
	says(t, row, "外网自", "which is said beside it")
	says(t, drawn(t, page, "desk", apitest.School), `class="badge"`)

	page = startOn(t, told{proven(time.Second)}, deaf{}).as("liaison-1", "en").get("/map").html
	says(t, mapRow(t, page, apitest.School), "<b>quiet</b>", "the way is proven, whatever supervision says")
	fleet.Schools = []supervision.SchoolStatus{}
	says(t, startOn(t, told{{School: apitest.School, Began: time.Now()}}, fleet).as("liaison-1", "en").get("/map").html, "<b>unproven</b>")
}

// What a reader may not see stands at no sign; what stands on a board without its
// kind and place has neither on the map.
func TestTheMapShowsNoMoreThanTheBoard(t *testing.T) {
	h := startWith(t, bothProven())
	hidden := press(h, "b-2", devices.Bullying)
	page := h.as("liaison-1", "zh").get("/map").html
	says(t, mapRow(t, page, apitest.School), "<b>正常</b>")
	lacks(t, page, hidden.ID)
	says(t, page, "各校均无未办结警情")

	page = h.as("named-1", "zh").get("/map").html
	says(t, mapRow(t, page, apitest.School), "保密事件")
	says(t, page, "/incidents/"+hidden.ID)
	for _, kept := range []string{"欺凌", "东门"} {
		lacks(t, page, kept)
	}
	silent := apitest.APress(apitest.School, "b-1", devices.Attack)
	silent.Silent = true
	h.engine.Press(silent)
	says(t, mapRow(t, h.as("liaison-1", "zh").get("/map").html, apitest.School), "<b>特急</b>", "the police see a silent alarm")
}

func TestTheMapSaysHowFarTheNearestStationIs(t *testing.T) {
	h := startWith(t, bothProven())
	row := mapRow(t, h.as("named-1", "en").get("/map").html, apitest.School)
	says(t, row, "A Centre Police Station")
	says(t, row, "1.2 km")
	says(t, row, "on the beat of Harbour Police Station 2.5 km")
	row = mapRow(t, h.as("named-1", "zh").get("/map").html, apitest.Other)
	says(t, row, "1.6 公里")
	lacks(t, row, "辖区派出所", "nobody wrote that down")

	i := press(h, "b-1", devices.Attack)
	page := between(t, h.as("liaison-1", "en").get("/incidents/"+i.ID).html, `id="nearest">`, "</p>")
	says(t, page, "nearest station: Centre Police Station, 1.2 km in a straight line")
	says(t, page, "on the beat of Harbour Police Station 2.5 km")
	says(t, page, `href="/map#map-ziwei"`)
	page = between(t, h.as("guard-1", "zh").get("/incidents/"+i.ID).html, `id="nearest">`, "</p>")
	says(t, page, "最近派出所：中心派出所，直线 1.2 公里")
	lacks(t, page, "/map", "guards have none")
}

// without is the campus, with some of its schools lying nowhere.
func without(d people.District, schools ...string) *people.Directory {
	l := people.Lists{Schools: campus.Schools(), Devices: campus.Devices(), Accounts: campus.Everyone(), Terminals: campus.TerminalsOf(apitest.School), District: d}
	for k, s := range l.Schools {
		for _, id := range schools {
			if s.ID == id {
				l.Schools[k].Position = nil
			}
		}
	}
	return people.New(l)
}

func TestASchoolWithoutCoordinatesIsListed(t *testing.T) {
	h := startAt(t, without(campus.District(), apitest.Other), bothProven(), nil, nil)
	page := h.as("named-1", "en").get("/map").html
	says(t, page, "Not on the map: Yucai Middle School (no coordinates configured)")
	says(t, mapRow(t, page, apitest.Other), "no coordinates configured")
	lacks(t, page, `id="desk-yucai"`)
	says(t, page, `id="desk-ziwei"`)
	h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Attack))
	says(t, mapRow(t, h.as("named-1", "en").get("/map").html, apitest.Other), "<b>critical</b>", "what is open there is said all the same")

	h = startAt(t, without(people.District{}, apitest.School, apitest.Other), bothProven(), nil, nil)
	page = h.as("named-1", "zh").get("/map").html
	says(t, page, "尚未配置任何学校的坐标")
	lacks(t, page, "<svg class=\"map-drawing")
	says(t, mapRow(t, page, apitest.School), "紫薇小学")
	lacks(t, h.as("liaison-1", "zh").get("/").html, `href="/map"`, "one school, and nothing to draw")
	i := press(h, "b-1", devices.Attack)
	lacks(t, h.as("liaison-1", "zh").get("/incidents/"+i.ID).html, `id="nearest"`)
	h = startAt(t, without(people.District{}), bothProven(), nil, nil)
	says(t, mapRow(t, h.as("named-1", "zh").get("/map").html, apitest.School), "未配置派出所")
}

// twenty is a district of twenty schools and three stations, some of them close
// together, and a liaison of all.
func twenty() *people.Directory {
	liaison, _ := campus.Account("named-1")
	liaison.Name, liaison.Schools = "liaison-20", nil
	l := people.Lists{District: people.District{
		Outline: []people.Position{{Lat: 38.665, Lon: 119.42}, {Lat: 38.675, Lon: 119.58}, {Lat: 38.75, Lon: 119.6}, {Lat: 38.785, Lon: 119.5}, {Lat: 38.74, Lon: 119.41}},
		Stations: []people.Station{
			{ID: "centre", Name: alerting.Text{ZH: "中心派出所", EN: "Centre Police Station"}, Position: people.Position{Lat: 38.7077, Lon: 119.5141}},
			{ID: "harbour", Name: alerting.Text{ZH: "港口派出所", EN: "Harbour Police Station"}, Position: people.Position{Lat: 38.6801, Lon: 119.5490}},
			{ID: "hill", Name: alerting.Text{ZH: "山前派出所", EN: "Hillside Police Station"}, Position: people.Position{Lat: 38.7501, Lon: 119.4590}},
		},
	}}
	flowers := [][2]string{{"紫薇", "Ziwei"}, {"育才", "Yucai"}, {"海棠", "Haitang"}, {"玉兰", "Yulan"}, {"桂花", "Guihua"}, {"茉莉", "Moli"}, {"荷花", "Hehua"}, {"菊花", "Juhua"}, {"梅园", "Meiyuan"}, {"兰亭", "Lanting"}}
	sorts := [][2]string{{"小学", "Primary School"}, {"实验中学", "Experimental Middle School"}}
	for n := range 20 {
		flower, sort := flowers[n%10], sorts[n/10]
		// A row along a street, a knot in the town, and the rest over the land.
		at := people.Position{Lat: 38.7 + 0.0011*float64(n%4), Lon: 119.5 + 0.0013*float64(n/4)}
		if n >= 12 {
			at = people.Position{Lat: 38.68 + 0.011*float64((n*5)%8), Lon: 119.43 + 0.019*float64((n*3)%8)}
		}
		s := people.School{ID: fmt.Sprintf("school-%02d", n+1), Name: alerting.Text{ZH: flower[0] + sort[0], EN: flower[1] + " " + sort[1]}, Callback: "010-5550-0101", Position: &at,
			Places: []alerting.Place{{ID: "gate", Name: alerting.Text{ZH: "大门", EN: "Main gate"}}}}
		l.Schools = append(l.Schools, s)
		l.Devices = append(l.Devices, people.Device{Address: devices.Address{School: s.ID, Device: "b-1"}, Kind: devices.KindButton, Power: devices.PowerMains, Place: s.Places[0]})
		liaison.Schools = append(liaison.Schools, s.ID)
	}
	l.Accounts = []people.Account{liaison}
	return people.New(l)
}

func allProven(d *people.Directory) told {
	var out told
	for _, s := range d.Schools() {
		p := proven(time.Second)
		p.School = s.ID
		out = append(out, p)
	}
	return out
}

// inTheWay lists what of a drawing covers something: texts each other and signs,
// and what leaves the drawing.
const inTheWay = `(() => {
	const drawing = [...document.querySelectorAll(".map-drawing")].find((d) => getComputedStyle(d).display !== "none");
	const frame = drawing.getBoundingClientRect(), out = [], things = [];
	for (const mark of drawing.querySelectorAll(".mark")) {
		for (const e of [...mark.querySelectorAll("text"), mark.querySelector("g")]) things.push([mark.id, e.tagName, e.getBoundingClientRect(), e.textContent]);
	}
	for (const [id, tag, b, text] of things) {
		if (b.left < frame.left || b.top < frame.top || b.right > frame.right || b.bottom > frame.bottom) out.push(id + " leaves the drawing");
		if (tag === "text" && (!text || b.height < 9)) out.push(id + " cannot be read");
	}
	things.forEach(([a, , x], i) => things.slice(0, i).forEach(([b, , y]) => {
		if (a !== b && x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1) out.push(a + " covers " + b);
	}));
	if (drawing.querySelectorAll("a.mark").length !== 20) out.push("not all are drawn");
	return out;
})()`

// Twenty schools stay readable, on a desk and on a telephone, in both languages; an
// alarm changes the sign where it stands, and nothing else moves.
func TestTwentySchoolsStayReadableOnTheMap(t *testing.T) {
	all := twenty()
	h := startAt(t, all, allProven(all), nil, nil)
	b := h.tabOf("liaison-20", "#groups")
	b.do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(h.http.URL+"/map"), chromedp.WaitVisible(chromedp.CSS(".map-desk")))
	covers := func(where string) {
		t.Helper()
		found := seen[[]string](b, inTheWay)
		assert.Empty(t, found, where)
	}
	covers("desk, zh")
	b.await(`!!document.querySelector("#link.connected")`, "it follows the stream")
	b.run(`window.moved = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => (window.moved += e.value))).observe({ type: "layout-shift", buffered: false });
		window.sign = document.getElementById("desk-school-07");
		window.stood = [...document.querySelectorAll(".map-desk .mark")].map((m) => m.querySelector("g").getAttribute("transform")).join();`)
	for _, school := range []string{"school-07", "school-07", "school-19"} {
		h.engine.Press(apitest.APress(school, "b-1", devices.Attack))
	}
	drill := apitest.APress("school-02", "b-1", devices.Fire)
	drill.Mode = devices.Drill
	h.engine.Press(drill)
	b.await(`document.querySelectorAll(".map-desk .g-critical").length === 2 && !!document.querySelector("#desk-school-02.g-drill")`, "by itself")
	b.await(`window.sign.isConnected && window.sign.classList.contains("g-critical") && document.querySelector("#map-school-07 .map-word").textContent.includes("特急")`, "the same sign, in place")
	b.await(`window.stood === [...document.querySelectorAll(".map-desk .mark")].map((m) => m.querySelector("g").getAttribute("transform")).join()`, "no sign moves")
	covers("desk, zh, with alarms")
	shift := seen[float64](b, `window.moved`)
	assert.Less(t, shift, 0.01, "the layout stands")
	b.do(chromedp.EmulateViewport(360, 780))
	covers("phone, zh")
	b.await(`document.documentElement.scrollWidth <= 360`, "nothing is wider than a phone")
	b.do(chromedp.EmulateViewport(1440, 900), chromedp.Click(chromedp.CSS(`form[action="/language"] button`)), chromedp.WaitVisible(chromedp.CSS(`html[lang="en"] .map-desk`)))
	covers("desk, en")
	b.do(chromedp.EmulateViewport(360, 780))
	covers("phone, en")
	b.do(chromedp.EmulateViewport(1920, 1080))
	covers("wall, en")
	b.run(`document.querySelector("#map-school-07 td a").focus()`)
	b.await(`!!document.activeElement.closest("#map-school-07") && document.activeElement.getAttribute("href").startsWith("/incidents/")`, "the table leads there by the keyboard")
	b.run(`setTimeout(() => document.querySelector("#desk-school-07").dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })))`)
	b.do(chromedp.WaitVisible(chromedp.CSS("#whole-card"))) // and so does the sign, by the hand
}
