package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// voiceCodes are the kinds of which everybody in the school is told aloud what
// to do.
var voiceCodes = map[alerting.Kind]texts.Code{
	"attack": texts.VoiceLockIn, "fire": texts.VoiceEvacuate,
}

// Aloud reports whether a leg leads to the school's loudspeakers, which pupils
// hear, and whoever is a danger to them.
func Aloud(l alerting.Leg) bool { return l.Duty == string(people.DutyLoudspeaker) }

// LoudspeakerText is what loudspeakers say: what to do, and nothing of what
// happened or where. ok is false where they stay silent: of every other kind,
// of what is confidential or was raised silently, and in a test.
func LoudspeakerText(f Facts) (_ alerting.Text, ok bool) {
	i := &f.Incident
	if i.Silent || i.Confidential || i.Mode == devices.Test {
		return alerting.Text{}, false
	}
	if f.Event == alerting.EventResolved {
		return marked(i.Mode, f.School.Texts.Plain(texts.VoiceEnd)), true
	}
	c, ok := voiceCodes[i.Kind]
	return marked(i.Mode, f.School.Texts.Plain(c)), ok
}

// WorthSaying reports whether an event is said over loudspeakers that have
// spoken already: what to do has changed, is to be heard once more, or is over.
func WorthSaying(e alerting.EventType) bool {
	switch e {
	case alerting.EventOpened, alerting.EventPressed, alerting.EventClassified, alerting.EventRevealed, alerting.EventResolved:
		return true
	}
	return false
}
