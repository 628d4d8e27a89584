package console_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
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

// noted is a checker that hears which pages show its checks.
type noted struct {
	told
	shown chan string
}

func (n noted) Shown(school, check, account string, _ time.Time) {
	n.shown <- school + " " + check + " " + account
}

// A page of the police that somebody can see tells the hub which check it
// shows, once; nobody else's does.
func TestAPageOfThePoliceSaysWhatItShows(t *testing.T) {
	n := noted{told{proven(time.Second)}, make(chan string, 16)}
	h := startWith(t, n)
	says(t, h.as("liaison-1", "zh").get("/").html, "data-shows")
	lacks(t, h.as("officer-1", "zh").get("/").html, "data-shows")
	h.tab("liaison-1")
	select {
	case said := <-n.shown:
		assert.Equal(t, apitest.School+" 1 liaison-1", said)
	case <-time.After(patience): // a page asks every 15 s
		require.FailNow(t, "the page said nothing")
	}
}
