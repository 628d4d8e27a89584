package api

import (
	"time"

	"example.org/campushub/alerting"
)

// timeLayout is how the API writes a moment: UTC, exactly milliseconds, Z.
const timeLayout = "2006-01-02T15:04:05.000Z"

func stamp(t time.Time) string { return t.UTC().Format(timeLayout) }

func stampOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := stamp(*t)
	return &s
}

// Incident is an incident as lists and streams give it.
type Incident struct {
	ID               string            `json:"id"`
	Number           int64             `json:"number" doc:"Grows with every update, may skip."`
	School           string            `json:"school"`
	Place            alerting.Place    `json:"place"`
	Device           string            `json:"device"`
	Kind             string            `json:"kind"`
	Severity         string            `json:"severity" enum:"low,high,critical"`
	Mode             string            `json:"mode" enum:"live,drill,test"`
	Silent           bool              `json:"silent"`
	State            string            `json:"state" enum:"open,acknowledged,resolved"`
	Lead             string            `json:"lead" enum:"police,school"`
	Verify           string            `json:"verify"`
	Facts            []string          `json:"facts" nullable:"false" doc:"For whoever need not know them (guards, where the policy says C1) their own, on the incident's own page alone."`
	Links            []string          `json:"links" nullable:"false"`
	Latched          bool              `json:"latched"`
	Stored           bool              `json:"stored" doc:"Everything told so far is durable."`
	Late             bool              `json:"late" doc:"A press of it was a minute or more under way."`
	Malformed        bool              `json:"malformed"`
	Confidential     bool              `json:"confidential"`
	Presses          []Press           `json:"presses" nullable:"false" doc:"The first 20 in lists and streams, all on the incident's own page."`
	PressCount       int               `json:"press_count"`
	OpenedAt         string            `json:"opened_at" format:"date-time"`
	Acknowledgements []Acknowledgement `json:"acknowledgements" nullable:"false"`
	CancelRequested  *CancelRequest    `json:"cancel_requested"`
	Outcome          string            `json:"outcome"`
	Verified         *Stamp            `json:"verified" doc:"Who verified it last; null while nobody has."`
	Dispatched       []Dispatch        `json:"dispatched" nullable:"false"`
	Arrivals         []Arrival         `json:"arrivals" nullable:"false"`
	Calls            []Call            `json:"calls" nullable:"false" doc:"Telephone calls that people made; of what was said nothing is kept."`
	Referred         []Referral        `json:"referred" nullable:"false" doc:"Audiences that a person had told, where the policy leaves that to a person."`
	Reports          []Submission      `json:"reports" nullable:"false" doc:"Reports to the education bureau that people stamped; what was reported is not kept."`
	Escalation       []Escalation      `json:"escalation" nullable:"false" doc:"Audiences that nobody has taken it on for."`
	CallBack         bool              `json:"call_back" doc:"The police heard of it only when it was closed, and have not called the school back."`
	Overruns         []Overrun         `json:"overruns" nullable:"false" doc:"Audiences that were not reached within their hard limit, the latest of each."`
	DrillOf          string            `json:"drill_of" doc:"The drill incident that was declared to be no drill."`
}

// IncidentDetail is an incident with deliveries and timeline.
type IncidentDetail struct {
	Incident
	Deliveries  []Delivery   `json:"deliveries" nullable:"false"`
	Timeline    []Entry      `json:"timeline" nullable:"false"`
	ReportsDue  []OwedReport `json:"reports_due" nullable:"false" doc:"Reports to the education bureau that somebody still has to make, the next one first; to officers and liaisons."`
	ConcealedAt *string      `json:"concealed_at" format:"date-time" doc:"When somebody made it confidential; null where it is not, was from the beginning, or the reader answers in the place of named people."`
}

