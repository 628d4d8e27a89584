package apitest

import (
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// The campus: two schools, one account of every role in the first, named and
// unnamed liaisons and officers, officers with and without the release right, and a liaison of the second.
const (
	School   = "ziwei"
	Other    = "yucai"
	Password = "correct horse 电池"
)

// Cost is what the campus' password hashes cost: little, for quick tests.
func Cost() password.Params { return password.Params{MemoryKiB: 64, Passes: 1, Parallelism: 1} }

// Campus builds the directory.
func Campus() *people.Directory {
	hash, err := password.Hash(Password, Cost())
	if err != nil {
		panic(err)
	}
	var accounts []people.Account
	for _, r := range alerting.Roles() {
		a := people.Account{Name: string(r) + "-1", Role: r, Schools: []string{School}, PasswordHash: hash}
		a.Release = r == alerting.RoleOfficer
		if r == alerting.RoleStaff {
			a.Classes = []string{"c1"}
		}
		accounts = append(accounts, a)
	}
	accounts = append(accounts,
		people.Account{Name: "named-1", Role: alerting.RoleLiaison, Schools: []string{School, Other}, Named: true, PasswordHash: hash},
		people.Account{Name: "deputy-1", Role: alerting.RoleOfficer, Schools: []string{School}, Named: true, PasswordHash: hash},
		people.Account{Name: "clerk-1", Role: alerting.RoleOfficer, Schools: []string{School}, PasswordHash: hash},
		people.Account{Name: "head-1", Role: alerting.RoleOfficer, Schools: []string{School}, Release: true, PasswordHash: hash},
		people.Account{Name: "other-parent", Role: alerting.RoleParent, Schools: []string{Other}, PasswordHash: hash},
		people.Account{Name: "other-1", Role: alerting.RoleLiaison, Schools: []string{Other}, PasswordHash: hash},
	)
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	north := alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}
	field := alerting.Place{ID: "field", Name: alerting.Text{ZH: "操场", EN: "Sports field"}}
	east := alerting.Place{ID: "east-gate", Name: alerting.Text{ZH: "东门", EN: "East gate"}}
	schools := []people.School{
		{ID: School, Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary School"}, Callback: "010-5550-0101", Zone: zone, Position: &people.Position{Lat: 38.7012, Lon: 119.5034}, Places: []alerting.Place{north, east},
			Plans: []people.Plan{plan()}, Spots: map[string]people.Spot{north.ID: {Plan: PlanID, X: 0.25, Y: 0.1}},
			Pickups: []alerting.Place{{ID: "square", Name: alerting.Text{ZH: "东门广场", EN: "the east square"}}}, Classes: []people.Class{{ID: "c1", Roll: 40}, {ID: "c2", Roll: 38}}},
		{ID: Other, Name: alerting.Text{ZH: "育才中学", EN: "Yucai Middle School"}, Callback: "010-5550-0202", Zone: zone, Position: &people.Position{Lat: 38.7185, Lon: 119.5262}, Places: []alerting.Place{field}},
	}
	devs := []people.Device{
		button(School, "b-1", north), button(School, "b-2", east), button(School, "b-3", north),
		button(School, "b-4", east), button(Other, "b-1", field),
		{Address: devices.Address{School: School, Device: "g-1"}, Kind: devices.KindGate, Power: devices.PowerMains, Place: north},
	}
	desk := people.Terminal{Audience: alerting.Police, ID: "desk-1", Schools: []string{School, Other}, Via: alerting.ViaInternet}
	d := people.New(people.Lists{Schools: schools, Devices: devs, Terminals: []people.Terminal{desk}, Accounts: accounts, District: district()})
	return d.WithPolicy(policy.Compile(d, nil)) // once, as in the hub: pages ask for it with every card
}

func button(school, id string, at alerting.Place) people.Device {
	return people.Device{
		Address: devices.Address{School: school, Device: id}, Kind: devices.KindButton, Power: devices.PowerMains, Place: at,
	}
}

// APress is a live press of a button, now.
func APress(school, device string, kind devices.Alarm) devices.Press {
	return devices.Press{
		ID: uuid.NewString(), From: devices.Address{School: school, Device: device}, Alarm: kind,
		Mode: devices.Live, Age: 12 * time.Millisecond, ReceivedAt: time.Now(),
	}
}

// PlanID names the plan of the first school; the north gate is marked on it, the
// east gate is not.
const PlanID = "campus"

func plan() people.Plan {
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><rect x="20" y="20" width="360" height="160" fill="none" stroke="#333" stroke-width="4"/><script>parent.hacked = true</script></svg>`
	return people.Plan{
		ID: PlanID, Name: alerting.Text{ZH: "校园平面图", EN: "Campus plan"}, Image: []byte(drawing), Type: "image/svg+xml", Width: 400, Height: 200,
	}
}

// district has two stations: the nearest to the first school, and the one on whose
// beat it lies.
func district() people.District {
	return people.District{Stations: []people.Station{
		{ID: "centre", Name: alerting.Text{ZH: "中心派出所", EN: "Centre Police Station"}, Position: people.Position{Lat: 38.7077, Lon: 119.5141}},
		{ID: "harbour", Name: alerting.Text{ZH: "港口派出所", EN: "Harbour Police Station"}, Position: people.Position{Lat: 38.6901, Lon: 119.5290}, Schools: []string{School}},
	}}
}
