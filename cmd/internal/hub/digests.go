package hub

import (
	"context"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// digestWithin is how long after its time a summary that an outage held up is of
// use; what is open stands in the next one.
const digestWithin = 4 * time.Hour

// digests says which daily summaries are due: on days on which the calendar has
// people at a school, once its time has come. What stands in one is decided
// once and is on the disk before anybody is told.
type digests struct {
	open   func() []alerting.Incident // the unresolved ones
	who    func() *people.Directory
	closed func(school string, at time.Time) bool
	book   *errands
}

func (d digests) due(ctx context.Context, now time.Time) []errand {
	var out []errand
	rules := policy.Of(d.who())
	for _, s := range d.who().Schools() {
		digest := rules.Digest(s.ID)
		day := calendar.On(now, s.Location())
		at := day.At(int(digest.At/time.Minute), s.Location())
		if now.Before(at) || !now.Before(at.Add(digestWithin)) || d.closed(s.ID, now) {
			continue
		}
		id := errandFor(s.ID, "digest", day.String(), "")
		decided, ok := d.book.known[id]
		if !ok {
			decided = office.Errand{ID: id, School: s.ID, At: now, Text: d.text(rules, s, now)}
			if !d.book.decide(ctx, decided) {
				return out // the disk takes nothing now, and others wait behind it
			}
		}
		if decided.Text.ZH == "" {
			continue
		}
		for _, c := range rules.Answering(s.ID, digest.Duties, now) {
			out = append(out, toContact(errand{ID: errandFor(s.ID, "digest", day.String(), c.Name), School: s.ID, Text: decided.Text, Until: at.Add(digestWithin)}, c))
		}
	}
	return out
}

// text is the summary; empty where there is nothing to say.
func (d digests) text(rules *policy.Set, s people.School, now time.Time) alerting.Text {
	all := rules.Summarised(s.ID, d.open(), now)
	if len(all) == 0 {
		return alerting.Text{}
	}
	return policy.DigestText(s, all, now)
}

// toContact is an errand to one contact. A page that nobody wrote down is its account's, whose browsers may be reached.
func toContact(n errand, c people.Contact) errand {
	n.Contact = c.Name
	if account, ok := strings.CutPrefix(c.Name, string(alerting.ChannelConsole)+"/"); ok {
		n.Contact, n.Account = "", account
	}
	return n
}
