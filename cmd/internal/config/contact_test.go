package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestContactsAndTheirPaths(t *testing.T) {
	c := loaded(t, "testdata/good/contacts.yaml")
	d := c.Directory()
	station, ok := d.Contact("station")
	require.True(t, ok)
	assert.Equal(t, people.Contact{
		Name: "station", Title: alerting.Text{ZH: "城北派出所值班室", EN: "North station desk"},
		Audience: alerting.Police, Duties: []people.Duty{people.DutyStationDesk, people.DutyCommandSeat},
		Schools: []string{"ziwei-primary"},
		Paths: []people.Path{
			{Channel: alerting.ChannelMQTT, Via: alerting.ViaLAN, Address: "desk-1"},
			{Channel: alerting.ChannelWebhook, Via: alerting.ViaCellular, Address: "seat"},
		},
	}, station, "what a path runs over is said by what carries it")
	counsellor, _ := d.Contact("counsellor")
	assert.True(t, counsellor.Named)
	assert.Len(t, d.ContactsOf("ziwei-primary"), 3)
	assert.Empty(t, d.ContactsOf("haitang-middle"))
}

func TestASchoolsPolicyIsTheDirectorys(t *testing.T) {
	d := loaded(t, "testdata/good/contacts.yaml").Directory()
	first := func(school string, kind alerting.Kind) alerting.Opening {
		return policy.Open(d, policy.Occasion{School: school, Kind: kind, Mode: devices.Live})
	}
	own := first("ziwei-primary", "fight")
	assert.Equal(t, alerting.Critical, own.Severity)
	for _, l := range own.Plan.Legs {
		if l.Audience == alerting.Police {
			assert.Equal(t, 30*time.Second, l.After)
			assert.Equal(t, time.Second, l.Limit)
		}
	}
	assert.Equal(t, alerting.High, first("haitang-middle", "fight").Severity, "another school keeps the built-in policy")
	assert.Equal(t, alerting.ClockRule{Profile: alerting.Rural, Police: 20 * time.Minute}.Marks("fire"), policy.Of(d).Clock("ziwei-primary").Marks("fire"))
}

// gatewayed reads contacts beside gateways that are known already.
func gatewayed(t *testing.T, contact string) (people.Contact, Faults) {
	t.Helper()
	r := &reader{
		named: map[string]value{}, schools: map[string]value{"ziwei": {node: &yaml.Node{}, src: &source{}}},
		config: Config{Gateways: []people.Gateway{
			{Name: "texts", Channel: alerting.ChannelSMS, Via: alerting.ViaCellular},
			{Name: "calls", Channel: alerting.ChannelVoice, Via: alerting.ViaInternet},
			{Name: "group", Channel: alerting.ChannelWeCom, Via: alerting.ViaInternet},
		}},
	}
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(contact), &doc))
	r.contact(value{node: doc.Content[0], src: &source{name: "x.yaml"}, path: "contacts[0]"})
	require.Len(t, r.config.Contacts, 1)
	return r.config.Contacts[0], r.faults
}

func TestPathsRunOverTheirGateways(t *testing.T) {
	const head = "name: x\ntitle: {zh: 甲, en: A}\naudience: school\nduties: [officer]\nschools: [ziwei]\npaths:\n"
	c, faults := gatewayed(t, head+
		"  - {channel: sms, address: \"+8613812345678\", gateway: texts}\n"+
		"  - {channel: voice, address: \"+8613812345678\", gateway: calls}\n"+
		"  - {channel: wecom, gateway: group}\n")
	require.Empty(t, faults)
	assert.Equal(t, []people.Path{
		{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613812345678", Gateway: "texts"},
		{Channel: alerting.ChannelVoice, Via: alerting.ViaInternet, Address: "+8613812345678", Gateway: "calls"},
		{Channel: alerting.ChannelWeCom, Via: alerting.ViaInternet, Gateway: "group"},
	}, c.Paths)

	_, faults = gatewayed(t, head+"  - {channel: sms, address: \"+8613812345678\", gateway: calls}\n")
	assert.Contains(t, faults.Error(), `contacts[0].paths[0].gateway: gateway "calls" carries voice, not sms`)
	_, faults = gatewayed(t, head+"  - {channel: sms, address: \"+8613812345678\", gateway: text}\n")
	assert.Contains(t, faults.Error(), `there is no gateway "text", did you mean texts?`)
}

func TestHoursAndLeaveOfContactsAreRead(t *testing.T) {
	c := loaded(t, "testdata/good/contacts.yaml")
	d := c.Directory()
	officer, _ := d.Contact("safety-officer")
	assert.Equal(t, "school 07:00-18:30, sat,sun 09:00-12:00", officer.Hours.Text().EN)
	school, _ := d.School("ziwei-primary")
	assert.Same(t, c.Calendars["ziwei-primary"], school.Calendar, "what a school day is, its own calendar says")
	assert.Contains(t, c.Warnings.Error(), "nobody of school is on shift at ziwei-primary: sat 07:00 to sat 09:00, sat 12:00 to sat 18:30")
	assert.Contains(t, c.Warnings.Error(), "nobody of school is on shift at ziwei-primary in the holidays: mon 07:00 to mon 18:30")

	assert.Contains(t, c.Warnings.Error(), "leave has nobody of school there at ziwei-primary on 2099-09-08, 2099-10-01..2099-10-07, for the day or a part of it; all of them are told then")

	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, school.Location())
	p := policy.Open(d, policy.Occasion{School: "ziwei-primary", Kind: "bullying", Mode: devices.Live, At: noon}).Plan
	assert.Equal(t, []alerting.OffShift{{
		Audience: alerting.School, Contact: "counsellor", Duty: "named-person", Told: alerting.ToldNobodyElse,
	}}, p.OffShift, "the one who may be told of it is told, on shift or not")
}

