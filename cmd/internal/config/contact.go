package config

import (
	"regexp"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/mail"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// mostPaths bounds the paths of one contact: one a channel.
const mostPaths = 10

// onContacts lists the audiences that contacts may belong to: parents are told
// what a person released.
func onContacts() []alerting.Audience { return append(onTerminals(), alerting.District) }

func (r *reader) contact(v value) {
	o, ok := r.object(v, "name", "title", "audience", "duties", "schools", "named", "hours", "leave", "paths")
	if !ok {
		return
	}
	name := r.name(o, "name", devices.ValidName)
	r.unique("contact", name, name.s)
	c := people.Contact{
		Name:     name.s,
		Title:    r.words(o, "title"),
		Audience: word(o, "audience", onContacts(), ""),
		Schools:  r.served(o, true),
		Named:    o.flag("named"),
	}
	c.Duties = r.duties(o, c.Audience)
	c.Hours = r.hours(o)
	c.Leave = r.leave(o)
	c.Paths = r.contactPaths(o, c)
	r.config.Contacts = append(r.config.Contacts, c)
}

// mostHours bounds the spans of one contact's hours.
const mostHours = 20

// hours reads when a contact is on shift.
func (r *reader) hours(o object) people.Hours {
	items := o.items("hours")
	switch at := o.fields["hours"]; {
	case len(items) > mostHours:
		r.fault(at, "want at most %d spans, found %d", mostHours, len(items))
		return nil
	case o.has("hours") && at.isEmptyList():
		r.fault(at, "names no hours: leave it out for somebody who is always on shift")
	}
	var out people.Hours
	for _, item := range items {
		t := r.text(item)
		if !t.ok {
			continue
		}
		s, err := people.ParseSpan(t.s)
		switch {
		case err != nil:
			r.fault(t.value, "%s", err)
		case slices.Contains(out, s):
			r.fault(t.value, "%q is named twice", t.s)
		default:
			out = append(out, s)
		}
	}
	return out
}

// mostLeave bounds the spans of one contact's leave.
const mostLeave = 20

// leave reads the days that a contact is on leave: a date, or the first and the
// last one.
func (r *reader) leave(o object) []calendar.Span {
	items := o.items("leave")
	switch at := o.fields["leave"]; {
	case len(items) > mostLeave:
		r.fault(at, "want at most %d spans, found %d", mostLeave, len(items))
		return nil
	case o.has("leave") && at.isEmptyList():
		r.fault(at, "names no day: leave it out for somebody who is on no leave")
	}
	var out []calendar.Span
	for _, item := range items {
		t := r.text(item)
		if !t.ok {
			continue
		}
		s, err := calendar.ParseSpan(t.s)
		switch {
		case err != nil:
			r.fault(t.value, "%s", err)
		case slices.Contains(out, s):
			r.fault(t.value, "%q is named twice", t.s)
		default:
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) duties(o object, a alerting.Audience) []people.Duty {
	known := people.Duties(a)
	if !o.has("duties") {
		r.fault(o.field("duties"), "is missing: what they answer for")
		return nil
	}
	var out []people.Duty
	for _, item := range o.items("duties") {
		t := r.text(item)
		d := people.Duty(t.s)
		switch {
		case !t.ok || known == nil: // the audience has been reported already
			continue
		case !contains(known, d):
			r.fault(t.value, "want duties of %s, which are %s, found %q%s", a, list(known), t.s, suggestion(t.s, known))
		case slices.Contains(out, d):
			r.fault(t.value, "duty %q is named twice", t.s)
		default:
			out = append(out, d)
		}
	}
	if o.fields["duties"].isEmptyList() {
		r.fault(o.fields["duties"], "names no duty: no escalation level would ask for them")
	}
	return out
}

func (r *reader) contactPaths(o object, c people.Contact) []people.Path {
	if !o.has("paths") || o.fields["paths"].isEmptyList() {
		at, ok := o.fields["paths"]
		if !ok {
			at = o.field("paths")
		}
		r.fault(at, "leads nowhere: want at least one path to reach them by")
		return nil
	}
	items := o.items("paths")
	if len(items) > mostPaths {
		r.fault(o.fields["paths"], "want at most %d paths", mostPaths)
		return nil
	}
	var out []people.Path
	for _, item := range items {
		p, ok := r.path(item, c)
		if !ok {
			continue
		}
		if slices.ContainsFunc(out, func(q people.Path) bool { return q.Channel == p.Channel }) {
			r.fault(item, "a second path over %s: want one a channel", p.Channel)
		}
		out = append(out, p)
	}
	return out
}

// path reads one path and looks up what it leads over: terminals, accounts,
// webhooks and gateways have been read before.
func (r *reader) path(v value, c people.Contact) (people.Path, bool) {
	o, ok := r.object(v, "channel", "address", "gateway")
	if !ok {
		return people.Path{}, false
	}
	p := people.Path{Channel: word(o, "channel", alerting.Channels(), "")}
	if !contains(alerting.Channels(), p.Channel) {
		return p, false
	}
	r.pathAddress(o, &p)
	r.carrier(o, c, &p)
	return p, true
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{4,14}$`)

// pathAddress reads what the channel needs of a contact.
func (r *reader) pathAddress(o object, p *people.Path) {
	if grouped(p.Channel) && !o.has("address") {
		return // a group's robot writes to its group
	}
	t := o.need("address")
	p.Address = t.s
	if !t.ok {
		return
	}
	switch p.Channel {
	case alerting.ChannelSMS, alerting.ChannelVoice:
		if !e164.MatchString(t.s) {
			r.fault(t.value, "want a telephone number with its country, such as +8613812345678, found %q", t.s)
		}
	case alerting.ChannelMail:
		if a, err := mail.Address(t.s); err != nil || a.Address != t.s {
			r.fault(t.value, "want a mail address, such as duty@example.org, found %q", t.s)
		}
	}
}

// grouped reports whether a channel writes to a group and not to one person.
func grouped(c alerting.Channel) bool {
	switch c {
	case alerting.ChannelWeCom, alerting.ChannelDingTalk, alerting.ChannelFeishu:
		return true
	}
	return false
}

// carrier finds what carries a path, and what that runs over.
func (r *reader) carrier(o object, c people.Contact, p *people.Path) {
	switch p.Channel {
	case alerting.ChannelMQTT, alerting.ChannelConsole, alerting.ChannelWebhook:
		if o.has("gateway") {
			r.fault(o.fields["gateway"], "%s needs no gateway", p.Channel)
		}
		r.endpoint(o, c, p)
	case alerting.ChannelPush: // a gateway's, to the browsers of an account of the hub's own
		r.endpoint(o, c, p)
		r.gatewayOf(o, p)
	default:
		r.gatewayOf(o, p)
	}
}

// endpoint looks up what a path leads to, unless it or the audience has been
// reported already.
func (r *reader) endpoint(o object, c people.Contact, p *people.Path) {
	if p.Address != "" && people.Duties(c.Audience) != nil {
		r.own(o, c, p)
	}
}

// endpoint is a terminal, an account or a webhook, as a path may lead to it.
type endpoint struct {
	name    string
	via     alerting.Via
	schools []string
	named   bool
}

// endpoints lists those of a channel that are told with an audience.
func (r *reader) endpoints(c alerting.Channel, a alerting.Audience) []endpoint {
	var out []endpoint
	switch c {
	case alerting.ChannelMQTT:
		for _, t := range r.config.Terminals {
			if t.Audience == a {
				out = append(out, endpoint{t.ID, t.Via, t.Schools, true})
			}
		}
	case alerting.ChannelConsole:
		for _, acc := range r.config.Accounts {
			if acc.Role.SeesIncidents() && acc.Role.Audience() == a {
				out = append(out, endpoint{acc.Name, acc.Via, acc.Schools, acc.Named})
			}
		}
	case alerting.ChannelPush: // also of those who see action lines or reports alone
		for _, acc := range r.config.Accounts {
			if acc.Role.Audience() == a {
				out = append(out, endpoint{acc.Name, alerting.ViaInternet, acc.Schools, acc.Named})
			}
		}
	case alerting.ChannelWebhook:
		for _, h := range r.config.Webhooks {
			if h.Audience == a {
				out = append(out, endpoint{h.Name, h.Via, h.Schools, true})
			}
		}
	}
	return out
}

// own looks up a path to something of the hub's own.
func (r *reader) own(o object, c people.Contact, p *people.Path) {
	at, known := o.fields["address"], r.endpoints(p.Channel, c.Audience)
	i := slices.IndexFunc(known, func(e endpoint) bool { return e.name == p.Address })
	if i < 0 {
		r.fault(at, "%s has no %s %q%s", c.Audience, endpointWord[p.Channel], p.Address, suggestion(p.Address, names(known)))
		return
	}
	p.Via = known[i].via
	for _, s := range c.Schools {
		if !slices.Contains(known[i].schools, s) {
			r.fault(at, "%s %q does not serve %s, which the contact answers for", endpointWord[p.Channel], p.Address, s)
		}
	}
	if c.Named && !known[i].named {
		r.fault(at, "account %q is not named: it could not open what a named contact is told of", p.Address)
	}
	r.unique("path", text{value: at, s: p.Address, ok: true}, string(c.Audience)+" "+string(p.Channel)+" "+p.Address)
}

var endpointWord = map[alerting.Channel]string{
	alerting.ChannelMQTT: "terminal", alerting.ChannelConsole: "account that sees incidents, called", alerting.ChannelWebhook: "webhook",
	alerting.ChannelPush: "account",
}

func names(all []endpoint) []string {
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.name
	}
	return out
}

// gatewayOf looks up the gateway of a path.
func (r *reader) gatewayOf(o object, p *people.Path) {
	t := o.need("gateway")
	if !t.ok {
		return
	}
	var known []string
	for _, g := range r.config.Gateways {
		switch {
		case g.Name == t.s && g.Channel != p.Channel:
			r.fault(t.value, "gateway %q carries %s, not %s", t.s, g.Channel, p.Channel)
			return
		case g.Name == t.s:
			p.Gateway, p.Via = g.Name, g.Via
			return
		case g.Channel == p.Channel:
			known = append(known, g.Name)
		}
	}
	r.fault(t.value, "there is no gateway %q%s", t.s, suggestion(t.s, known))
}
