package watch

import (
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// maxLostClaims bounds the claims that are named as lost; how many more there are
// is said behind it. All of them are among the changes.
const maxLostClaims = 100

// lost words why a claim is.
var lost = map[duty.Loss]alerting.Text{
	duty.LostDay:   {ZH: "新表当天无人值班", EN: "the sheet has nobody that day"},
	duty.LostShift: {ZH: "已没有这一班次", EN: "there is no such shift any more"},
	duty.LostSlot:  {ZH: "新表已排满", EN: "the sheet fills the slot"},
	duty.LostTime:  {ZH: "新表中此人当时另有安排", EN: "the sheet has them stand, or be ready, elsewhere then"},
}

// shiftsOf lists the shifts of a date, each date's once.
func (s School) shiftsOf() func(calendar.Date) []duty.Shift {
	known := map[calendar.Date][]duty.Shift{}
	return func(d calendar.Date) []duty.Shift {
		if _, ok := known[d]; !ok {
			known[d] = s.Setup.Shifts(s.Calendar, s.Zone, d)
		}
		return known[d]
	}
}

// claimNotes say what an import made of the slots that people had taken.
func (s School) claimNotes(c duty.Claims) (out []alerting.Text) {
	if n := len(c.Kept); n > 0 {
		out = append(out, alerting.Text{ZH: fmt.Sprintf("已保留认领 %d 处：新表仍有空位", n), EN: fmt.Sprintf("claims kept, as the sheet leaves their slots open: %d", n)})
	}
	shifts := s.shiftsOf()
	for _, l := range c.Lost[:min(len(c.Lost), maxLostClaims)] {
		at := s.shiftText(l.ShiftKey, shifts)
		out = append(out, alerting.Text{
			ZH: fmt.Sprintf("%s 认领的 %s 未保留：%s，请告知本人", l.Person, at.ZH, lost[l.Why].ZH),
			EN: fmt.Sprintf("the claim of %s, %s, is dropped: %s; let them know", l.Person, at.EN, lost[l.Why].EN),
		})
	}
	if more := len(c.Lost) - maxLostClaims; more > 0 {
		out = append(out, alerting.Text{ZH: fmt.Sprintf("以及另外 %d 处认领未保留，见变动记录", more), EN: fmt.Sprintf("and %d more claims are dropped: see the changes", more)})
	}
	return out
}

// shiftText is a shift as people call it: its day, its post and its hours, where
// there are any yet.
func (s School) shiftText(k duty.ShiftKey, shifts func(calendar.Date) []duty.Shift) alerting.Text {
	name, when := alerting.Text{ZH: k.PostID, EN: k.PostID}, k.Window
	if p, ok := s.Post(k.PostID); ok {
		name = p.Name
	}
	for _, o := range shifts(k.Date) {
		if o.ShiftKey == k {
			when = o.Hours(s.Zone)
		}
	}
	return alerting.Text{ZH: fmt.Sprintf("%v %s %s", k.Date, name.ZH, when), EN: fmt.Sprintf("%v %s %s", k.Date, name.EN, when)}
}

// dropped are the changes that an import makes of claims.
func dropped(c duty.Claims, by string, now time.Time) (out []Change) {
	for _, l := range c.Lost {
		out = append(out, Change{At: now, By: by, What: Dropped, Shift: l.ShiftKey.String(), Person: l.Person})
	}
	return out
}
