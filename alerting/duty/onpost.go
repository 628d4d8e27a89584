package duty

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
)

// OnPost says who stands at each place now, in words for whoever is told of an
// alarm there: by role and number, and nobody's name. A place is left out where
// no shift runs and nobody has come early, and where the school has no roster
// for the day. Of one that cannot be seen it never says that nobody is there.
func (w Watch) OnPost(now time.Time) map[string]alerting.Text {
	m := w.at(now)
	there, blind := map[string]map[Role][]string{}, map[string]bool{} // people, by place; whether more may be there
	for _, s := range m.shifts {
		if s.OnCall || !m.current(s) || !m.Roster.Covers(s.Date) {
			continue
		}
		by := there[s.Post.Place]
		if by == nil {
			by = map[Role][]string{}
		}
		m.stand(s, by)
		if _, unseen := m.blind(s.PostID); unseen {
			blind[s.Post.Place] = true
		}
		if len(by) > 0 || !now.Before(s.From) {
			there[s.Post.Place] = by
		}
	}
	out := make(map[string]alerting.Text, len(there))
	for place, by := range there {
		if out[place] = onPostText(by); blind[place] {
			out[place] = unseenText(by)
		}
	}
	return out
}

// stand adds who is present at a shift, each once: where two shifts meet,
// somebody may be at both.
func (m moment) stand(s Shift, by map[Role][]string) {
	for _, e := range m.Roster.Of(s.ShiftKey) {
		p := m.person(s, e, m.now)
		if p.Status == Present && !among(by, p.There) {
			by[e.Role] = append(by[e.Role], p.There)
		}
	}
}

func among(by map[Role][]string, who string) bool {
	for _, all := range by {
		if slices.Contains(all, who) {
			return true
		}
	}
	return false
}

func onPostText(by map[Role][]string) alerting.Text {
	var zh, en []string
	for _, r := range Roles() {
		if n := strconv.Itoa(len(by[r])); n != "0" {
			zh, en = append(zh, r.Title().ZH+n+"人"), append(en, r.Title().EN+" "+n)
		}
	}
	if len(zh) == 0 {
		return alerting.Text{ZH: "无人", EN: "nobody"}
	}
	return alerting.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

// unseenText says who is known to stand at a place whose card reader is lost, and
// of whom else nobody knows.
func unseenText(by map[Role][]string) alerting.Text {
	if len(by) == 0 {
		return alerting.Text{ZH: "情况不明", EN: "not known"}
	}
	known := onPostText(by)
	return alerting.Text{ZH: known.ZH + ",其余不明", EN: known.EN + ", others not known"}
}
