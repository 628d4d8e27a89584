package policy_test

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// change is one key of a policy, with two policies that differ in it alone, and
// what people meet that must differ with it. What "explain" prints is no such
// thing: it can show what nobody obeys.
type change struct {
	key           string
	before, after string
	meets         surface
}

func TestEveryKeyChangesWhatPeopleMeet(t *testing.T) {
	var tried []string
	for _, c := range slices.Concat(lineChanges(), variantChanges(), escalationChanges(), otherChanges()) {
		t.Run(c.key, func(t *testing.T) {
			before, after := c.meets(fullyManned(t, c.before)), c.meets(fullyManned(t, c.after))
			assert.False(t, reflect.DeepEqual(before, after), "%s: %s and %s are the same to everybody", c.key, c.before, c.after)
		})
		tried = append(tried, c.key)
	}
	slices.Sort(tried)
	assert.Equal(t, slices.Sorted(maps.Keys(keysOf(t))), slices.Compact(tried), "every key that the decoder takes, and no other")
}

// keysOf asks the decoder itself for its keys: a word that it knows nowhere is
// answered with those that it does.
func keysOf(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	descend(t, out, nil)
	return out
}

// descend collects what may stand below a path; a path at which nothing may is
// a key.
func descend(t *testing.T, out map[string]bool, path []string) {
	words := wordsAt(t, path)
	switch {
	case words == nil && len(wordsAt(t, append(path, "[]"))) > 0:
		descend(t, out, append(path, "[]"))
	case words == nil || strings.HasPrefix(strings.Join(words, " "), "zh en"):
		out[general(strings.Join(path, "."))] = true
	case len(path) == 1 && path[0] == "kinds": // all have the keys of one that has variants
		require.Contains(t, words, "intrusion")
		descend(t, out, append(path, "intrusion"))
	default:
		for _, w := range words {
			descend(t, out, append(slices.Clone(path), w))
		}
	}
}

// wordsAt lists the words that a mapping may have at a path; nil where none may
// stand there.
func wordsAt(t *testing.T, path []string) []string {
	t.Helper()
	if len(path) == 1 && path[0] == "escalation" { // profiles have names of the school's own
		return []string{"E1"}
	}
	text := "{no-such-key: 1}"
	for _, p := range slices.Backward(path) {
		if p == "[]" {
			text = "[" + text + "]"
		} else {
			text = "{" + p + ": " + text + "}"
		}
	}
	_, faults := read(t, text)
	for _, f := range faults {
		if f.Found == "no-such-key" && strings.HasSuffix(f.Path, "no-such-key") {
			return slices.DeleteFunc(slices.Clone(f.Words), func(w string) bool { return w == "schools" })
		}
	}
	return nil
}

var names = regexp.MustCompile(`^(kinds|escalation)\.[^.]+|(variants|at_once)\.[^.]+|\.(\[\])`)

// general is a key whatever it is written for: one kind, variant and profile
// stand for all.
func general(path string) string {
	return names.ReplaceAllStringFunc(path, func(s string) string {
		if s == ".[]" {
			return "[]"
		}
		head, _, _ := strings.Cut(s, ".")
		return head + ".*"
	})
}

// twice is a key of a policy with one value and with another; format has a %s
// wherever the value stands.
func twice(key string, meets surface, format, before, after string) change {
	return change{key: key, before: strings.ReplaceAll(format, "%s", before), after: strings.ReplaceAll(format, "%s", after), meets: meets}
}

// fullyManned is the campus with every duty and channel that a key may ask for,
// under a policy of its own.
func fullyManned(t *testing.T, text string) *policy.Set {
	t.Helper()
	rules, faults := read(t, text)
	require.Empty(t, faults, text)
	of := func(c alerting.Channel, via alerting.Via) people.Path {
		return people.Path{Channel: c, Via: via, Address: "x", Gateway: "g"}
	}
	everything := paths(of(alerting.ChannelMail, alerting.ViaInternet), of(alerting.ChannelDingTalk, alerting.ViaInternet),
		of(alerting.ChannelFeishu, alerting.ViaInternet), push(), sms(), voice(), group())
	extra := []people.Contact{
		contact(alerting.School, "everything", everything, people.DutyOfficer),
		contact(alerting.Staff, "teachers", paths(sms(), voice()), people.DutyStaff),
	}
	for _, a := range audiencesOfAPolicy {
		one, other := twoDuties(a)
		pages := people.Path{Channel: alerting.ChannelWebhook, Via: alerting.ViaInternet, Address: "hook-" + string(a)}
		extra = append(extra,
			named(contact(a, "one-"+string(a), paths(sms(), voice(), pages), people.Duty(one))),
			named(contact(a, "other-"+string(a), paths(pages, voice(), sms()), people.Duty(other))))
	}
	d := people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: append(contacts(), extra...)})
	return policy.Compile(d, map[string]*policy.Rules{"ziwei": rules})
}

// What the keys are seen to change must be what the hub does, and not what it
// could: each is asked for where people meet it.
func TestWhatTheKeysChangeIsAskedForWherePeopleMeetIt(t *testing.T) {
	for ask, at := range map[string]string{
		"policy.Open(":                   "../engine/press.go",
		"policy.Wording(":                "../engine/briefing.go",
		"Clock(r.view.School)":           "../engine/remind.go",
		"policy.Asks(":                   "../engine/known.go",
		".Release(i)":                    "../notice/situation.go",
		".Calls(d.Incident)":             "../../dashboards/console/verbs.go",
		".Clock(d.Incident.School)":      "../../dashboards/console/marks.go",
		".Grounds(d.Incident)":           "../../dashboards/console/grounds.go",
		".LinkWithin":                    "../../dashboards/api/groups.go",
		"rules.DrillTargets(":            "../../dashboards/api/drill_site.go",
		"DrillTargets(school).HeadCount": "../../cmd/internal/hub/parents.go",
		".Lost(school).ButtonLasting":    "../../cmd/internal/hub/supervision.go",
		".Lost(school)":                  "../../cmd/internal/hub/paths.go",
		"of.LinkWithin":                  "../../dashboards/console/group.go",
		".FalseAlarms(school)":           "../../dashboards/api/falsealarms.go",
		"rules.Reports(i.School)":        "../../cmd/internal/hub/reports.go",
		"rules.Digest(s.ID)":             "../../cmd/internal/hub/digests.go",
		"rules.Answering(s.ID,":          "../../cmd/internal/hub/digests.go",
		".InDigest(c.Incident":           "../../dashboards/console/remarks.go",
	} {
		code, err := os.ReadFile(at)
		require.NoError(t, err)
		assert.Contains(t, string(code), ask, at)
	}
}
