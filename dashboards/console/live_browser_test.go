package console_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// typedIn finds a field with these words, the focus on it and the two letters
// selected that stand first.
func typedIn(field, words string) string {
	return `(() => { const f = document.querySelector('` + field + `'); return f === document.activeElement && f.value === "` + words + `" && f.selectionStart === 0 && f.selectionEnd === 2 })()`
}

// selectTwo selects the two letters that stand first in the field with the focus.
const selectTwo = `document.activeElement.setSelectionRange(0, 2)`

// A guard types the post's number, and the page goes on living: what the officer
// does meanwhile comes, and what is typed stays.
func TestAPageLivesOnUnderTheHandOfWhoeverTypes(t *testing.T) {
	h, of := startDuty(t)
	officer := h.as("officer-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	b := h.tab("guard-1")
	const code = `.shift input[name="code"]`
	b.do(chromedp.Navigate(h.http.URL+"/shift"), chromedp.WaitVisible(chromedp.CSS(code)), chromedp.SendKeys(chromedp.CSS(code), "384"))
	b.run(selectTwo + `; window.field = document.activeElement; window.scrollTo(0, 40); window.stood = window.field.getBoundingClientRect().top`)
	for n := 1; n <= 2; n++ {
		day := calendar.On(time.Now(), of.Zone).Add(1)
		sheet := "日期,岗位,班次,姓名,角色\n" + day.String() + ",北门护学岗,day,王建国,保安员\n"
		if n == 2 {
			sheet = "日期,岗位,班次,姓名,角色\n" + day.String() + ",北门护学岗,day,李卫国,保安员\n"
		}
		require.Equal(t, http.StatusOK, officer.uploadOf(sheet, day).status)
		press(h, "b-2", devices.Attack)
		b.await(`document.querySelectorAll("section.shift").length === `+[]string{"2", "1"}[n-1], "the shift of tomorrow comes and goes")
		b.await(typedIn(code, "384"), "what is typed, the focus and the selection stay")
		b.await(`window.field.isConnected && Math.abs(window.field.getBoundingClientRect().top - window.stood) < 1`, "where they were on the screen")
	}
}

// The officer has the codes unfolded and reads: a roll call comes in and nothing
// is folded.
func TestAFoldThatIsOpenStaysOpen(t *testing.T) {
	h, of := startDuty(t)
	officer := h.as("officer-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	b := h.tab("officer-1")
	b.do(chromedp.Navigate(h.http.URL+"/posts"), chromedp.WaitVisible(chromedp.CSS("details summary")))
	b.run(`document.querySelector("main details").open = true; document.querySelector("main details summary").focus()`)
	require.Equal(t, "/posts", officer.post("/posts/away", "school", apitest.School, "name", "王建国").path)
	press(h, "b-2", devices.Attack)
	b.await(`document.querySelector("main").textContent.includes("出警中")`, "the board of posts has the news")
	b.await(`document.querySelector("main details").open && document.activeElement.matches("main details summary")`, "and is as it was under the hand")
}

// On the board somebody writes a note while another alarm comes. The note stays
// with the incident that it is about: whoever opens another one finds none.
func TestANoteOnTheBoardStaysWithItsIncident(t *testing.T) {
	h := start(t)
	first := press(h, "b-1", devices.Emergency)
	b := h.tab("liaison-1")
	b.do(chromedp.EmulateViewport(1366, 768), chromedp.WaitVisible(chromedp.CSS("#note-text")), chromedp.SendKeys(chromedp.CSS("#note-text"), "Two men"))
	b.run(selectTwo)
	second := press(h, "b-2", devices.Attack)
	b.await(`!!document.getElementById("i-`+second.ID+`")`, "the second alarm has its card")
	b.await(typedIn("#note-text", "Two men")+` && !!document.getElementById("beside-`+first.ID+`")`, "the note stays")
	b.run(`document.querySelector("#i-` + second.ID + ` [data-select]").click()`)
	b.await(`!!document.getElementById("beside-`+second.ID+`")`, "the other one is opened")
	b.await(`document.getElementById("note-text").value === ""`, "what was written about one incident is not sent to another")
}

// A plan is begun to be filled in: a drill that somebody else plans appears in
// the list over it.
func TestAListGrowsOverAFormThatIsFilledIn(t *testing.T) {
	h, _ := startDrills(t)
	b := h.tab("officer-1")
	const storeys = `#drill-storeys`
	b.do(chromedp.Navigate(h.http.URL+"/drills"), chromedp.WaitVisible(chromedp.CSS(storeys)))
	b.run(`const f = document.querySelector("` + storeys + `"); f.focus(); f.value = "9"; f.dispatchEvent(new Event("input", { bubbles: true })); f.form.elements.part[0].click(); window.parts = [...f.form.elements.part].map((e) => e.checked).join(); f.focus(); window.stood = f.getBoundingClientRect().top`)
	planDrill(t, h.as("officer-1", "zh"))
	press(h, "b-2", devices.Attack)
	b.await(`!!document.querySelector('main a[href="/drills/d-1"]')`, "the drill is in the list")
	b.await(`(() => { const f = document.querySelector("`+storeys+`"); return f.value === "9" && f === document.activeElement && [...f.form.elements.part].map((e) => e.checked).join() === window.parts && Math.abs(f.getBoundingClientRect().top - window.stood) < 1 })()`, "and the plan as it was, where it was")
}

// What is there for the script alone is there after a redrawing, too.
func TestThePrintButtonStays(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1")
	b.open(i, 1366, 768)
	b.await(`!document.querySelector("[data-print]").closest("p").hidden`, "offered")
	press(h, "b-1", devices.Attack)
	b.await(`document.querySelectorAll("#presses li").length === 2`, "drawn anew")
	b.await(`!document.querySelector("[data-print]").closest("p").hidden`, "still offered")
}
