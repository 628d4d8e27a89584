package alerting

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// LinkWithin is how soon after one another presses of one school are shown
// together, where a policy says nothing.
const LinkWithin = 5 * time.Minute

// Group is incidents of one school that are shown together, under one clock:
// the oldest one's. Each is told in full and in its own right, and nothing of
// them is merged.
type Group struct {
	Since     time.Time  // when the oldest began
	Incidents []Incident // the oldest first; two or more
}

// Groups finds, among incidents that somebody may see, those that belong
// together: linked by a person, or pressed within so long of one another at one
// school in one mode: its policy's time by within, or LinkWithin where that is
// nil. What a person has taken apart stays apart, and what is
// confidential is grouped by its links alone: to be near it would show it.
func Groups(all []Incident, within func(school string) time.Duration) []Group {
	if within == nil {
		within = func(string) time.Duration { return LinkWithin }
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Incident) int {
		if c := a.BegunAt().Compare(b.BegunAt()); c != 0 {
			return c
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	var groups []Group
	for _, i := range all {
		at := slices.IndexFunc(groups, func(g Group) bool { return g.takes(i, within(i.School)) })
		if at < 0 {
			groups = append(groups, Group{Since: i.BegunAt(), Incidents: []Incident{i}})
			continue
		}
		groups[at].Incidents = append(groups[at].Incidents, i)
	}
	return slices.DeleteFunc(groups, func(g Group) bool { return len(g.Incidents) < 2 })
}

// takes reports whether an incident belongs to the group: near to one of it,
// and taken apart from none.
func (g Group) takes(i Incident, within time.Duration) bool {
	near := false
	for _, o := range g.Incidents {
		if apart(i, o) {
			return false
		}
		near = near || together(i, o, within)
	}
	return near
}

func apart(a, b Incident) bool {
	return slices.Contains(a.Unlinked, b.ID) || slices.Contains(b.Unlinked, a.ID)
}

func together(a, b Incident, within time.Duration) bool {
	if a.School != b.School || a.Mode != b.Mode {
		return false
	}
	if slices.Contains(a.Links, b.ID) || slices.Contains(b.Links, a.ID) {
		return true
	}
	if a.Confidential || b.Confidential || a.PressCount == 0 || b.PressCount == 0 || a.Mode == devices.Test {
		return false
	}
	return within > 0 && a.BegunAt().Sub(b.BegunAt()).Abs() <= within
}
