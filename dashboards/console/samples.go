package console

import (
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// samples are made-up incidents, as the templates of the product take them.
type samples struct {
	*page
	Cards   []card
	Alarms  []card
	Detail  *detail
	Charts  []chart
	Map     []mapDrawing
	Signs   []mapKey
	Notices []notice
}

const sampleSchool = "sample"

// samplesOf draws for a liaison of a school that is made up, whoever looks at it.
func samplesOf(p *page) samples {
	own := *p
	own.Account = people.Account{Name: "liaison", Role: alerting.RoleLiaison, Schools: []string{sampleSchool}, Named: true}
	own.people = samplePeople(p.people)
	s := samples{page: &own, Charts: sampleCharts(&own)}
	for _, i := range sampleIncidents(own.now) {
		s.Cards = append(s.Cards, card{page: &own, Incident: i})
	}
	s.Alarms = s.Cards[:2]
	s.Detail = newDetail(&own, sampleTaken(own.now), nil, true)
	m := newMap(&own)
	m.Schools = []mapSchool{m.school(1, sampleSchool, links{})}
	m.draw()
	s.Map, s.Signs = m.Drawings[:1], m.Key()
	s.Notices = []notice{{Text: own.Say("done.acknowledge")}, {Text: own.Say("refused.unavailable"), Error: true}}
	return s
}

func samplePeople(d *people.Directory) *people.Directory {
	at := people.Position{Lat: 38.7046, Lon: 119.5012}
	return people.New(people.Lists{
		Schools: []people.School{{
			ID: sampleSchool, Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary School"}, Callback: "010-55550100", Zone: zoneOfAny(d), Position: &at,
		}},
		Accounts: []people.Account{{Name: "liaison", Role: alerting.RoleLiaison, Schools: []string{sampleSchool}, Named: true}},
		District: people.District{
			Stations: []people.Station{{ID: "harbour", Name: alerting.Text{ZH: "港口派出所", EN: "Harbour Police Station"}, Position: people.Position{Lat: 38.7006, Lon: 119.5101}}},
			Outline:  []people.Position{{Lat: 38.712, Lon: 119.494}, {Lat: 38.709, Lon: 119.513}, {Lat: 38.697, Lon: 119.516}, {Lat: 38.698, Lon: 119.496}},
		},
	})
}

// zoneOfAny is the time zone of the first school that there is.
func zoneOfAny(d *people.Directory) *time.Location {
	for _, s := range d.Schools() {
		return s.Location()
	}
	return time.UTC
}

// sample is an incident that nobody has.
func sample(n int, kind devices.Alarm, severity alerting.Severity, mode devices.Mode, now time.Time) alerting.Incident {
	at := now.Add(-time.Duration(17*n) * time.Second)
	round := alerting.EscalationStep{Audience: alerting.Police, Level: 1, After: 10 * time.Minute, Everybody: true}
	return alerting.Incident{
		ID: "sample-" + strconv.Itoa(n), Number: 1, School: sampleSchool, Device: "b-1",
		Place: alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
		Kind:  alerting.KindOf(kind), Severity: severity, Mode: mode, State: alerting.StateOpen, Lead: alerting.LeadPolice,
		Verify: alerting.Unverified, Stored: true, Latched: true, OpenedAt: at, PressCount: 1, RoundAt: at, Rounds: 1, LastAt: at, Round: 1,
		Presses: []alerting.PressRecord{{ID: "1", PressedAt: at.Add(-12 * time.Millisecond), ReceivedAt: at}},
		Plan:    alerting.Plan{Steps: []alerting.EscalationStep{round}},
	}
}

// sampleTaken is one that the liaison has taken on, with its ledger and timeline.
func sampleTaken(now time.Time) alerting.Incident {
	i := sample(6, devices.Attack, alerting.Critical, devices.Live, now)
	i.State = alerting.StateAcknowledged
	i.Acknowledgements = []alerting.Acknowledgement{{Audience: alerting.Police, By: "liaison", At: now.Add(-20 * time.Second), Number: 1, After: 12 * time.Second}}
	after := func(d time.Duration) *time.Time { at := i.OpenedAt.Add(d); return &at }
	delivery := func(to string, a alerting.Audience, by alerting.Channel, state alerting.DeliveryState, handed, received *time.Time) alerting.Delivery {
		return alerting.Delivery{
			ID: "sample-" + to, Incident: i.ID, Number: 1, Audience: a, Recipient: to, Channel: by, State: state, PlannedAt: i.OpenedAt,
			HandedAt: handed, ReceivedAt: received, Deadline: i.OpenedAt.Add(2 * time.Second), Via: alerting.ViaLAN, Alarm: true,
		}
	}
	i.Deliveries = []alerting.Delivery{
		delivery("desk-1", alerting.Police, alerting.ChannelMQTT, alerting.Received, after(time.Millisecond), after(7*time.Millisecond)),
		delivery("liaison", alerting.Police, alerting.ChannelConsole, alerting.Handed, after(3*time.Millisecond), nil),
		delivery("gatehouse-1", alerting.Guards, alerting.ChannelMQTT, alerting.Failed, nil, nil),
	}
	i.Timeline = []alerting.Entry{
		{At: i.OpenedAt, Actor: "b-1", Text: alerting.Text{ZH: "按下报警按钮", EN: "Pressed"}},
		{At: now.Add(-20 * time.Second), Actor: "liaison", Text: alerting.Text{ZH: "警方签收", EN: "Acknowledged for the police"}},
	}
	return i
}

// sampleIncidents are one of each group, the gravest first; then one that is
// confidential, and one that is over.
func sampleIncidents(now time.Time) []alerting.Incident {
	hidden := sample(5, devices.Bullying, alerting.High, devices.Live, now)
	hidden.Confidential = true
	over := sample(7, devices.Medical, alerting.High, devices.Live, now)
	over.State, over.Outcome, over.ResolvedAt, over.Latched = alerting.StateResolved, alerting.OutcomeReal, now, false
	return []alerting.Incident{
		sample(1, devices.Attack, alerting.Critical, devices.Live, now), sampleTaken(now),
		sample(2, devices.Medical, alerting.High, devices.Live, now), sample(3, devices.Hazard, alerting.Low, devices.Live, now),
		sample(4, devices.Fire, alerting.Critical, devices.Drill, now), hidden, over,
	}
}

// sampleCharts are one with bars, and one with a line.
func sampleCharts(p *page) []chart {
	from := p.now.Truncate(time.Hour).Add(-8 * time.Hour)
	a := axes{from, from.Add(8 * time.Hour), -50, 50, barsPlot}
	bars := newChart("sample-bars", p.Say("course.passages"), p.Say("course.passages.says", "in", 120, "out", 96), a)
	bars.clock(a, p.zone())
	bars.level(a, 50, "50")
	bars.level(a, 0, "0")
	for k, n := range []float64{4, 46, 22, 3, 9, 5, 11, 20} {
		at := from.Add(time.Duration(k) * time.Hour)
		bars.bar(a, at, at.Add(time.Hour), n, "in")
		bars.bar(a, at, at.Add(time.Hour), -n*0.8, "out")
	}
	a.low, a.high, a.plot = 0, 100, linePlot
	held := newChart("sample-line", p.Say("course.inside"), p.Say("course.inside.says", "n", 24, "most", 88), a)
	held.clock(a, p.zone())
	held.level(a, 100, "100")
	held.level(a, 0, "0")
	var values []value
	for k, n := range []float64{4, 42, 88, 80, 60, 52, 40, 24} {
		values = append(values, value{at: from.Add(time.Duration(k) * time.Hour), v: n})
	}
	held.held(a, values, courseLong)
	return []chart{bars, held}
}
