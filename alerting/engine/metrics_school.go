package engine

import (
	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// bySchool counts for each school what its officer asks of today. Confidential
// incidents are in none of it: whoever reads figures of one school, and may see
// no such incident, would learn from a number when there was one and how it
// goes on. They are in the figures of the whole hub, where no school is named.
// An incident that becomes confidential leaves the unresolved ones, and is
// counted no further.
//
// The label is bounded by the configuration: every school that the directory
// has is there, from 0 on.
type bySchool struct {
	people      func() *people.Directory
	unresolved  *prometheus.GaugeVec
	presses     *prometheus.CounterVec
	escalations *prometheus.CounterVec
	reminders   *prometheus.CounterVec
	audiences   *prometheus.CounterVec
}

func newBySchool(of func() *people.Directory) *bySchool {
	school := label{name: "school"} // whose values are made as they are asked for
	return &bySchool{
		people: of,
		unresolved: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "school_incidents_unresolved",
			Help: "Unresolved incidents of a school, without confidential ones.",
		}, []string{school.name}),
		presses: counters("school_presses_total",
			"Presses of a school that were told, by mode, without those of confidential incidents.", school, modes),
		escalations: counters("school_escalations_total",
			"Escalation levels of a school's live incidents that were due, without confidential ones.", school, responders),
		reminders: counters("school_reminders_total",
			"Reminders of a school's live incidents, by what was missing, without confidential ones.", school, missings),
		audiences: counters("school_audiences_missed_total",
			"Presses and levels of a school's live incidents of which nobody of the audience was reached in time, without confidential ones.",
			school, responders, endpoints, limits),
	}
}

func (s *bySchool) vectors() []prometheus.Collector {
	return []prometheus.Collector{s.unresolved, s.presses, s.escalations, s.reminders, s.audiences}
}

// Describe is of prometheus.Collector.
func (s *bySchool) Describe(to chan<- *prometheus.Desc) {
	for _, v := range s.vectors() {
		v.Describe(to)
	}
}

// Collect is of prometheus.Collector: a school that is new has its series at 0.
func (s *bySchool) Collect(to chan<- prometheus.Metric) {
	if s.people != nil {
		for _, one := range s.people().Schools() {
			s.begin(one.ID)
		}
	}
	for _, v := range s.vectors() {
		v.Collect(to)
	}
}

// begin has the series of a school be there.
func (s *bySchool) begin(school string) {
	s.unresolved.WithLabelValues(school)
	for v, labels := range map[*prometheus.CounterVec][]label{
		s.presses: {modes}, s.escalations: {responders}, s.reminders: {missings}, s.audiences: {responders, endpoints, limits},
	} {
		each(labels, []string{school}, func(values []string) { v.WithLabelValues(values...) })
	}
}

// shown notes that an incident is among the unresolved ones, or is no longer.
func (s *bySchool) shown(i *alerting.Incident, change float64) {
	if !i.Confidential {
		s.unresolved.WithLabelValues(i.School).Add(change)
	}
}

// counts reports whether what happens to an incident is counted for its school.
func counts(i *alerting.Incident) bool { return i.Mode == devices.Live && !i.Confidential }

// pressed counts a press that was told.
func (m *metrics) pressed(school string, confidential bool, mode devices.Mode) {
	m.presses.WithLabelValues(string(mode)).Inc()
	if !confidential {
		m.schools.presses.WithLabelValues(school, string(mode)).Inc()
	}
}

// escalated counts a level that was due.
func (m *metrics) escalated(i *alerting.Incident, a alerting.Audience) {
	m.escalations.WithLabelValues(string(a), string(i.Mode)).Inc()
	if counts(i) {
		m.schools.escalations.WithLabelValues(i.School, string(a)).Inc()
	}
}

// reminded counts a reminder to whoever took an incident on.
func (m *metrics) reminded(i *alerting.Incident, a alerting.Audience, missing string) {
	m.reminders.WithLabelValues(string(a), missing).Inc()
	if counts(i) {
		m.schools.reminders.WithLabelValues(i.School, missing).Inc()
	}
}
