package hub

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

const (
	// overdueReport is for how long it is of use to say that a report is overdue.
	overdueReport = time.Hour
	// overdueKept is for how long after its closing an incident counts whose final
	// report nobody made.
	overdueKept = 14 * 24 * time.Hour
	// sweepReports is how often the closed incidents are gone through; those that
	// close meanwhile are known before.
	sweepReports = time.Hour
	// sweptReports are the latest closed ones, at most.
	sweptReports = 500
	// lookAfterReports is how soon an incident is looked at again of which nothing
	// is about to be told.
	lookAfterReports = 30 * time.Second
	// mostLooks is how many incidents are looked at in one turn; overflow: the next.
	mostLooks = 100
)

// bureauReports reminds the school of the reports to the education bureau that
// somebody has to make: before each is due, and once more when it is overdue. It
// counts those that are. Of its turns' goroutine alone.
type bureauReports struct {
	open func() []alerting.Incident // the unresolved ones
	// closed are those that were closed after a moment, the latest ones.
	closed func(ctx context.Context, after time.Time, limit int) ([]journal.History, error)
	// whole is an incident with its deliveries.
	whole func(ctx context.Context, id string) (alerting.Incident, error)
	who   func() *people.Directory

	overdue  *prometheus.GaugeVec
	followed map[string]*owing // by incident
	swept    time.Time
}

// owing is an incident that may owe a report.
type owing struct {
	incident alerting.Incident // without its deliveries
	owed     []alerting.Owed
	again    time.Time // when it is looked at again
}

func newBureauReports(m prometheus.Registerer) *bureauReports {
	r := &bureauReports{
		overdue: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "campushub_reports_overdue", Help: "Reports to the education bureau that are overdue: the first, its written form, a follow-up, the final one.",
		}, []string{"school", "report"}),
		followed: map[string]*owing{},
	}
	m.MustRegister(r.overdue)
	return r
}

func (r *bureauReports) due(ctx context.Context, now time.Time) []errand {
	rules := policy.Of(r.who())
	r.find(ctx, rules, now)
	var out []errand
	looks := 0
	for _, id := range slices.Sorted(maps.Keys(r.followed)) {
		o := r.followed[id]
		if !now.Before(o.again) && looks < mostLooks {
			looks++
			r.look(ctx, rules, id, now)
		}
		for _, owed := range o.owed {
			out = append(out, r.remind(rules, o.incident, owed, now)...)
		}
	}
	r.count(now)
	return out
}

// find follows what is open and to be reported, and at first, and now and then,
// what was closed.
func (r *bureauReports) find(ctx context.Context, rules *policy.Set, now time.Time) {
	for _, i := range r.open() {
		if r.followed[i.ID] == nil && rules.Reportable(i) {
			r.followed[i.ID] = &owing{}
		}
	}
	if !r.swept.IsZero() && now.Before(r.swept.Add(sweepReports)) {
		return
	}
	closed, err := r.closed(ctx, now.Add(-overdueKept), sweptReports)
	if err != nil {
		return // looked up again with the next turn
	}
	r.swept = now
	for _, h := range closed {
		i := alerting.Fold(h.Events)
		i.Deliveries = h.Deliveries
		if r.followed[i.ID] == nil && len(rules.ReportsOwed(i)) > 0 {
			r.followed[i.ID] = &owing{}
		}
	}
}

// look finds out what an incident owes now. One that cannot be looked up is
// asked for again.
func (r *bureauReports) look(ctx context.Context, rules *policy.Set, id string, now time.Time) {
	i, err := r.whole(ctx, id)
	if errors.Is(err, alerting.ErrNotFound) {
		delete(r.followed, id)
		return
	}
	o := r.followed[id]
	if o.owed = nil; err != nil {
		return
	}
	o.owed = rules.ReportsOwed(i)
	over := i.Resolved() && (len(o.owed) == 0 || now.After(i.ResolvedAt.Add(overdueKept)))
	if over || !i.Resolved() && !rules.Reportable(i) {
		delete(r.followed, id)
		o.owed = nil
		return
	}
	o.incident = i.Listed()
	o.again = now.Add(lookAfterReports)
	for _, owed := range o.owed {
		at := rules.Reports(i.School).RemindAt(owed)
		if at.Before(o.again) && now.Before(owed.Due.Add(overdueReport)) {
			o.again = at // what is told is looked up in that very turn
		}
	}
}

// remind is what is to be told of a report now.
func (r *bureauReports) remind(rules *policy.Set, i alerting.Incident, o alerting.Owed, now time.Time) []errand {
	rule := rules.Reports(i.School)
	if now.Before(rule.RemindAt(o)) || !now.Before(o.Due.Add(overdueReport)) {
		return nil
	}
	what, until := reportErrand(o, false), o.Due
	if !now.Before(o.Due) {
		what, until = reportErrand(o, true), o.Due.Add(overdueReport)
	}
	school, _ := r.who().School(i.School)
	text := policy.ReportReminder(school, i, o, now)
	key := i.ID
	if o.Report == alerting.ReportFollowUp { // each of them is one of its own
		key += "/" + strconv.FormatInt(o.Due.Unix(), 10)
	}
	var out []errand
	for _, c := range rules.Answering(i.School, rule.Duties, now) {
		out = append(out, toContact(errand{ID: errandFor(i.School, what, key, c.Name), School: i.School, Text: text, Until: until}, c))
	}
	return out
}

// reportErrand names the errand of a report; those of the first keep the names
// of earlier releases, so that nobody is told twice.
func reportErrand(o alerting.Owed, overdue bool) string {
	name := "report"
	if overdue {
		name = "overdue"
	}
	if o.Report != alerting.ReportFirst {
		name += "-" + string(o.Report)
	}
	return name
}

// count says how many reports are overdue.
func (r *bureauReports) count(now time.Time) {
	r.overdue.Reset()
	for _, s := range r.who().Schools() {
		for _, report := range append(alerting.ReportStages(), alerting.ReportWritten) {
			r.overdue.WithLabelValues(s.ID, string(report)).Set(0)
		}
	}
	for _, o := range r.followed {
		for _, owed := range o.owed {
			if !now.Before(owed.Due) {
				r.overdue.WithLabelValues(o.incident.School, string(owed.Report)).Inc()
			}
		}
	}
}
