package policy

import (
	"maps"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Bounds of an escalation.
const (
	mostLevels = 8
	// leastRepeat is how soon people may be told again: sooner than that the
	// first telling may still be under way.
	leastRepeat = 10
)

// everybody is the duty of a level that tells everybody of the levels before
// once more.
const everybody people.Duty = "all"

func (d *decoder) profiles(v value) {
	fields, _ := d.fields(v, nil, "")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !validProfile(name) {
			d.fault(fields[name], "%q is no name for a profile: want letters, digits and -", name)
			continue
		}
		p := d.rules.profiles[name]
		d.profile(fields[name], &p)
		d.rules.profiles[name] = p
	}
}

func (d *decoder) profile(v value, p *profile) {
	keys := []key{
		{"title", func(v value) { p.title = d.title(v) }},
		{"quiet", func(v value) { p.quiet = d.flag(v) }},
		{"digest", func(v value) { p.digest, _ = d.seconds(v) }},
	}
	for a, audience := range responders {
		keys = append(keys, key{string(audience), func(v value) { d.row(v, audience, &p.rows[a]) }})
	}
	d.mapping(v, keys)
}

// row reads one audience's escalation; its levels replace the ones before.
func (d *decoder) row(v value, a alerting.Audience, r *row) {
	d.mapping(v, []key{
		{"levels", func(v value) { r.levels = d.levels(v, a) }},
		{"repeat", func(v value) { r.repeat = d.repeat(v) }},
		{"in_any_case", func(v value) { r.inAnyCase = d.flag(v) }},
	})
	if len(r.levels) > 0 && r.levels[0].after > 0 && !r.inAnyCase {
		d.fault(v, "the first level is due after %v, want 0: a kind's own line says how long an audience waits", r.levels[0].after)
	}
}

// repeat reads how often people are told again; 0 is never.
func (d *decoder) repeat(v value) time.Duration {
	every, ok := d.seconds(v)
	if ok && every > 0 && every < leastRepeat*time.Second {
		d.fault(v, "want 0 or at least %d s: sooner than that the first telling is still under way", leastRepeat)
	}
	return every
}

func (d *decoder) levels(v value, a alerting.Audience) []level {
	var out []level
	items := d.items(v, mostLevels)
	for i, item := range items {
		before := len(d.faults)
		l := d.level(item, a)
		switch {
		case len(d.faults) > before: // its time may not have been read
		case i > 0 && l.after <= out[i-1].after:
			d.fault(item, "level %d is due after %v, no later than level %d: each level must come after the one before", i, l.after, i-1)
		case l.all && (i == 0 || i != len(items)-1):
			d.fault(item, "only the last of several levels can tell all once more")
		}
		out = append(out, l)
	}
	if len(items) == 0 && v.node.Kind == yaml.SequenceNode {
		d.fault(v, "names no level")
	}
	return out
}

func (d *decoder) level(v value, a alerting.Audience) level {
	var l level
	timed, strange := false, false
	ok := d.mapping(v, []key{
		{"after", func(v value) { l.after, _ = d.seconds(v); timed = true }},
		{"duties", func(v value) {
			before := len(d.faults)
			l.duties = words(d, v, append(people.Duties(a), everybody))
			strange = len(d.faults) > before
		}},
		{"channels", func(v value) { l.channels = words(d, v, alerting.Channels()) }},
		{"at_once", func(v value) { l.atOnce = d.atOnce(v, a, l.duties, strange) }},
	})
	if !ok {
		return l
	}
	if !timed {
		d.fault(v, "after is missing: when the level is due")
	}
	if len(l.duties) == 0 && !strange {
		d.fault(v, "tells nobody: want duties of %s", a)
	}
	l.all = slices.Contains(l.duties, everybody)
	l.duties = slices.DeleteFunc(l.duties, func(d people.Duty) bool { return d == everybody })
	return l
}

// atOnce reads by which channels whoever has a duty is told together: the duty is
// one that the level asks for. unread says that not all of these could be read.
func (d *decoder) atOnce(v value, a alerting.Audience, asked []people.Duty, unread bool) map[people.Duty][]alerting.Channel {
	out := map[people.Duty][]alerting.Channel{}
	fields, _ := d.fields(v, strs(people.Duties(a)), "")
	for _, duty := range people.Duties(a) {
		f, here := fields[string(duty)]
		if !here {
			continue
		}
		if !unread && !slices.Contains(asked, duty) {
			d.fault(f, "the level does not ask for %s: want one of its duties", duty)
		}
		before := len(d.faults)
		out[duty] = words(d, f, alerting.Channels())
		if len(out[duty]) == 0 && len(d.faults) == before {
			d.fault(f, "names no channel")
		}
	}
	return out
}

func (d *decoder) audienceBudgets(v value) {
	fields, _ := d.fields(v, strs(responders[:]), "")
	for _, a := range responders {
		if f, ok := fields[string(a)]; ok {
			d.rules.budgets[a] = d.budget(f, d.rules.budgets[a])
		}
	}
}

// gatewayed lists the channels that have budgets of their own.
func gatewayed() []alerting.Channel {
	return []alerting.Channel{
		alerting.ChannelSMS, alerting.ChannelVoice, alerting.ChannelMail, alerting.ChannelPush,
		alerting.ChannelWeCom, alerting.ChannelDingTalk, alerting.ChannelFeishu,
	}
}

func (d *decoder) channelBudgets(v value) {
	fields, _ := d.fields(v, strs(gatewayed()), "")
	for _, c := range gatewayed() {
		if f, ok := fields[string(c)]; ok {
			d.rules.channels[c] = d.budget(f, d.rules.channels[c])
		}
	}
}

// budget reads a budget on top of the built-in one, whose limit is hard: a
// school may tighten it and never lift it.
func (d *decoder) budget(v value, b budget) budget {
	hard := b.limit
	var handed, target, share bool
	read := func(to *time.Duration, here *bool) func(value) {
		return func(v value) { *to, *here = d.duration(v), true }
	}
	d.mapping(v, []key{
		{"handed", read(&b.handed, &handed)},
		{"target", read(&b.target, &target)},
		{"share", read(&b.share, &share)},
		{"limit", func(v value) {
			b.limit = d.duration(v)
			if d.base != nil && b.limit > hard {
				d.fault(v, "lifts the hard limit of %v: it can only be tightened", hard)
			}
		}},
	})
	if (target && b.target > b.limit) || (share && b.share > b.limit) {
		d.fault(v, "target %v and share %v must lie within the limit of %v", b.target, b.share, b.limit)
	}
	b.target, b.share = min(b.target, b.limit), min(b.share, b.limit)
	if handed && b.handed > b.target {
		d.fault(v, "handed %v must lie within the target of %v", b.handed, b.target)
	}
	b.handed = min(b.handed, b.target)
	return b
}

func (d *decoder) duration(v value) time.Duration {
	s, ok := d.scalar(v, "a duration, such as 500ms or 2s")
	if !ok {
		return 0
	}
	t, err := time.ParseDuration(s)
	if err != nil || t <= 0 {
		d.fault(v, "want a duration of more than 0s, such as 500ms or 2s, found %q", s)
		return 0
	}
	return t
}
