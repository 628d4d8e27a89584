package console

import (
	"fmt"
	"time"
)

// elapsed is a running clock: 00:00:17, and days before it from one on.
func (p *page) elapsed(d time.Duration) string {
	d = max(d, 0).Truncate(time.Second)
	const day = 24 * time.Hour
	days := int(d / day)
	d %= day
	s := fmt.Sprintf("%02d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	if days > 0 {
		return p.Say("days", "n", days) + " " + s
	}
	return s
}

// countdown is what is left: 0:07.
func countdown(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

// took is a duration in the ledger: microseconds are shown where they tell
// something, seconds where milliseconds do not.
func took(d time.Duration) string {
	switch {
	case d < 0:
		return "−" + took(-d)
	case d < time.Millisecond:
		return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d:%02d min", int(d.Minutes()), int(d.Seconds())%60)
}

// signed is a duration since a stage; a clock that was set back shows.
func signed(d time.Duration) string {
	if d < 0 {
		return took(d)
	}
	return "+" + took(d)
}

// timeOf is the time of day at a school; with the date when it was another day.
func (p *page) timeOf(t time.Time, school string) string { return p.at(t, school, time.TimeOnly) }

// exact is the same with milliseconds, for timeline and ledger.
func (p *page) exact(t time.Time, school string) string { return p.at(t, school, "15:04:05.000") }

func (p *page) at(t time.Time, school, layout string) string {
	zone := p.zoneOf(school)
	t = t.In(zone)
	if sameDay(t, p.now.In(zone)) {
		return t.Format(layout)
	}
	return p.date(t) + " " + t.Format(layout)
}

func (p *page) date(t time.Time) string {
	if p.words.lang == "zh" {
		return t.Format("2006年1月2日")
	}
	return t.Format("2 Jan 2006")
}

func sameDay(a, b time.Time) bool {
	return a.YearDay() == b.YearDay() && a.Year() == b.Year()
}
