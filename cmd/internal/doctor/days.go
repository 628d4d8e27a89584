package doctor

import (
	"time"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/cmd/internal/config"
)

// calendars says what a school's calendar leaves open today: a reason why posts
// may be manned on a wrong day.
func calendars(f *Findings, cfg *config.Config, now time.Time) {
	for _, s := range cfg.Schools {
		notices := cfg.Calendars[s.ID].Notices(calendar.On(now, s.Location()))
		for _, n := range notices {
			f.say(Warn, "calendar", "write it in the calendar section", "%s: %s", s.ID, n.EN)
		}
		if len(notices) == 0 {
			f.say(OK, "calendar", "", "%s: terms and public holidays are set for the next weeks", s.ID)
		}
	}
}

// rosters says whether a school that has posts has a roster for today; nothing
// where no hub says it.
func rosters(f *Findings, cfg *config.Config, h answers) {
	for _, s := range cfg.Schools {
		n, known := h.of("campushub_duty_roster", s.ID)
		switch {
		case !known:
		case n > 0:
			f.say(OK, "roster", "", "%s: there is one for today", s.ID)
		default:
			f.say(Warn, "roster", "import one, if posts are to be occupied today", "%s: there is none for today: nobody is missed", s.ID)
		}
	}
}
