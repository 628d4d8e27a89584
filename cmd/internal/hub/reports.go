package hub

import (
	"context"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// overdueReport is for how long it is of use to say that a report is overdue.
const overdueReport = time.Hour

// firstReports reminds the school of the first report to the education bureau
// while an incident is open that the bureau is to hear of and the hub has
// reached nobody of it: before it is due, and once more when it is overdue.
type firstReports struct {
	open func() []alerting.Incident // the unresolved ones
	// whole is an incident with its deliveries.
	whole func(ctx context.Context, id string) (alerting.Incident, error)
	who   func() *people.Directory
}

func (r firstReports) due(ctx context.Context, now time.Time) []errand {
	var out []errand
	rules := policy.Of(r.who())
	for _, i := range r.open() {
		rule := rules.Reports(i.School)
		due := reportFrom(i).Add(rule.First)
		if i.Resolved() || now.Before(due.Add(-rule.Remind)) || !now.Before(due.Add(overdueReport)) || !rules.Reportable(i) || r.reached(ctx, i.ID) {
			continue
		}
		what, until := "report", due
		if !now.Before(due) {
			what, until = "overdue", due.Add(overdueReport)
		}
		school, _ := r.who().School(i.School)
		text := policy.ReportText(school, i, due, what == "overdue")
		for _, c := range rules.Answering(i.School, rule.Duties, now) {
			out = append(out, toContact(errand{ID: errandFor(i.School, what, i.ID, c.Name), School: i.School, Text: text, Until: until}, c))
		}
	}
	return out
}

// reportFrom is from when on a report is owed: what a person referred to the
// bureau, from then.
func reportFrom(i alerting.Incident) time.Time {
	for _, r := range i.Referred {
		if r.Audience == alerting.District {
			return r.At
		}
	}
	return i.OpenedAt
}

// reached reports whether the bureau has the hub's own report: a far side took
// it, or somebody there took the incident on. One that cannot be looked up is
// asked for again.
func (r firstReports) reached(ctx context.Context, id string) bool {
	i, err := r.whole(ctx, id)
	if err != nil {
		return true
	}
	taken := slices.ContainsFunc(i.Acknowledgements, func(a alerting.Acknowledgement) bool { return a.Audience == alerting.District })
	return taken || slices.ContainsFunc(i.Deliveries, func(d alerting.Delivery) bool {
		return d.Audience == alerting.District && (d.HandedAt != nil || d.ReceivedAt != nil || d.ReadAt != nil)
	})
}
