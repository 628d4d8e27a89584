package doctor

import (
	"context"
	"slices"
	"strings"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/telemetry"
)

// influx looks whether InfluxDB answers, and whether there is what points are
// written to. No alarm waits for it: whatever is wrong there is a warning. Of
// InfluxDB 2 nothing is asked but the connection.
func influx(ctx context.Context, f *Findings, cfg *config.Config) {
	const about = "InfluxDB"
	c := cfg.Telemetry
	if !c.Enabled() {
		return
	}
	if c.Org != "" {
		if err := dial(ctx, endpoint(c.URL)); err != nil {
			f.say(Warn, about, "look at the network and the address; until it answers points wait in the spool", "%s does not answer: %v", c.URL, err)
			return
		}
		f.say(OK, about, "", "%s takes connections", c.URL)
		return
	}
	target := c.Target()
	target.Timeout = askWithin
	there, err := target.Policies(ctx)
	db, policy, named := strings.Cut(c.Database, "/")
	if !named {
		policy = telemetry.PolicyRaw
	}
	switch {
	case err != nil:
		f.say(Warn, about, "look at it, at the address and at the user; until it answers points wait in the spool", "%s cannot be asked: %v", c.URL, err)
	case len(there) == 0:
		f.say(Warn, about, `run "campushub telemetry init"; until then points wait in the spool`, "there is no database %s", db)
	case !slices.Contains(there, policy) && named:
		f.say(Warn, about, "name one that is there, or make it; until then points wait in the spool", "database %s has no retention policy %s", db, policy)
	case !slices.Contains(there, policy):
		f.say(Warn, about, `run "campushub telemetry init": without it nobody says how long points are kept`, "database %s has no retention policy %s", db, policy)
	default:
		f.say(OK, about, "", "%s has database %s with the retention policy %s", c.URL, db, policy)
	}
}

// muchWaits is how many points wait only where InfluxDB takes none: a minute of
// a large school.
const muchWaits = 10_000

// waiting says what the hub could not bring to InfluxDB yet, and what it gave
// up; nothing where no hub says it.
func waiting(f *Findings, h answers) {
	waits, dropped, known := 0.0, 0.0, false
	for name, n := range h.figures {
		switch {
		case strings.HasPrefix(name, "campushub_telemetry_spool_waiting_points"):
			waits, known = waits+n, true
		case strings.HasPrefix(name, "campushub_telemetry_points_dropped_total"):
			dropped += n
		}
	}
	switch {
	case !known:
	case dropped > 0:
		f.say(Warn, "spool", "bring InfluxDB back, or give the spool more room", "%.0f points were given up since the hub's start, %.0f wait", dropped, waits)
	case waits > muchWaits:
		f.say(Warn, "spool", "look at InfluxDB", "%.0f points wait for it", waits)
	default:
		f.say(OK, "spool", "", "%.0f points wait, none was given up", waits)
	}
}
