package exercise

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting/drill"
)

// Collector counts the drills whenever it is asked, from what is shown then:
// the latest 500 of the hub, those before its start among them. Its labels are
// schools of the configuration and words of closed lists; what a drill is about
// is none of them.
func (x *Exercises) Collector() prometheus.Collector { return collector{x} }

type collector struct{ x *Exercises }

// The metrics.
var (
	endedDesc   = desc("ended", "Drills of a school that have ended, by grade, of the latest 500 of the hub.", "school", "grade")
	targetsDesc = desc("targets", "Targets of the drills of a school that have ended, by part: met or missed. What became real is not held to any.", "school", "part", "verdict")
	lastDesc    = desc("last_ended_timestamp_seconds", "When the latest drill of a school ended, Unix time; absent where there was none.", "school")
	tookDesc    = desc("last_part_seconds", "How long a part took in the latest drill of a school; absent where it was not done.", "school", "part")
	targetDesc  = desc("last_target_seconds", "How long it might have taken; absent where it had no part in the drill.", "school", "part")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("campushub_drills_"+name, help, labels, nil)
}

// Describe lists the metrics.
func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{endedDesc, targetsDesc, lastDesc, tookDesc, targetDesc} {
		ch <- d
	}
}

// Collect counts now.
func (c collector) Collect(ch chan<- prometheus.Metric) {
	all := c.x.Drills()
	for _, s := range c.x.deps.People().Schools() {
		t := tallyOf(all, s.ID)
		put := func(d *prometheus.Desc, v float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, append([]string{s.ID}, labels...)...)
		}
		for _, g := range []drill.Grade{drill.Excellent, drill.Good, drill.Passed, drill.Failed, drill.NotGraded} {
			put(endedDesc, float64(t.grades[g]), string(g))
		}
		for _, p := range drill.Parts() {
			for _, v := range []drill.Verdict{drill.Met, drill.Missed, drill.Open} {
				put(targetsDesc, float64(t.verdicts[outcome{p, v}]), string(p), string(v))
			}
		}
		if t.latest.Ended.IsZero() {
			continue
		}
		put(lastDesc, float64(t.latest.Ended.UnixMilli())/float64(time.Second/time.Millisecond))
		for _, r := range t.latest.Results {
			if r.Verdict != drill.NotPart {
				put(targetDesc, r.Target.Seconds(), string(r.Part))
			}
			if r.Done {
				put(tookDesc, r.Actual.Seconds(), string(r.Part))
			}
		}
	}
}

// outcome is what became of one part.
type outcome struct {
	part    drill.Part
	verdict drill.Verdict
}

// tally is what a school's drills came to.
type tally struct {
	grades   map[drill.Grade]int
	verdicts map[outcome]int
	latest   drill.Report
}

// tallyOf counts the drills of a school that were started and are over.
func tallyOf(all []View, school string) tally {
	t := tally{grades: map[drill.Grade]int{}, verdicts: map[outcome]int{}}
	for _, v := range all {
		r, over := v.Report(school)
		if !over || v.StartedAt.IsZero() {
			continue
		}
		t.grades[r.Grade]++
		if r.End != drill.EndReal {
			for _, one := range r.Results {
				t.verdicts[outcome{one.Part, one.Verdict}]++
			}
		}
		if r.Ended.After(t.latest.Ended) {
			t.latest = r
		}
	}
	return t
}
