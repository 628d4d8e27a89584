package provision

import (
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// The school of the demonstration is made up, and so is everything in it.
const school = "ziwei-primary"

// Walked is the gate through which people walk.
const Walked = "g-1"

// roll is how many pupils there are: about as many as come to the virtual gate
// on a day.
const roll = 450

// extraPlace is where the extra buttons hang.
const extraPlace = "teaching-building"

// place is one of the school's places, and where it lies on the school's plan:
// per cent of its width and height.
type place struct {
	alerting.Place
	X, Y int
}

func places() []place {
	at := func(id, zh, en string, x, y int) place {
		return place{alerting.Place{ID: id, Name: alerting.Text{ZH: zh, EN: en}}, x, y}
	}
	return []place{
		at("north-gate", "北门", "North gate", 47, 11),
		at("south-gate", "南门", "South gate", 50, 89),
		at("playground", "操场", "Playground", 27, 66),
		at("gatehouse", "门卫室", "Gatehouse", 68, 15),
		at(extraPlace, "教学楼", "Teaching building", 59, 27),
	}
}

func fixedDevices() []Device {
	return []Device{
		device("b-1", devices.KindButton, devices.PowerMains, "north-gate"),
		device("b-2", devices.KindButton, devices.PowerMains, "south-gate"),
		device("b-3", devices.KindButton, devices.PowerBattery, "playground"),
		device("b-4", devices.KindButton, devices.PowerMains, "gatehouse"),
		device("r-1", devices.KindReader, devices.PowerMains, "north-gate"),
		device("r-2", devices.KindReader, devices.PowerMains, "playground"),
		device("r-3", devices.KindReader, devices.PowerMains, "teaching-building"),
		device(Walked, devices.KindGate, devices.PowerMains, "north-gate"),
		gate("v-1", "vehicle", "south-gate"),
		gate("e-1", "evacuation", "playground"),
	}
}

// gate is one whose sensors are wireless.
func gate(id, is, place string) Device {
	d := device(id, devices.KindGate, devices.PowerBattery, place)
	d.Gate = is
	return d
}

func extraButtons(n int) []Device {
	out := make([]Device, n)
	for i := range out {
		out[i] = device(extraButton(i+1), devices.KindButton, devices.PowerMains, extraPlace)
		out[i].Extra = true
	}
	return out
}

// extraPrefix begins the id of every extra button and of no other device.
const extraPrefix = "x-"

func extraButton(n int) string { return extraPrefix + strconv.Itoa(n) }

func device(id string, kind devices.Kind, power devices.Power, place string) Device {
	return Device{
		School: school, ID: id, Kind: kind,
		Username: devices.Address{School: school, Device: id}.String(),
		Power:    power, Place: place,
	}
}

func terminals() []Terminal {
	return []Terminal{
		terminal(alerting.Police, "desk-1"),
		terminal(alerting.School, "office-1"),
		terminal(alerting.Guards, "gatehouse-1"),
	}
}

func terminal(a alerting.Audience, id string) Terminal {
	user := string(a) + "/" + id
	return Terminal{Audience: a, ID: id, Topic: "alert/" + user, Username: user}
}

// accounts is one person of each role, called after it. Only the officer is
// a named recipient of confidential incidents.
func accounts() []Account {
	var out []Account
	for _, role := range alerting.Roles() {
		out = append(out, Account{
			Name: string(role), Role: role, Schools: []string{school},
			named: role == alerting.RoleOfficer,
		})
	}
	return out
}
