package config

import (
	"net/url"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
)

// PathCheck says how the way to the police is proven.
type PathCheck struct {
	Off bool
	// Every is the time between two checks of a school.
	Every time.Duration
	// Outside is an https address that is looked at, with HEAD, to know whether
	// the school reaches the world; "" where none is.
	Outside string
}

func (r *reader) pathCheck(o object) PathCheck {
	s := o.section("path_check", "every", "off", "outside")
	return PathCheck{
		Off:     s.flag("off"),
		Every:   r.duration(s, "every", pathcheck.DefaultEvery, longestCheck),
		Outside: r.outside(s),
	}
}

// outside takes https alone: an answer over plain HTTP may come from whatever
// stands in between, such as a sign-in page of the provider.
func (r *reader) outside(o object) string {
	if !o.has("outside") {
		return ""
	}
	t := o.need("outside")
	if !t.ok {
		return ""
	}
	u, err := url.Parse(t.s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		r.fault(t.value, "want an https address without a user, such as https://example.org/, found %q", t.s)
	}
	return t.s
}

// ownDevice refuses a device by the name of the hub's own: it would be taken
// for the path check.
func (r *reader) ownDevice(id text) {
	if id.ok && id.s == alerting.PathCheckDevice {
		r.fault(id.value, "%q is the hub's own device in every school: choose another id", id.s)
	}
}
