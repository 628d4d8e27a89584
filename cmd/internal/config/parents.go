package config

import (
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// parentChannels are the channels on which parents can be told: one by one, or
// in the school's own group.
func parentChannels() []alerting.Channel {
	return []alerting.Channel{alerting.ChannelSMS, alerting.ChannelMail, alerting.ChannelPush, alerting.ChannelWeCom}
}

// parents reads what a school says about its parents: where children are
// collected, which classes are counted, and who carries the notices.
func (r *reader) parents(o object, s *people.School) {
	for _, item := range o.items("pickups") {
		if p, ok := r.pickup(item, s.ID); ok {
			s.Pickups = append(s.Pickups, p)
		}
	}
	for _, item := range o.items("classes") {
		if c, ok := r.class(item, s.ID); ok {
			s.Classes = append(s.Classes, c)
		}
	}
	if len(s.Classes) > muster.MaxClasses {
		r.fault(o.fields["classes"], "more than %d classes", muster.MaxClasses)
	}
	s.Holding = r.holding(o)
	s.ToParents = r.toParents(o)
}

// pickup reads a place whose name parents read.
func (r *reader) pickup(v value, school string) (alerting.Place, bool) {
	o, ok := r.object(v, "id", "name")
	if !ok {
		return alerting.Place{}, false
	}
	id := r.name(o, "id", devices.ValidName)
	r.unique("pick-up place", id, school+"/"+id.s)
	p := alerting.Place{ID: id.s, Name: r.words(o, "name")}
	if p.Name.ZH == "" || p.Name.EN == "" {
		return p, false // said already
	}
	if err := release.CheckPickup(p); err != nil {
		r.fault(o.fields["name"], "parents could not be sent there: %s", reasonOf(err))
		return p, false
	}
	return p, id.ok
}

func (r *reader) class(v value, school string) (people.Class, bool) {
	o, ok := r.object(v, "id", "roll")
	if !ok {
		return people.Class{}, false
	}
	id := r.name(o, "id", devices.ValidName)
	r.unique("class", id, school+"/"+id.s)
	at, there := o.fields["roll"]
	if !there {
		r.fault(o.field("roll"), "is missing")
		return people.Class{}, false
	}
	n, err := strconv.Atoi(at.node.Value)
	if at.node.ShortTag() != "!!int" || err != nil || n < 0 || n > muster.MaxPupils {
		r.fault(at, "want 0 to %d, found %s", muster.MaxPupils, describe(at.node))
		return people.Class{}, false
	}
	return people.Class{ID: id.s, Roll: n}, id.ok
}

// holding reads whether the hub may send the first holding text by itself.
func (r *reader) holding(o object) people.Holding {
	if !o.has("holding_text") {
		return people.Holding{}
	}
	at := o.fields["holding_text"]
	sub := o.section("holding_text", "after", "countdown")
	if sub.fields == nil {
		return people.Holding{}
	}
	h := people.Holding{After: r.wait(sub, "after"), Countdown: r.wait(sub, "countdown")}
	if err := (release.Automatic{On: true, After: h.After, Countdown: h.Countdown}).Check(); err != nil {
		r.fault(at, "%s", reasonOf(err))
	}
	return h
}

func (r *reader) wait(o object, key string) time.Duration {
	t := o.need(key)
	d, err := time.ParseDuration(t.s)
	if t.ok && err != nil {
		r.fault(t.value, "want a time such as 10m, found %q", t.s)
	}
	return d
}

// toParents reads which gateway carries notices on which channel.
func (r *reader) toParents(o object) map[alerting.Channel]string {
	if !o.has("to_parents") {
		return nil
	}
	sub := o.section("to_parents", "sms", "mail", "push", "wecom")
	out := map[alerting.Channel]string{}
	for _, c := range parentChannels() {
		if !sub.has(string(c)) {
			continue
		}
		t := r.text(sub.fields[string(c)])
		if t.ok {
			out[c] = t.s
			r.carriers = append(r.carriers, carrying{t.value, c, t.s, len(r.config.Schools)})
		}
	}
	return out
}

func (r *reader) hasClass(schools []string, id string) bool {
	for _, s := range r.config.Schools {
		if !contains(schools, s.ID) {
			continue
		}
		for _, c := range s.Classes {
			if c.ID == id {
				return true
			}
		}
	}
	return false
}

// answers reads what an account may do about parents, and answers for.
func (r *reader) answers(o object, a *people.Account) {
	if a.Release = o.flag("release"); a.Release && a.Role != alerting.RoleOfficer {
		r.fault(o.fields["release"], "only an officer can hold the release right")
	}
	for _, item := range o.items("classes") {
		t := r.text(item)
		switch {
		case !t.ok:
		case !r.hasClass(a.Schools, t.s):
			r.fault(t.value, "none of the account's schools has a class %q", t.s)
		default:
			a.Classes = append(a.Classes, t.s)
		}
	}
}

// reasonOf is an error without the sort of refusal before it.
func reasonOf(err error) string {
	_, reason, found := strings.Cut(err.Error(), ": ")
	if !found {
		return err.Error()
	}
	return reason
}
