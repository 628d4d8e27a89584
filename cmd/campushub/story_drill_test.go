package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// An officer plans a drill, starts it, has a finger on the button of it, stamps
// what is reached and counts, stops it and reads its report. Whatever anybody sees
// or hears of it says that it is a drill.
func TestStoryOfADrill(t *testing.T) {
	s := tell(t)
	liaison, guard, officer := s.sits("liaison"), s.sits("guard"), s.sits("officer")
	officer.open(s.Console + "/drills")
	officer.run(`const b = document.getElementById("drill-button"); b.value = [...b.options].find((o) => o.value.endsWith("/b-1")).value`)
	officer.press("#drill-plan button.main")
	officer.await(`document.querySelector(".drill-page")?.dataset.phase === "planned"`, "planned")
	officer.connects()
	officer.press("#drill-start")
	officer.await(`document.querySelector(".drill-page")?.dataset.phase === "running"`, "it runs")
	officer.connects()
	officer.await(`document.querySelector(".drill-page").textContent.includes("首次按下算演练")`, "the button is in its window")
	page := officer.address()

	require.NoError(t, s.school.Press("b-1"))
	s.light("b-1", devices.IndicatorStored)
	officer.await(`document.querySelector(".drill-page").textContent.includes("已按下")`, "the page shows it by itself")
	drilled := s.only()
	assert.Equal(t, "drill", drilled.Mode)
	for _, b := range []browser{liaison, guard} {
		b.await(card(drilled.ID, `matches(".g-drill")`)+" && "+card(drilled.ID, `closest("[data-group]").dataset.group === "drill"`), "it stands apart")
		b.await(card(drilled.ID, `querySelector(".severity").textContent.includes("演练")`), "and says so")
		b.await(card(drilled.ID, `dataset.sound === "drill"`), "and sounds so")
	}
	hatched := `getComputedStyle(document.querySelector("#i-` + drilled.ID + `")).backgroundImage.startsWith("repeating-linear-gradient")`
	assert.True(t, seen[bool](liaison, hatched), "and looks so")
	desk, err := s.school.Terminal("desk-1")
	require.NoError(t, err)
	alert, err := desk.Await(t.Context(), func(a wire.Alert) bool { return a.Incident == drilled.ID })
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(alert.Alert.Text.ZH, "【演练】") && strings.HasSuffix(alert.Alert.Text.ZH, "【演练】"), alert.Alert.Text.ZH)
	liaison.open(s.Console + "/incidents/" + drilled.ID)
	liaison.await(`document.querySelector(".whole .severity").textContent.includes("演练")`, "on its own page")

	officer.stamps("form:has(input[value='unit']) button", 2)
	officer.stamps("form:has(input[value='evacuation']) button", 1)
	officer.run(`document.querySelector('.marks input[name="expected"]').value = "400"`)
	officer.stamps("form:has(input[value='head-count']) button", 0)
	officer.do(chromedp.SendKeys(chromedp.CSS("#drill-stop input"), "全部撤离"))
	officer.press("#drill-stop button")
	officer.await(`document.querySelector(".drill-report")?.dataset.grade === "excellent"`, "graded")
	report := seen[string](officer, `document.querySelector(".drill-report").textContent`)
	assert.Regexp(t, `(?s)^【演练】.*按下 1 个.*疏散完成：时限 120 秒，实际 \d+ 秒，达标.*清点完成：.*达标.*总评：优秀.*【演练】\s*$`, report)
	officer.connects()
	officer.press("#drill-return")
	officer.await(`document.querySelector(".drill-page")?.dataset.phase === "returned"`, "they have gone back")
	guard.open(page)
	assert.Contains(t, seen[string](guard, `document.querySelector("h1").textContent`), "【演练】")
	assert.Equal(t, "drill", s.only().Mode, "and nothing else has come of it")
}

// stamps clicks a stamp, and waits until so many are left.
func (b browser) stamps(button string, left int) {
	b.t.Helper()
	b.connects()
	b.press(strings.ReplaceAll(button, "'", `"`))
	b.await(`document.querySelectorAll(".marks ol form").length === `+string(rune('0'+left)), "stamped: "+button)
}

func (b browser) address() string { return seen[string](b, "location.href") }
