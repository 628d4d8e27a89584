package hub

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
)

// untestedEvery is how often it is counted which buttons' tests are overdue:
// they are due by the day.
const untestedEvery = 10 * time.Minute

// untested counts, for each school, the buttons whose tests are overdue by its
// policy, as the devices' page lists them.
type untested struct {
	tests func(ctx context.Context, a people.Account, now time.Time) ([]api.ButtonTests, error)
	who   func() *people.Directory
	log   *slog.Logger
	gauge *prometheus.GaugeVec
}

func newUntested(tests func(context.Context, people.Account, time.Time) ([]api.ButtonTests, error), who func() *people.Directory, log *slog.Logger, m prometheus.Registerer) *untested {
	u := &untested{
		tests: tests, who: who, log: log.With("component", "button tests"),
		gauge: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "campushub_button_tests_overdue",
			Help: "Buttons of a school whose test is overdue by its policy: with hub and school (hub), signed by the police (police), taken on by both (joint); the latter two are absent where the police are never told of one.",
		}, []string{"school", "test"}),
	}
	m.MustRegister(u.gauge)
	return u
}

// run counts at once and then every 10 minutes, until ctx ends.
func (u *untested) run(ctx context.Context) error {
	tick := time.NewTicker(untestedEvery)
	defer tick.Stop()
	for {
		u.count(ctx, time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// count leaves the figures as they were where the journal cannot be read.
func (u *untested) count(ctx context.Context, now time.Time) {
	all := people.Account{Name: alerting.ActorHub, Role: alerting.RoleAdmin}
	for _, s := range u.who().Schools() {
		all.Schools = append(all.Schools, s.ID)
	}
	schools, err := u.tests(ctx, all, now)
	if err != nil {
		if ctx.Err() == nil {
			u.log.Warn("the tests of buttons could not be counted", "error", err)
		}
		return
	}
	u.gauge.Reset()
	rules := policy.Of(u.who())
	for _, s := range schools {
		var hub, police, joint float64
		for _, b := range s.Buttons {
			hub, police, joint = more(hub, b.Hub), more(police, b.Police), more(joint, b.Joint)
		}
		u.gauge.WithLabelValues(s.School, "hub").Set(hub)
		if rules.ButtonTests(s.School).Police != policy.DrillsNever {
			u.gauge.WithLabelValues(s.School, "police").Set(police)
			u.gauge.WithLabelValues(s.School, "joint").Set(joint)
		}
	}
}

func more(n float64, t api.TestDue) float64 {
	if t.Overdue {
		return n + 1
	}
	return n
}
