package policy

import (
	"fmt"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// OffShift is a contact of an explanation who is off shift, on leave or on another
// incident.
type OffShift struct {
	Contact string                `json:"contact"`
	Title   alerting.Text         `json:"title"`
	Duty    alerting.Text         `json:"duty"`
	Hours   alerting.Text         `json:"hours"` // when they are on shift
	Why     alerting.PassedOver   `json:"why,omitempty"`
	Told    alerting.ToldOffShift `json:"told,omitempty"`
}

var toldOffShift = map[alerting.ToldOffShift]alerting.Text{
	"":                      {ZH: "不在班,略过", EN: "off shift, passed over"},
	alerting.ToldNobodyElse: {ZH: "无人在班,仍通知", EN: "off shift, and told all the same: nobody of them is on shift"},
	alerting.ToldOneWay:     {ZH: "不在班,仍通知,否则只剩一条通道", EN: "off shift, and told all the same: else there would be one way alone"},
}

// offShift lists whom an audience's plan would ask for and who are off shift.
func (p *schoolPolicy) offShift(a alerting.Audience, plan alerting.Plan) []OffShift {
	var out []OffShift
	for _, o := range plan.OffShift {
		i := slices.IndexFunc(p.contacts, func(c people.Contact) bool { return c.Name == o.Contact && c.Audience == a })
		if o.Audience != a || i < 0 {
			continue
		}
		c := p.contacts[i]
		out = append(out, OffShift{
			Contact: c.Name, Title: c.Title, Duty: people.Duty(o.Duty).Title(), Hours: c.Hours.Text(), Why: o.Why, Told: o.Told,
		})
	}
	return out
}

// toldElsewhere say the same of who is on leave or on another incident.
var toldElsewhere = map[alerting.ToldOffShift]alerting.Text{
	"":                      {ZH: ",略过", EN: ", passed over"},
	alerting.ToldNobodyElse: {ZH: ",别无他人,仍通知", EN: ", and told all the same: there is nobody else"},
	alerting.ToldOneWay:     {ZH: ",仍通知,否则只剩一条通道", EN: ", and told all the same: else there would be one way alone"},
}

func (o OffShift) write(b *strings.Builder) {
	t := toldOffShift[o.Told]
	fmt.Fprintf(b, "  %s / %s", o.Title.ZH, o.Title.EN)
	if o.Duty != o.Title {
		fmt.Fprintf(b, " · %s / %s", o.Duty.ZH, o.Duty.EN)
	}
	if o.Why != "" {
		why, told := o.Why.Text(), toldElsewhere[o.Told]
		fmt.Fprintf(b, ": %s%s / %s%s\n", why.ZH, told.ZH, why.EN, told.EN)
		return
	}
	fmt.Fprintf(b, ": %s(在班 %s) / %s (on shift %s)\n", t.ZH, o.Hours.ZH, t.EN, o.Hours.EN)
}
