package config

import (
	"net/url"
	"strings"
	"time"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/spool"
)

// Telemetry says where measurements go, and how much of them is kept.
type Telemetry struct {
	URL      string        // of InfluxDB; "" where there is none
	Database string        // of InfluxDB 1.x, or "database/retention policy"; the bucket of 2
	Org      string        // of InfluxDB 2; "" for 1.x
	User     string        // of InfluxDB 1.x; "" where nobody is asked
	Secret   []byte        // the user's password, or the token of InfluxDB 2
	Timeout  time.Duration // of one request; 0 is the client's own
	MaxAge   time.Duration
	MaxBytes int64
	// KeepRaw and KeepTrend are how long InfluxDB 1.x is to keep points as they
	// were written, and their course.
	KeepRaw, KeepTrend time.Duration
}

// Enabled reports whether there is an InfluxDB.
func (t Telemetry) Enabled() bool { return t.URL != "" }

// Target is the configured InfluxDB as the client takes it.
func (t Telemetry) Target() telemetry.Target {
	to := telemetry.Target{URL: t.URL, Org: t.Org, Database: t.Database, Token: string(t.Secret), Timeout: t.Timeout}
	if t.User != "" {
		to.Token = t.User + ":" + to.Token
	}
	return to
}

// Retention is how long the configured InfluxDB 1.x is to keep points.
func (t Telemetry) Retention() telemetry.Retention {
	return telemetry.Retention{Raw: t.KeepRaw, Trend: t.KeepTrend, Late: t.MaxAge}
}

const (
	longestSpool = 7 * 24 * time.Hour
	mostSpool    = 64 << 10 // MiB
	leastSpool   = 16       // MiB
	longestKept  = 10 * 365 * 24 * time.Hour
	longestWrite = time.Minute
)

// telemetry reads the one telemetry section of all files.
func (r *reader) telemetry(roots []object) {
	r.config.Telemetry = Telemetry{MaxAge: spool.DefaultMaxAge, MaxBytes: spool.DefaultMaxBytes}
	var at *value
	for _, root := range roots {
		v, ok := root.fields["telemetry"]
		switch {
		case !ok:
		case at != nil:
			r.fault(v, "telemetry is already at %s", at.place())
		default:
			at = &v
			if o, ok := r.object(v, "url", "database", "org", "user", "password_file", "token_file", "timeout", "keep", "spool"); ok {
				r.config.Telemetry = r.influx(o)
			}
		}
	}
}

func (r *reader) influx(o object) Telemetry {
	s := o.section("spool", "max_age", "max_mib")
	t := Telemetry{
		MaxAge:   r.duration(s, "max_age", spool.DefaultMaxAge, longestSpool),
		MaxBytes: int64(r.number(s, "max_mib", spool.DefaultMaxBytes>>20, leastSpool, mostSpool)) << 20,
	}
	if !o.has("url") {
		for _, key := range []string{"database", "org", "user", "password_file", "token_file", "timeout", "keep"} {
			if o.has(key) {
				r.fault(o.fields[key], "means nothing without url")
			}
		}
		return t
	}
	t.Database = r.database(o)
	if o.has("org") {
		t.Org = r.readable(o, "org")
	}
	t.User, t.Secret = r.influxSecret(o)
	t.URL = r.influxURL(o, t.Secret != nil)
	t.Timeout = r.duration(o, "timeout", 0, longestWrite)
	r.keep(o, &t)
	return t
}

