package console_test

import (
	"testing"
	"time"
)

// The page counts the age up by itself, and after three minutes without a newer
// proof says so in words.
func TestThePageCountsTheProofsAgeUp(t *testing.T) {
	h := startWith(t, told{proven(176 * time.Second)})
	b := h.tab("liaison-1")
	const line = `document.querySelector("#way .way-text").textContent`
	b.await(line+`.includes("2 分钟前已证实")`, "still proven")
	b.await(line+`.includes("起未证实") && !document.getElementById("way").classList.contains("proven")`, "three minutes are over")
}
