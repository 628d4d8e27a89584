package provision

import (
	"encoding/csv"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

// post is the one that is watched: its reader stands there.
const post = "north-gate"

// reader is the device that the cards of the post are held to.
const reader = "r-1"

// pointReaders are the readers that the patrol rounds pass: each hangs at the
// point that is called after its place.
func pointReaders() []Device {
	var out []Device
	for _, d := range fixedDevices() {
		if d.Kind == devices.KindReader && d.Place != post {
			out = append(out, d)
		}
	}
	return out
}

func points() []string {
	var out []string
	for _, d := range pointReaders() {
		out = append(out, d.Place)
	}
	return out
}

// Patrols are walked by the guards of the roster: by day and by night by who is
// on the shift then. at are the times of the rounds, in minutes after midnight.
func Patrols(at []int, zone *time.Location) []campus.Patrol {
	var readers []string
	for _, d := range pointReaders() {
		readers = append(readers, d.Username)
	}
	from := devices.Address{School: school, Device: reader}.String()
	day := campus.Patrol{Card: campus.CardNumber(from, 0), Readers: readers, Zone: zone}
	night := campus.Patrol{Card: campus.CardNumber(from, 2), Readers: readers, Zone: zone}
	for _, minute := range at {
		if minute >= dayFrom && minute < dayTo {
			day.At = append(day.At, minute)
		} else {
			night.At = append(night.At, minute)
		}
	}
	return slices.DeleteFunc([]campus.Patrol{day, night}, func(p campus.Patrol) bool { return len(p.At) == 0 })
}

// The day shift of the post, in minutes after midnight.
const (
	dayFrom = 7 * 60
	dayTo   = 19 * 60
)

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
