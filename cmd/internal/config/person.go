package config

import (
	"net/url"
	"slices"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// vias lists what a channel may run over.
func vias() []alerting.Via {
	return []alerting.Via{alerting.ViaLAN, alerting.ViaInternet, alerting.ViaCellular}
}

// onTerminals lists the audiences that have topics of their own.
func onTerminals() []alerting.Audience {
	return []alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff}
}

// onWebhooks lists the audiences that a webhook may stand for: parents are
// told what a person released, never an incident.
func onWebhooks() []alerting.Audience { return append(onTerminals(), alerting.District) }

func (r *reader) terminal(v value) {
	o, ok := r.object(v, "audience", "id", "schools", "public", "via", "secret_file")
	if !ok {
		return
	}
	id := r.name(o, "id", devices.ValidName)
	t := people.Terminal{
		Audience: word(o, "audience", onTerminals(), ""),
		ID:       id.s,
		Schools:  r.served(o, true),
		Public:   o.flag("public"),
		Via:      word(o, "via", vias(), defaultTerminal),
	}
	r.unique("terminal", id, t.User())
	if t.Audience == alerting.Police {
		r.toldPolice(t.Schools)
	}
	r.config.Terminals = append(r.config.Terminals, t)
	r.credential(o, t.User())
}

func (r *reader) account(v value) {
	o, ok := r.object(v, "name", "display_name", "role", "schools", "named", "release", "classes", "via", "password_file", "identity", "disabled")
	if !ok {
		return
	}
	name := r.name(o, "name", devices.ValidName)
	r.unique("account", name, name.s)
	a := people.Account{
		Name:         name.s,
		Role:         word(o, "role", alerting.Roles(), ""),
		DisplayName:  r.called(o),
		Named:        o.flag("named"),
		PasswordHash: r.passwordHash(o),
		Via:          word(o, "via", vias(), defaultAccount),
		Identity:     r.identity(o),
	}
	// An administrator runs the hub and belongs to no school.
	a.Schools = r.served(o, a.Role != alerting.RoleAdmin)
	r.answers(o, &a)
	if o.flag("disabled") {
		a.Off = people.Disabled
	}
	if a.Role == alerting.RoleLiaison && a.Off == "" {
		r.toldPolice(a.Schools)
	}
	r.config.Accounts = append(r.config.Accounts, a)
}

// called reads what people call whoever has an account.
func (r *reader) called(o object) string {
	if !o.has("display_name") {
		return ""
	}
	s := r.readable(o, "display_name")
	if n := utf8.RuneCountInString(s); n > people.LongestDisplayName {
		r.fault(o.fields["display_name"], "want at most %d characters, found %d", people.LongestDisplayName, n)
	}
	return s
}

func (r *reader) webhook(v value) {
	o, ok := r.object(v, "name", "audience", "schools", "url", "secret_file", "via")
	if !ok {
		return
	}
	name := r.name(o, "name", devices.ValidName)
	r.unique("webhook", name, name.s)
	r.config.Webhooks = append(r.config.Webhooks, people.Webhook{
		Name:     name.s,
		Audience: word(o, "audience", onWebhooks(), ""),
		Schools:  r.served(o, true),
		URL:      r.url(o),
		Secret:   r.key(o),
		Via:      word(o, "via", vias(), defaultWebhook),
	})
}

// served reads the schools that somebody or something is for.
func (r *reader) served(o object, needed bool) []string {
	if needed && !o.has("schools") {
		r.fault(o.field("schools"), "is missing")
		return nil
	}
	items := o.items("schools")
	if needed && o.fields["schools"].isEmptyList() {
		r.fault(o.fields["schools"], "names no school")
	}
	var out []string
	for _, item := range items {
		t := r.text(item)
		switch {
		case !t.ok:
			continue
		case r.schools[t.s].node == nil:
			r.fault(t.value, "there is no school %q%s", t.s, suggestion(t.s, keys(r.schools)))
		case slices.Contains(out, t.s):
			r.fault(t.value, "school %q is named twice", t.s)
		}
		out = append(out, t.s)
	}
	return out
}

func (r *reader) toldPolice(schools []string) {
	for _, s := range schools {
		r.police[s] = true
	}
}

// url reads where a webhook posts to. User names in it would be secrets in
// the configuration.
func (r *reader) url(o object) string {
	t := o.need("url")
	if !t.ok {
		return ""
	}
	u, err := url.Parse(t.s)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		r.fault(t.value, "want a URL, such as https://example.org/alerts")
	case u.Scheme != "https" && u.Scheme != "http":
		r.fault(t.value, "want https or http, found %q", u.Scheme)
	case u.User != nil:
		r.fault(t.value, "holds a user name or password: the signature proves the sender")
	case u.Fragment != "":
		r.fault(t.value, "holds a fragment, which is never sent")
	}
	return t.s
}
