package people

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// Contact is a person, or a desk that is always manned, as escalation reaches
// them: what they answer for, and the paths to them.
type Contact struct {
	Name     string        // unique among contacts
	Title    alerting.Text // as texts name them: the role, never a person's rank
	Audience alerting.Audience
	Duties   []Duty
	Schools  []string // schools that they answer for
	Named    bool     // may be told of confidential incidents of these schools
	// StandsIn says that no account of the audience is named at the school, so
	// that others of it have to answer. A compiled policy finds it out.
	StandsIn bool
	// Hours are when they are on shift; none is always. Off shift they are passed
	// over in favour of whoever is on it.
	Hours Hours
	// Leave are the days that they are on leave, by the school's own clock. They
	// are passed over as one who is off shift.
	Leave []calendar.Span
	// Paths lead to them, the best first; one a channel.
	Paths []Path
}

// Path is one way to a contact.
type Path struct {
	Channel alerting.Channel
	Via     alerting.Via
	// Address is what the channel needs: a terminal id, an account or webhook
	// name, a telephone number in E.164 form, a mail address.
	Address string
	// Gateway names who carries it; "" for a terminal, a page and a webhook.
	Gateway string
}

// Is reports whether the contact is the person who signs in with an account or
// has a telephone number, in E.164 form: one of its paths leads there. "" is
// nobody's.
func (c Contact) Is(account, phone string) bool {
	return slices.ContainsFunc(c.Paths, func(p Path) bool {
		switch p.Channel {
		case alerting.ChannelSMS, alerting.ChannelVoice:
			return phone != "" && p.Address == phone
		case alerting.ChannelPush, alerting.ChannelConsole:
			return account != "" && p.Address == account
		}
		return false
	})
}
