package console_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// With scripts too: a note that is too long stays under the hand, also while the
// page lives on, says why, and is taken once it is shorter.
func TestARefusedNoteIsPutRightWhereItStands(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1")
	b.open(i, 1366, 768)
	long := strings.Repeat("很长", 500)
	send := `document.getElementById("note").requestSubmit()`
	write := func(words string) {
		b.run(`const f = document.getElementById("note-text"); f.removeAttribute("maxlength"); f.focus(); f.value = "` + words + `"`)
	}
	write(long)
	b.run(send)
	b.await(`document.querySelector("#note-text[aria-invalid]") === document.activeElement`, "the focus is on the field that is at fault")
	b.await(`document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent.length > 5`, "which says why")
	press(h, "b-1", devices.Attack)
	b.await(`document.querySelectorAll("#presses li").length === 2`, "the page lives on")
	b.await(`document.getElementById("note-text").value === "`+long+`" && !!document.querySelector("#note-text[aria-invalid]")`, "and leaves what was typed")
	write("两名男子")
	b.run(send)
	b.await(`document.getElementById("timeline").textContent.includes("两名男子")`, "it is taken")
	b.await(`document.getElementById("note-text").value === "" && !document.querySelector("[aria-invalid], .field-fault")`, "and the form is empty again")
}

// On a page whose forms the browser sends itself: what was typed stands there again,
// at the page's own address, and stays there while the page is drawn anew.
func TestARefusedFormLivesOnAtThePagesOwnAddress(t *testing.T) {
	h, of := startDuty(t)
	officer := h.as("officer-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	b := h.tab("officer-1")
	b.do(chromedp.Navigate(h.http.URL+"/roster"), chromedp.WaitVisible(chromedp.CSS("#replace-by")))
	b.run(`const by = document.getElementById("replace-by"); by.value = "王建国"; document.getElementById("replace-phone").value = "13800000001"; document.getElementById("replace-at").selectedIndex = [...document.getElementById("replace-at").options].findIndex((o) => o.value.endsWith("王建国")); by.form.id = "swap"`)
	b.do(chromedp.Click(chromedp.CSS("#swap button")), chromedp.WaitVisible(chromedp.CSS("form[data-refused]")))
	b.await(`location.pathname === "/roster" && document.querySelector("form[data-refused]")?.className === "roster-replace"`, "it is refused: he stands there himself")
	press(h, "b-2", devices.Attack)
	b.await(`!!document.querySelector("#alarms [data-incident]")`, "the page lives on")
	b.await(`document.getElementById("replace-by").value === "王建国" && document.getElementById("replace-phone").value === "13800000001" && document.getElementById("replace-at").value.endsWith("王建国")`, "with what was typed")
	b.await(`document.activeElement.id === "replace-by"`, "and the focus")
}
