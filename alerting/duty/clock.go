package duty

import "time"

// Hours says from when to when by the clocks of a zone, as 07:20–08:35. What ends
// with a day ends at 24:00: a whole day is 00:00–24:00.
func Hours(from, to time.Time, zone *time.Location) string {
	a, b := clock(from, to, zone)
	return a + "–" + b
}

// Hours are those of the shift.
func (s Shift) Hours(zone *time.Location) string { return Hours(s.From, s.To, zone) }

// Clock is when the shift begins and when it ends, as Hours has them.
func (s Shift) Clock(zone *time.Location) (from, to string) { return clock(s.From, s.To, zone) }

func clock(from, to time.Time, zone *time.Location) (begin, end string) {
	const minute = "15:04"
	begin, end = from.In(zone).Format(minute), to.In(zone).Format(minute)
	if end == "00:00" {
		end = "24:00"
	}
	return begin, end
}
