package simulation

import (
	"sync"
	"sync/atomic"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// The schools of the district.
const (
	ziwei   = "ziwei"   // follows the built-in policy
	lanhua  = "lanhua"  // has a policy of its own
	songbai = "songbai" // has few people
)

func schools() []string { return []string{ziwei, lanhua, songbai} }

// buttons are those of each school.
func buttons() []devices.Address {
	var out []devices.Address
	for _, s := range schools() {
		for _, b := range []string{"b-1", "b-2", "b-3"} {
			out = append(out, devices.Address{School: s, Device: b})
		}
	}
	return out
}

// What a reload may take away: each bit of a version is one of these.
const (
	hasDesk2 = 1 << iota
	hasLeader
	hasLeaderMail
	hasDeputy
	hasSign
	hasPlatform
	hasOwnPolicy
	hasVice
	everything = 1<<iota - 1
)

// lanhuasPolicy tells the police of bullying, masked, asks for a fight like an
// emergency, and lets drills reach the police.
const lanhuasPolicy = `{
  drills: {police: always},
  kinds: {
    bullying: {police: 0, masked: [police], escalation: [E2, E4]},
    fight: {police: 30, severity: critical, escalation: [E1]}
  }
}`

// directories makes each version of the district once; runs share them.
type directories struct {
	mu       sync.Mutex // guards what follows
	made     map[int]*people.Directory
	happened map[string]int // how often what the laws are about has happened
	over     atomic.Bool    // no lane begins another day
}

// rare lists what many days must have seen, or their laws have held nothing.
func rare() []string {
	var verbs []string
	for _, v := range alerting.Verbs() {
		verbs = append(verbs, did(v))
	}
	return append(verbs,
		"notice of one word", "notice of two", "notice agreed to", "notice to two schools", "replaced notice", "notice of a drill", "all safe",
		"notice posted again", "complete count", "correction", "missing child",
		"drill drill_started", "drill drill_pressed", "drill drill_preempted", "drill drill_real", "drill drill_stopped", "drill drill_returned",
		"drill is none", "drill ended", "drill told to the police", "drill press told to the police", "drill press that nobody expected",
		"concealment undone", "drill of two schools", "closed by the hub", "count of a stuck button", "delivery failed", "delivery expired",
		"notice event "+string(release.EventHeld), "notice event "+string(release.EventContinued),
		"report first", "report follow-up", "report final",
	)
}

func (d *directories) happens(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.happened == nil {
		d.happened = map[string]int{}
	}
	d.happened[what]++
}

func (d *directories) version(n int) *people.Directory {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made[n] == nil {
		if d.made == nil {
			d.made = map[int]*people.Directory{}
		}
		d.made[n] = makeDirectory(n)
	}
	return d.made[n]
}

func makeDirectory(version int) *people.Directory {
	lists := people.Lists{Schools: schoolList(), Terminals: terminals(version), Accounts: accounts(version), Contacts: contacts(version)}
	for _, at := range buttons() {
		lists.Devices = append(lists.Devices, people.Device{Address: at, Kind: devices.KindButton, Power: devices.PowerMains, Place: gate()})
	}
	if version&hasPlatform != 0 {
		lists.Webhooks = []people.Webhook{{Name: "platform", Audience: alerting.Police, Schools: []string{ziwei, lanhua}, Via: alerting.ViaInternet}}
	}
	dir := people.New(lists)
	own := map[string]*policy.Rules{}
	if version&hasOwnPolicy != 0 {
		own[lanhua] = readPolicy(lanhuasPolicy)
	}
	return dir.WithPolicy(policy.Compile(dir, own))
}

func readPolicy(text string) *policy.Rules {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		panic(err)
	}
	rules, faults := policy.Read(doc.Content[0], "policies[0]")
	if len(faults) > 0 {
		panic(faults[0])
	}
	return rules
}

// secondSMS is a gateway beside the one that most texts go to.
const secondSMS = "sms-2"

func gate() alerting.Place {
	return alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}
}

// square is where children are handed over.
func square() alerting.Place {
	return alerting.Place{ID: "east", Name: alerting.Text{ZH: "东门广场", EN: "the east square"}}
}

func schoolList() []people.School {
	zone := time.FixedZone("CST", 8*3600)
	var out []people.School
	for _, id := range schools() {
		out = append(out, people.School{ID: id, Name: alerting.Text{ZH: id, EN: id}, Callback: "010-5555", Zone: zone, Places: []alerting.Place{gate()}, Pickups: []alerting.Place{square()}})
	}
	return out
}

