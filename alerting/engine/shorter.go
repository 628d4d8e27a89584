package engine

import (
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// fitsAnywhere is the length of a text that every gateway carries: a segment of
// 70 characters without the longest signature in its brackets.
const fitsAnywhere = 48

// shorter is what a leg's telephone is told where the text is too long for its
// gateway, which is known only when it is sent.
func (b *briefing) shorter(leg alerting.Leg, text alerting.Text) []alerting.Text {
	if leg.Channel != alerting.ChannelSMS && leg.Channel != alerting.ChannelVoice || utf8.RuneCountInString(text.ZH) <= fitsAnywhere {
		return nil
	}
	f := b.facts
	f.Held = b.held
	return policy.Shorter(leg.Audience, f)
}
