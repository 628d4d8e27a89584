package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// A finger is on a button: the alarm is on the board of each who answers for it,
// one key signs for it, the button's light says so, and whoever else looks sees
// who has it.
func TestStoryOfAPressThatIsAcknowledged(t *testing.T) {
	s := tell(t)
	boards := map[string]browser{}
	for _, who := range []string{"liaison", colleague, "officer"} {
		boards[who] = s.sits(who)
		boards[who].await(cards(0), "nothing is open yet")
	}
	require.NoError(t, s.school.Press("b-1"))
	s.light("b-1", devices.IndicatorStored)
	desk, err := s.school.Terminal("desk-1")
	require.NoError(t, err)
	_, err = desk.Await(t.Context(), func(a wire.Alert) bool { return a.Text.ZH != "" })
	require.NoError(t, err, "the police's own terminal is told, too")
	id := s.only().ID
	for who, b := range boards {
		b.await(cards(1)+" && "+card(id, `textContent.includes("北门")`), who+" sees it by itself")
		b.await(card(id, `querySelector(".holder.nobody") !== null`), "and that nobody has it")
		b.await(card(id, `dataset.sound === "critical"`), "and hears it")
	}
	take := card(id, `querySelector("[data-take]").textContent.trim()`)
	assert.Equal(t, "A 签收", seen[string](boards["liaison"], take), "the police's word")
	assert.Equal(t, "A 接手", seen[string](boards["officer"], take), "the school's word")

	boards["liaison"].keys("a")
	s.light("b-1", devices.IndicatorAcknowledged)
	boards["liaison"].await(card(id, `querySelector(".holder").textContent.includes("值班民警 liaison 已签收")`), "it is theirs")
	boards[colleague].await(card(id, `querySelector(".holder").textContent.includes("值班民警 liaison 已签收")`), "the colleague sees who has it")
	boards["officer"].await(card(id, `querySelector(".holder").textContent.includes("警方已签收：值班民警 liaison")`), "the school sees who has it")
	for who, b := range boards {
		b.await(card(id, `dataset.sound !== "critical"`)+" && "+card(id, `querySelector(".nobody") === null`), who+"'s board is silent")
		assert.Equal(t, 1, seen[int](b, `document.querySelectorAll("[data-incident]").length`), "one card, and nothing beside it")
		assert.NotContains(t, b.shows(), "确认", "that word means verified here")
	}
	assert.Equal(t, "acknowledged", s.only().State)
}
