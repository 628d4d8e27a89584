package sheet

import (
	"fmt"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// MaxLacks bounds what is said of days and shifts without enough people; how
// many more there are is said behind it.
const MaxLacks = 20

// lacks names the days of the period on which posts want somebody and nobody
// stands on the sheet, those that had people before first, and then the shifts
// below their need, with the claims that stay. Open slots of volunteers are theirs
// to take, and no lack.
func (i *importer) lacks() []alerting.Text {
	roster, err := duty.NewRoster(i.out.Entries)
	if err == nil {
		roster, _, err = roster.Keep(i.Had, i.on)
	}
	if err != nil {
		return nil // taking it says why
	}
	had := map[calendar.Date]bool{}
	for _, e := range i.Had {
		had[e.Date] = true
	}
	var emptied, empty, short []alerting.Text
	for d := i.From; d.Compare(i.To) <= 0; d = d.Add(1) {
		shifts := i.on(d)
		switch {
		case roster.Covers(d):
			short = append(short, i.short(roster, shifts)...)
		case had[d]:
			emptied = append(emptied, alerting.Text{
				ZH: d.String() + " 原有值班人员，导入后当天无人值班：缺岗、未到岗均不上报",
				EN: d.String() + " had people on the roster and has nobody now: nobody is reported as missed that day and no post as uncovered",
			})
		case len(shifts) > 0:
			empty = append(empty, alerting.Text{ZH: d.String() + " 有岗位，无人值班", EN: d.String() + " has posts to be manned and nobody on the roster"})
		}
	}
	return bounded(append(append(emptied, empty...), short...))
}

// short names the shifts that lack people.
func (i *importer) short(r duty.Roster, shifts []duty.Shift) (out []alerting.Text) {
	for _, s := range shifts {
		var zh, en []string
		open := r.Open(s)
		for _, role := range duty.Roles() {
			if n := open[role]; n > 0 && role != duty.Volunteer {
				zh = append(zh, fmt.Sprintf("%s %d 人", role.Title().ZH, n))
				en = append(en, fmt.Sprintf("%d × %s", n, role.Title().EN))
			}
		}
		if len(en) == 0 {
			continue
		}
		out = append(out, alerting.Text{
			ZH: fmt.Sprintf("%v %s %s 人数不足：缺%s", s.Date, s.Post.Name.ZH, s.Hours(i.Zone), strings.Join(zh, "、")),
			EN: fmt.Sprintf("%v %s %s is below its need: %s missing", s.Date, s.Post.Name.EN, s.Hours(i.Zone), strings.Join(en, ", ")),
		})
	}
	return out
}

// bounded keeps the first MaxLacks.
func bounded(all []alerting.Text) []alerting.Text {
	more := len(all) - MaxLacks
	if more <= 0 {
		return all
	}
	return append(all[:MaxLacks:MaxLacks], alerting.Text{ZH: fmt.Sprintf("以及另外 %d 处", more), EN: fmt.Sprintf("and %d more", more)})
}