// Press is one press of an incident.
type Press struct {
	ID         string `json:"id"`
	PressedAt  string `json:"pressed_at" format:"date-time"`
	ReceivedAt string `json:"received_at" format:"date-time"`
	AgeMS      int64  `json:"age_ms"`
	// Mistyped is left out where everything could be read.
	Mistyped []string `json:"mistyped,omitempty" doc:"Fields that the device sent and the hub could not read; they took their defaults."`
	// StoredAt stands on the incident's own page alone.
	StoredAt *string `json:"stored_at,omitempty" format:"date-time" doc:"When the press was known to be durable; on the incident's own page."`
}

// Escalation is how far an audience's escalation has come while nobody of it
// has taken the incident on.
type Escalation struct {
	Audience  string  `json:"audience"`
	Level     int     `json:"level" doc:"The last level that was told; 0 before the first."`
	At        string  `json:"at" format:"date-time" doc:"When it was told; when the round began, before the first."`
	NextLevel int     `json:"next_level" doc:"What comes if nobody takes it on; 0 where nothing more does."`
	NextAt    *string `json:"next_at" format:"date-time"`
}

// Acknowledgement says who took an incident on.
type Acknowledgement struct {
	Audience string `json:"audience"`
	By       string `json:"by"`
	At       string `json:"at" format:"date-time"`
	Number   int64  `json:"number"`
	// AfterUS stands on the incident's own page alone.
	AfterUS int64 `json:"after_us,omitempty" doc:"Microseconds from the pressing that began the round; on the incident's own page."`
}

// Overrun says that nobody of an audience was reached within its hard limit.
type Overrun struct {
	Audience string `json:"audience"`
	Stage    string `json:"stage" enum:"handed,received," doc:"What nobody came to; empty where an earlier release wrote it."`
	WithinMS int64  `json:"within_ms"`
	Number   int64  `json:"number" doc:"The update that was to reach them."`
	At       string `json:"at" format:"date-time"`
}

// CancelRequest is a wish to stand down.
type CancelRequest struct {
	By     string `json:"by"`
	At     string `json:"at" format:"date-time"`
	Reason string `json:"reason"`
}

// Delivery is telling one recipient over one channel. The microseconds count
// from its own planned_at, and are finer than the stamps.
type Delivery struct {
	ID         string  `json:"id"`
	Number     int64   `json:"number"`
	Audience   string  `json:"audience"`
	Recipient  string  `json:"recipient"`
	Channel    string  `json:"channel"`
	Via        string  `json:"via" doc:"What it runs over: lan, internet, cellular; empty where an earlier release wrote it."`
	Path       int     `json:"path" doc:"Its place among its contact's paths; 0 begins first."`
	Missed     string  `json:"missed" enum:",target,limit" doc:"The gravest budget that it has missed."`
	State      string  `json:"state" enum:"planned,handed,received,read,failed,expired"`
	Reason     string  `json:"reason,omitempty"`
	PlannedAt  string  `json:"planned_at" format:"date-time"`
	HandedAt   *string `json:"handed_at" format:"date-time"`
	ReceivedAt *string `json:"received_at" format:"date-time"`
	ReadAt     *string `json:"read_at" format:"date-time"`
	Deadline   string  `json:"deadline" format:"date-time"`
	HandedUS   *int64  `json:"handed_us" doc:"Microseconds from planned_at to handed_at."`
	ReceivedUS *int64  `json:"received_us" doc:"Microseconds from planned_at to received_at."`
	ReadUS     *int64  `json:"read_us" doc:"Microseconds from planned_at to read_at."`
}

// Entry is one line of the timeline.
type Entry struct {
	At    string        `json:"at" format:"date-time"`
	Actor string        `json:"actor"`
	Event string        `json:"event"`
	Text  alerting.Text `json:"text"`
}