// keep reads how long InfluxDB 1.x is to keep points. What comes after an
// outage, as old as the spool lets it become, must not be too old for it.
func (r *reader) keep(o object, t *Telemetry) {
	if o.has("org") {
		if o.has("keep") {
			r.fault(o.fields["keep"], "is for InfluxDB 1.x: of InfluxDB 2 a bucket says it itself")
		}
		return
	}
	k, usual := o.section("keep", "raw", "trend"), telemetry.DefaultRetention()
	t.KeepRaw = r.duration(k, "raw", usual.Raw, longestKept)
	t.KeepTrend = r.duration(k, "trend", max(usual.Trend, t.KeepRaw), longestKept)
	at := o.value
	if o.has("keep") {
		at = o.fields["keep"]
	}
	if least := (telemetry.Retention{Late: t.MaxAge}).LeastRaw(); t.KeepRaw < least {
		r.fault(at, "raw: want at least %v: points may wait for spool.max_age %v, and InfluxDB rejects what is older than it keeps", least, t.MaxAge)
	}
	if t.KeepTrend < t.KeepRaw {
		r.fault(at, "trend: want it kept for as long as raw (%v) or longer", t.KeepRaw)
	}
	r.pointsPolicy(o.fields["database"], t.Database)
}

// pointsPolicy reports a retention policy that holds something else, and warns of one
// that "campushub telemetry init" does not make.
func (r *reader) pointsPolicy(at value, database string) {
	_, name, named := strings.Cut(database, "/")
	switch {
	case !named || name == telemetry.PolicyRaw:
	case name == telemetry.PolicyTrend:
		r.fault(at, "the retention policy %q holds the points' course: points go to %q", name, telemetry.PolicyRaw)
	default:
		r.warn(at, WarnRetention, "", holes{"policy": name}, "write the database alone, or make the policy, and ask it on your pages",
			"\"campushub telemetry init\" does not make the retention policy %q: until it is there points wait, and the pages for Grafana do not ask it", name)
	}
}

// database reads a name that stands in a URL and in InfluxQL.
func (r *reader) database(o object) string {
	d := o.need("database")
	if d.ok && (d.s == "" || len(d.s) > longestName || strings.Trim(d.s, "/") != d.s || strings.ContainsFunc(d.s, func(c rune) bool {
		return !isAlphanumeric(c) && !strings.ContainsRune("-_./", c)
	})) {
		r.fault(d.value, "want a database, or database/retention policy, of letters, digits, \"-\", \"_\" and \".\", found %q", d.s)
	}
	return d.s
}

// influxSecret reads user and password of InfluxDB 1.x, or the token of 2.
func (r *reader) influxSecret(o object) (user string, secret []byte) {
	switch {
	case o.has("token_file") && (o.has("user") || o.has("password_file")):
		r.fault(o.fields["token_file"], "want a token, or user and password_file, not both")
	case o.has("org") != o.has("token_file"):
		r.fault(o.value, "want both org and token_file, as InfluxDB 2 does, or neither")
	case o.has("user") != o.has("password_file"):
		r.fault(o.value, "want both user and password_file, or neither")
	case o.has("token_file"):
		return "", r.secret(o, "token_file", 1)
	case o.has("user"):
		return r.readable(o, "user"), r.secret(o, "password_file", 1)
	}
	return "", nil
}

func (r *reader) influxURL(o object, secret bool) string {
	t := o.need("url")
	if !t.ok {
		return ""
	}
	u, err := url.Parse(t.s)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		r.fault(t.value, "want a URL, such as https://influx.example.org:8086")
	case u.User != nil:
		r.fault(t.value, "holds a user name or password: want user and password_file")
	case u.RawQuery != "" || u.Fragment != "":
		r.fault(t.value, "holds a query or a fragment: want the address alone")
	case secret && u.Scheme == "http" && !isLoopback(u.Hostname()):
		r.fault(t.value, "want https: a secret that is not encrypted stays on this machine")
	}
	return t.s
}

// number reads a whole number within bounds.
func (r *reader) number(o object, key string, fallback, least, most int) int {
	v, ok := o.fields[key]
	if !ok {
		return fallback
	}
	var n int
	if v.node.ShortTag() != "!!int" || v.node.Decode(&n) != nil || n < least || n > most {
		r.fault(v, "want a number from %d to %d, found %s", least, most, describe(v.node))
		return fallback
	}
	return n
}
