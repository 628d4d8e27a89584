package policy

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// CheckTexts reports the configured texts of a school that are longer than two
// text messages with its own names in them, and with the longest of what else
// their holes may have to hold. Those for parents are somebody else's.
func CheckTexts(s people.School) []texts.Fault {
	full := fullest(s)
	var out []texts.Fault
	for _, e := range s.Texts.Entries() {
		if !e.Own || e.Code.ForParents() {
			continue
		}
		t := marked(devices.Drill, s.Texts.Say(e.Code, full.value))
		zh, en := utf8.RuneCountInString(t.ZH), utf8.RuneCountInString(t.EN)
		f, written := s.Texts.Fault(e.Code, "is %d characters long in Chinese and %d in English at %s: want at most %d and %d",
			zh, en, s.ID, longestZH, longestEN)
		if written && (zh > longestZH || en > longestEN) {
			out = append(out, f)
		}
	}
	return out
}

// fullest are facts that fill every hole, each with the longest of what it
// holds as a rule.
func fullest(s people.School) *Facts {
	at := time.Date(2026, time.September, 30, 22, 58, 0, 0, s.Location())
	i := alerting.Incident{
		School: s.ID, Kind: widest(alerting.Kinds(), KindText), Severity: alerting.Critical, Mode: devices.Drill, Updates: 99, Notice: 99,
		PressCount: 99, Presses: []alerting.PressRecord{{PressedAt: at, ReceivedAt: at}}, OpenedAt: at,
		Verify:  widest([]alerting.Verification{alerting.Unverified, alerting.VerifiedNoFind}, VerifyText),
		OnPost:  both("护学民警1人、保安员2人、教职工1人", "police 1, school guard 2, teacher 1"),
		Outcome: alerting.OutcomeTransferred, Facts: []string{alerting.FactViolence, alerting.FactLifeInDanger},
	}
	for _, p := range s.Places {
		if utf8.RuneCountInString(p.Name.ZH) >= utf8.RuneCountInString(i.Place.Name.ZH) {
			i.Place = p
		}
	}
	f := &Facts{
		School: s, Incident: i, Event: alerting.EventPressed, By: RoleText(alerting.RoleOfficer), Reason: strings.Repeat("长", maxReason),
		Level: 9, Open: true, Missing: alerting.MissingDispatch + "," + alerting.MissingCallBack, Now: at.Add(2 * time.Hour),
	}
	f.plain()
	f.following = true
	return f
}

// widest is the word that takes the most room in Chinese.
func widest[W any](words []W, say func(W) alerting.Text) W {
	return slices.MaxFunc(words, func(a, b W) int {
		return utf8.RuneCountInString(say(a).ZH) - utf8.RuneCountInString(say(b).ZH)
	})
}

// Sample is a text as long as it gets at a school as a rule, and the same in
// its fewest words.
type Sample struct {
	Event        alerting.EventType
	Full, Fewest alerting.Text
}

// Samples are the longest texts that an audience reads of a school, by event:
// with its own name, that of the place with the longest, and whoever stands
// there.
func Samples(s people.School, a alerting.Audience) []Sample {
	var out []Sample
	for _, e := range sampled {
		f := *fullest(s)
		f.Event, f.Incident.Mode = e, devices.Live
		if e == alerting.EventResolved {
			f.Incident.State, f.Incident.ResolvedAt = alerting.StateResolved, f.Now
		}
		sample := Sample{Event: e, Full: Text(a, f)}
		sample.Fewest = sample.Full
		if less := Shorter(a, f); len(less) > 0 {
			sample.Fewest = less[len(less)-1]
		}
		out = append(out, sample)
	}
	return out
}

// sampled are the events that telephones are told of. An update of who was not
// reached is left out: it fits two messages, and where it does not the contact's
// next way is tried.
var sampled = []alerting.EventType{
	alerting.EventOpened, alerting.EventPressed, alerting.EventEscalated, alerting.EventReminded, alerting.EventClassified,
	alerting.EventVerified, alerting.EventCancelRequested, alerting.EventRevealed, alerting.EventResolved,
}