// viewOf is an incident in listed form.
func viewOf(full alerting.Incident) Incident {
	i := full.Listed()
	v := Incident{
		ID: i.ID, Number: i.Number, School: i.School, Place: i.Place, Device: i.Device,
		Kind: string(i.Kind), Severity: string(i.Severity), Mode: string(i.Mode), Silent: i.Silent,
		State: string(i.State), Lead: string(i.Lead), Verify: string(i.Verify),
		Facts: append([]string{}, i.Facts...), Links: append([]string{}, i.Links...),
		Latched: i.Latched, Stored: i.Stored, Late: i.Late, Malformed: i.Malformed, Confidential: i.Confidential,
		Presses: mapped(i.Presses, viewPress), PressCount: i.PressCount, OpenedAt: stamp(i.OpenedAt),
		Acknowledgements: mapped(i.Acknowledgements, viewAcknowledgement), Outcome: string(i.Outcome),
		Dispatched: mapped(i.Dispatched, viewDispatch), Arrivals: mapped(i.Arrivals, viewArrival),
		Calls: mapped(i.Calls, viewCall), Referred: mapped(i.Referred, viewReferral), Reports: mapped(i.Reports, viewSubmission), CallBack: i.CallBack, DrillOf: i.DrillOf, Escalation: mapped(i.Escalation, viewEscalation),
		Overruns: mapped(i.Overruns, viewOverrun),
	}
	if k := i.Verified; k != nil {
		v.Verified = &Stamp{By: k.By, Role: string(k.Role), At: stamp(k.At)}
	}
	if c := i.CancelRequested; c != nil {
		v.CancelRequested = &CancelRequest{By: c.By, At: stamp(c.At), Reason: c.Reason}
	}
	return v
}

// detailOf is an incident with everything.
func detailOf(i alerting.Incident) IncidentDetail {
	d := IncidentDetail{
		Incident:   viewOf(i),
		Deliveries: mapped(i.Deliveries, viewDelivery),
		Timeline:   mapped(i.Timeline, viewEntry),
		ReportsDue: []OwedReport{},
	}
	d.Presses = mapped(i.Presses, viewPress)
	if c := i.Concealed; c != nil {
		d.ConcealedAt = stampOf(&c.At)
	}
	return d
}

func viewPress(p alerting.PressRecord) Press {
	return Press{ID: p.ID, PressedAt: stamp(p.PressedAt), ReceivedAt: stamp(p.ReceivedAt), AgeMS: p.AgeMS, Mistyped: p.Mistyped, StoredAt: stampOf(p.StoredAt)}
}

func viewEscalation(e alerting.Escalation) Escalation {
	v := Escalation{Audience: string(e.Audience), Level: e.Level, At: stamp(e.At), NextLevel: e.NextLevel}
	if e.NextLevel > 0 {
		v.NextAt = stampOf(&e.NextAt)
	}
	return v
}

func viewAcknowledgement(a alerting.Acknowledgement) Acknowledgement {
	return Acknowledgement{Audience: string(a.Audience), By: a.By, At: stamp(a.At), Number: a.Number, AfterUS: a.After.Microseconds()}
}

func viewOverrun(o alerting.Overrun) Overrun {
	return Overrun{Audience: string(o.Audience), Stage: string(o.Stage), WithinMS: o.Within.Milliseconds(), Number: o.Number, At: stamp(o.At)}
}

func viewDelivery(d alerting.Delivery) Delivery {
	return Delivery{
		ID: d.ID, Number: d.Number, Audience: string(d.Audience), Recipient: d.Recipient,
		Channel: string(d.Channel), Via: string(d.Via), Path: d.Path, Missed: string(d.Missed), State: string(d.State), Reason: d.Reason,
		PlannedAt: stamp(d.PlannedAt), HandedAt: stampOf(d.HandedAt), ReceivedAt: stampOf(d.ReceivedAt),
		ReadAt: stampOf(d.ReadAt), Deadline: stamp(d.Deadline),
		HandedUS: micros(d.PlannedAt, d.HandedAt), ReceivedUS: micros(d.PlannedAt, d.ReceivedAt),
		ReadUS: micros(d.PlannedAt, d.ReadAt),
	}
}

func viewEntry(e alerting.Entry) Entry {
	return Entry{At: stamp(e.At), Actor: e.Actor, Event: string(e.Event), Text: e.Text}
}

func micros(from time.Time, to *time.Time) *int64 {
	if to == nil {
		return nil
	}
	us := to.Sub(from).Microseconds()
	return &us
}

// mapped never returns nil: an array of the API is never null.
func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}