func TestLeaveOfContactsIsRead(t *testing.T) {
	const head = "name: x\ntitle: {zh: 甲, en: A}\naudience: school\nduties: [officer]\nschools: [ziwei]\npaths: [{channel: wecom, gateway: group}]\n"
	c, faults := gatewayed(t, head+"leave: [2026-10-01..2026-10-08, \"2026-12-24\"]\n")
	require.Empty(t, faults)
	zone := time.FixedZone("CST", 8*3600)
	of := people.School{Zone: zone}
	for at, want := range map[string]bool{
		"2026-09-30T23:59": false, "2026-10-01T00:00": true, "2026-10-08T23:59": true, "2026-10-09T00:00": false, "2026-12-24T12:00": true, "2026-12-25T00:00": false,
	} {
		when, err := time.ParseInLocation("2006-01-02T15:04", at, zone)
		require.NoError(t, err)
		assert.Equal(t, want, c.OnLeave(of, when.UTC()), at)
	}
	for leave, want := range map[string]string{
		"leave: []":                           "names no day: leave it out",
		"leave: [october]":                    `contacts[0].leave[0]: "october" is no date such as 2026-09-01`,
		"leave: [2026-10-01..soon]":           `"soon" is no date`,
		"leave: [2026-10-02..2026-10-01]":     "contacts[0].leave[0]: 2026-10-02..2026-10-01 ends before it begins",
		"leave: ['2026-10-01', '2026-10-01']": `"2026-10-01" is named twice`,
		"leave: [2026-10-01]":                 "contacts[0].leave[0]: want a text, found 2026-10-01: put it in quotes",
		"leave: 2026-10-01":                   "contacts[0].leave",
	} {
		_, faults := gatewayed(t, head+leave+"\n")
		require.NotEmpty(t, faults, leave)
		assert.Contains(t, faults.Error(), want, leave)
	}
}

func TestHoursThatCannotBeReadAreReported(t *testing.T) {
	const head = "name: x\ntitle: {zh: 甲, en: A}\naudience: school\nduties: [officer]\nschools: [ziwei]\npaths: [{channel: wecom, gateway: group}]\n"
	for hours, want := range map[string]string{
		"hours: []":                         "names no hours: leave it out",
		"hours: [monday 07:00-19:00]":       `contacts[0].hours[0]: want days of mon, tue, wed, thu, fri, sat, sun, school and closed, found "monday"`,
		"hours: [07:00-19:00, 07:00-07:00]": "contacts[0].hours[1]: 07:00-07:00 begins when it ends",
		"hours: [07:00-19:00, 07:00-19:00]": `"07:00-19:00" is named twice`,
		"hours: 07:00-19:00":                "contacts[0].hours",
	} {
		_, faults := gatewayed(t, head+hours+"\n")
		require.NotEmpty(t, faults, hours)
		assert.Contains(t, faults.Error(), want, hours)
	}
}

func TestASchoolOfWhichNobodyIsNamedIsWarnedOfByLine(t *testing.T) {
	said := loaded(t, "testdata/good/contacts.yaml").Warnings.Error()
	assert.Contains(t, said, "contacts.yaml:47:5: policies[0]: bullying, welfare: confidential, told to police, and nobody named of police at ziwei-primary could acknowledge or resolve it")
	assert.Contains(t, said, "contacts.yaml:9:9: schools[1].id: bullying, welfare: confidential, told to school, and nobody named of school at haitang-middle")
	assert.NotContains(t, said, "nobody named of school at ziwei-primary", "its officer is")
}
