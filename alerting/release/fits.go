package release

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// Fits reports whether a text may follow the number that is out, 0 for none,
// in a mode: some are the first of a row only, some replace another, and some
// belong to drills.
func Fits(id TextID, number int, mode alerting.Mode) bool {
	t, ok := templates[id]
	return ok && !id.personal() && (mode == devices.Drill || !onlyDrill(id)) && t.checkNumber(id, number+1) == nil
}

// Asks lists what a text has to be given: reason, pickup, next, collect, date,
// drill. A reason that may be left out is not in it.
func Asks(id TextID) []string {
	t := templates[id]
	var out []string
	for _, f := range []struct {
		name  string
		asked bool
	}{
		{"reason", t.reason}, {"pickup", id.asks(texts.Pickup)}, {"next", id.asks(texts.Next)},
		{"collect", t.collect}, {"date", id.asks(texts.Date)}, {"drill", id.asks(texts.Drill)},
	} {
		if f.asked {
			out = append(out, f.name)
		}
	}
	return out
}

// DrillText is a drill's name in words.
func DrillText(d DrillName) alerting.Text { return drillNames[d] }
