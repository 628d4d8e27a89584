package provision

import (
	"encoding/csv"
	"encoding/hex"
	"strings"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

// post is the one that is watched: its reader stands there.
const post = "north-gate"

// reader is the device that the cards of the post are held to.
const reader = "r-1"

// onDuty is somebody on the demonstration's roster. They are made up, and carry
// the cards that the virtual reader is shown.
type onDuty struct{ Name, Account, Card, shift string }

func peopleOnDuty() []onDuty {
	card := func(holder int) string {
		return hex.EncodeToString(campus.CardNumber(devices.Address{School: school, Device: reader}.String(), holder))
	}
	return []onDuty{
		{Name: "王建国", Card: card(0), shift: "day"},
		{Name: "李卫国", Account: "guard", Card: card(1), shift: "day"},
		{Name: "何大勇", Card: card(2), shift: "night"},
		{Name: "孙女士", Account: "volunteer"}, // takes an open slot herself
		{Name: "陈主任", Account: "officer"},
	}
}

// Roster is the demonstration's roster for some days, as a school's own sheet.
func Roster(days calendar.Span) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"日期", "岗位", "班次", "姓名", "角色"}) // a builder takes everything
	for d := days.From; d.Compare(days.To) <= 0; d = d.Add(1) {
		for _, p := range peopleOnDuty() {
			if p.shift != "" {
				_ = w.Write([]string{d.String(), post, p.shift, p.Name, "保安员"})
			}
		}
	}
	w.Flush()
	return b.String()
}
