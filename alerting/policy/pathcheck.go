package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// PathCheckText is what a path check says (POL-12).
func PathCheckText(s people.School) alerting.Text {
	f := Facts{School: s}
	return marked(devices.Test, f.say(texts.PoliceTest))
}

// PathCheckLegs lists whom a path check of a school is told to, the police
// first: the terminals of responders, and with everywhere what may cost money
// or ring a telephone too. Parents never are, nor a terminal that the public
// can see, where the words would be taken for news; pages ask for the result
// themselves.
func PathCheckLegs(d *people.Directory, school string, everywhere bool) []alerting.Leg {
	var legs []alerting.Leg
	for _, c := range contactsOf(d, school) {
		if !slices.Contains(checked(), c.Audience) {
			continue
		}
		for _, p := range c.Paths {
			terminal := p.Channel == alerting.ChannelMQTT
			if p.Channel == alerting.ChannelConsole || (!terminal && !everywhere) {
				continue
			}
			t, known := d.Terminal(string(c.Audience) + "/" + p.Address)
			if terminal && (!known || t.Public || !slices.Contains(t.Schools, school)) {
				continue
			}
			legs = append(legs, alerting.Leg{Audience: c.Audience, Recipient: recipient(c, p), Channel: p.Channel, Via: p.Via})
		}
	}
	slices.SortStableFunc(legs, func(a, b alerting.Leg) int {
		return slices.Index(checked(), a.Audience) - slices.Index(checked(), b.Audience)
	})
	return legs
}

// checked are the audiences whose way is proven.
func checked() []alerting.Audience {
	return []alerting.Audience{alerting.Police, alerting.School, alerting.Guards}
}
