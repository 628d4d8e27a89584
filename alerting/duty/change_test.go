package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// However people are replaced and swapped, as many stand on every shift as
// before, in the same roles; nobody gets two shifts at once; and what is refused
// changes nothing.
func TestReplacingAndSwappingKeepsEveryShiftManned(t *testing.T) {
	taken, refused := 0, 0
	for seed := range uint64(300) {
		w := generate(t, seed)
		var shifts []duty.Shift
		for i := -1; i <= 1; i++ {
			shifts = append(shifts, w.Setup.Shifts(w.Calendar, w.Zone, w.day.Add(i))...)
		}
		now := w.day.Add(-1).At(0, w.Zone).Add(-time.Hour)
		for range 20 {
			all := w.Roster.Entries()
			if len(all) == 0 {
				break
			}
			a, b := all[w.r.IntN(len(all))], all[w.r.IntN(len(all))]
			var next duty.Roster
			var err error
			if w.r.IntN(2) == 0 {
				if b.Substitute != "" && w.r.IntN(2) == 0 {
					b.Person = b.Substitute
				}
				next, err = w.Roster.Replace(shiftOf(t, shifts, a.ShiftKey), shifts, a.Person, b.Person, now)
			} else {
				next, err = w.Roster.Swap(shiftOf(t, shifts, a.ShiftKey), shiftOf(t, shifts, b.ShiftKey), shifts, a.Person, b.Person, now)
			}
			if err != nil {
				refused++
				require.Equal(t, all, next.Entries(), "seed %d: refused, and changed", seed)
				continue
			}
			taken++
			require.Equal(t, strengths(w.Roster), strengths(next), "seed %d", seed)
			for _, p := range []string{a.Person, b.Person} {
				require.LessOrEqual(t, clashes(next, shifts, p), clashes(w.Roster, shifts, p), "seed %d: %s stands at two places at once", seed, p)
			}
			w.Roster = next
		}
	}
	require.Greater(t, taken, 100)
	require.Greater(t, refused, 100)
}

func shiftOf(t *testing.T, all []duty.Shift, k duty.ShiftKey) duty.Shift {
	for _, s := range all {
		if s.ShiftKey == k {
			return s
		}
	}
	require.FailNow(t, "no shift "+k.String())
	return duty.Shift{}
}

// strengths counts who stands where, by role.
func strengths(r duty.Roster) map[string]int {
	out := map[string]int{}
	for _, e := range r.Entries() {
		out[e.ShiftKey.String()+" "+string(e.Role)]++
	}
	return out
}

// clashes counts the pairs of shifts at the same time of which a person stands at
// one and stands at, or is ready for, the other.
func clashes(r duty.Roster, shifts []duty.Shift, person string) int {
	var stands, ready []duty.Shift
	for _, s := range shifts {
		for _, e := range r.Of(s.ShiftKey) {
			switch {
			case s.OnCall:
			case e.Person == person:
				stands = append(stands, s)
			case e.Substitute == person:
				ready = append(ready, s)
			}
		}
	}
	n := 0
	for i, a := range stands {
		for _, b := range append(stands[:i:i], ready...) {
			if a.From.Before(b.To) && b.From.Before(a.To) {
				n++
			}
		}
	}
	return n
}

func TestWhomTheSchoolPutThereMayNotGiveItBack(t *testing.T) {
	w := closedDays(t)
	day := date(t, "2026-09-30")
	shifts := w.Setup.Shifts(w.Calendar, w.Zone, day)
	now := day.At(0, w.Zone)
	r, err := duty.NewRoster([]duty.Entry{{ShiftKey: shifts[0].ShiftKey, Person: "zhao", Role: duty.Guard, Claimed: true}})
	require.NoError(t, err)
	r, err = r.Replace(shifts[0], shifts, "zhao", "feng", now)
	require.NoError(t, err)
	r, err = r.Reached(shifts[0].ShiftKey, "feng", "13900000001")
	require.NoError(t, err)
	require.Equal(t, "13900000001", r.Entries()[0].Phone)
	_, err = r.Withdraw(shifts[0], "feng", now)
	require.ErrorIs(t, err, alerting.ErrForbidden)
}