func terminals(version int) []people.Terminal {
	out := []people.Terminal{
		{Audience: alerting.Police, ID: "desk-1", Schools: []string{ziwei, lanhua}, Via: alerting.ViaInternet},
		{Audience: alerting.School, ID: "office-1", Schools: []string{ziwei}, Via: alerting.ViaLAN},
		{Audience: alerting.Guards, ID: "gatehouse-1", Schools: []string{lanhua, songbai}, Via: alerting.ViaLAN},
	}
	if version&hasDesk2 != 0 {
		out = append(out, people.Terminal{Audience: alerting.Police, ID: "desk-2", Schools: []string{lanhua, songbai}, Via: alerting.ViaCellular})
	}
	if version&hasSign != 0 {
		out = append(out, people.Terminal{Audience: alerting.Guards, ID: "sign-1", Schools: []string{ziwei, songbai}, Public: true, Via: alerting.ViaLAN})
	}
	return out
}

func accounts(version int) []people.Account {
	all := schools()
	out := []people.Account{
		{Name: "liaison", Role: alerting.RoleLiaison, Schools: all},
		{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{ziwei, lanhua}},
		{Name: "gateman", Role: alerting.RoleGuard, Schools: []string{ziwei, songbai}},
		{Name: "teacher", Role: alerting.RoleStaff, Schools: all},
		{Name: "bureau", Role: alerting.RoleDistrict, Schools: all},
		{Name: "mother", Role: alerting.RoleParent, Schools: all},
		{Name: "keeper", Role: alerting.RoleAdmin, Schools: all},
	}
	if version&hasDeputy != 0 {
		out = append(out, people.Account{Name: "deputy", Role: alerting.RoleOfficer, Schools: all, Named: true})
	}
	return out
}

func contacts(version int) []people.Contact {
	sms, voice, mail, push := route(alerting.ChannelSMS), route(alerting.ChannelVoice), route(alerting.ChannelMail), route(alerting.ChannelPush)
	other := sms
	other.Gateway = secondSMS
	add := func(name string, a alerting.Audience, duty people.Duty, named bool, in []string, paths ...people.Path) people.Contact {
		return people.Contact{Name: name, Audience: a, Duties: []people.Duty{duty}, Named: named, Schools: in, Paths: paths}
	}
	all := schools()
	page := func(contact string) people.Path {
		own := push
		own.Address = pageOf(contact)
		return own
	}
	out := []people.Contact{
		add("assigned", alerting.Police, people.DutyAssignedOfficer, false, []string{ziwei, songbai}, sms, mail, page("assigned")),
		add("chief", alerting.Police, people.DutyCommandChief, false, all, voice, mail, sms),
		add("duty-leader", alerting.School, people.DutyDutyLeader, false, []string{ziwei, lanhua}, page("duty-leader"), other, mail),
		add("principal", alerting.School, people.DutyPrincipal, true, all, sms, mail),
		add("confidant", alerting.School, people.DutyNamedPerson, true, []string{ziwei, songbai}, sms, mail),
		add("second", alerting.School, people.DutySecondDeputy, true, all, voice, sms),
		add("bureau-duty", alerting.District, people.DutyBureauDuty, false, all, mail, sms),
		add("protection", alerting.District, people.DutyBureauProtection, true, all, sms),
		add("class-teachers", alerting.Staff, people.DutyStaff, false, []string{ziwei}, route(alerting.ChannelWeCom), sms),
		add("parents", alerting.Parents, people.DutyBureauDuty, true, all, sms),
	}
	if version&hasLeader != 0 {
		paths := []people.Path{sms}
		if version&hasLeaderMail != 0 {
			paths = append(paths, mail)
		}
		out = append(out, add("leader", alerting.Police, people.DutyStationLeader, false, all, paths...))
	}
	if version&hasVice != 0 {
		out = append(out, add("vice", alerting.School, people.DutyDeputy, false, all, sms, voice))
	}
	return out
}

func route(c alerting.Channel) people.Path {
	via := alerting.ViaInternet
	if c == alerting.ChannelSMS || c == alerting.ChannelVoice {
		via = alerting.ViaCellular
	}
	return people.Path{Channel: c, Via: via, Address: string(c), Gateway: string(c)}
}
