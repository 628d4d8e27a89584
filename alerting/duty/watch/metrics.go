package watch

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting/duty"
)

// Figures are how a school's duty stands at now, in numbers; false where it has
// no posts.
func (w *Watcher) Figures(school string, now time.Time) (duty.Figures, bool) {
	of, ok := w.deps.Schools()[school]
	if !ok {
		return duty.Figures{}, false
	}
	s := (*w.shown.Load())[school]
	return s.watch(of).Figures(now), true
}

// Collector counts, whenever it is asked, how every school stands: what it says
// is never older than the question. Its labels are schools of the
// configuration, kinds of posts of the product and states of a closed list.
func (w *Watcher) Collector() prometheus.Collector { return collector{w} }

type collector struct{ w *Watcher }

// The metrics.
var (
	postsDesc  = desc("posts", "Posts that are to be occupied now, by kind of post: required, and of these covered (they have their minimum), uncovered (below it), unrostered (no roster says who should be there) and unseen (their card reader or the link of the school is lost: neither covered nor uncovered).", "school", "class", "state")
	peopleDesc = desc("people", "People of the roster whose shift runs, by kind of post: present, late, missed, called-away, roving or unseen (would be missed, at a post that cannot be seen).", "school", "class", "state")
	rosterDesc = desc("roster", "1 while the school has a roster for today; without one nobody is missed and no post is uncovered.", "school")
	roundsDesc = desc("patrol_rounds", "Patrol rounds of today: required, and of these done and missed.", "school", "state")
	callsDesc  = desc("roll_calls", "Roll calls of the last 24 hours.", "school")
	guardsDesc = desc("guards", "People who stand on the roster as guards in the seven days from today on, each once.", "school")
	calledDesc = desc("roll_call_people", "People of the latest roll call of the last 24 hours, by what became of it: asked, asked-again, well, needs-help, unanswered or unreached.", "school", "state")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("campushub_duty_"+name, help, labels, nil)
}

// Describe lists the metrics.
func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{postsDesc, peopleDesc, rosterDesc, roundsDesc, callsDesc, calledDesc, guardsDesc} {
		ch <- d
	}
}

// Collect counts now.
func (c collector) Collect(ch chan<- prometheus.Metric) {
	now := time.Now()
	for id := range c.w.deps.Schools() {
		f, ok := c.w.Figures(id, now)
		if !ok {
			continue
		}
		put := func(d *prometheus.Desc, n int, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), append([]string{id}, labels...)...)
		}
		roster := 0
		if f.Roster {
			roster = 1
		}
		put(rosterDesc, roster)
		put(guardsDesc, f.Guards)
		put(callsDesc, f.Calls.Lately)
		for _, s := range []duty.Called{duty.Asked, duty.AskedAgain, duty.Well, duty.NeedsHelp, duty.Unanswered, duty.Unreached} {
			put(calledDesc, f.Calls.Latest[s], string(s))
		}
		put(roundsDesc, f.Rounds.Required, "required")
		put(roundsDesc, f.Rounds.Done, "done")
		put(roundsDesc, f.Rounds.Missed, "missed")
		for kind, k := range f.Kinds {
			for state, n := range map[string]int{"required": k.Required, "covered": k.Covered, "uncovered": k.Uncovered, "unrostered": k.Unrostered, "unseen": k.Unseen} {
				put(postsDesc, n, string(kind), state)
			}
			for state, n := range map[duty.Status]int{
				duty.Present: k.Present, duty.Late: k.Late, duty.Missed: k.Missed, duty.AwayNow: k.Away, duty.Roving: k.Roving,
				duty.Unseen: k.Doubted,
			} {
				put(peopleDesc, n, string(kind), string(state))
			}
		}
	}
}
