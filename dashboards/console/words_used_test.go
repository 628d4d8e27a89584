package console

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
)

// composed are the keys that are put together where they are said: a prefix, and
// every value that can stand behind it. What has no list of its own is read from
// the constants of its type.
func composed(t *testing.T) map[string][]string {
	of := func(dir, kind string, but ...string) []string {
		return slices.DeleteFunc(constantsOf(t, dir, kind), func(v string) bool { return v == "" || slices.Contains(but, v) })
	}
	codes := append(of("../../alerting/policy", "Code"), of("../../cmd/internal/config", "Code")...)
	return map[string][]string{
		"account.did.":          named(people.Deeds()),
		"account.fact.":         people.AccountFacts(),
		"config.fault.":         codes,
		"config.mend.":          codes,
		"config.day.":           {"sun", "mon", "tue", "wed", "thu", "fri", "sat"},
		"config.via.":           {"none", string(alerting.ViaLAN), string(alerting.ViaInternet), string(alerting.ViaCellular)},
		"accounts.from.":        {"configuration", "changed", "added"},
		"accounts.state.":       {"active", string(people.Disabled), string(people.Suspended)},
		"acted.":                {"signed", "taken"},
		"audience.":             named(alerting.Audiences()),
		"audit.broken.":         of("../../alerting/journal", "Break"),
		"call.":                 named(alerting.Callees()),
		"channel.":              named(alerting.Channels()),
		"delivery.":             of("../../alerting", "DeliveryState"),
		"devices.kind.":         of("../../devices", "Kind"),
		"devices.need.":         of("../../devices/supervision", "Need"),
		"devices.state.":        of("../../devices/supervision", "State"),
		"dispatch.":             named(alerting.DispatchStages()),
		"done.":                 named(alerting.Verbs()),
		"done.account.":         named(slices.Collect(maps.Values(api.AccountSteps()))),
		"done.gate.":            append(of("../../alerting/release", "Verb"), "counted"),
		"drill.phase.":          of("../../alerting/drill", "Phase"),
		"duty.called.":          of("../../alerting/duty", "Called"),
		"duty.state.":           returnedBy(t, "postRow", "State"),
		"duty.status.":          of("../../alerting/duty", "Status"),
		"error.":                {"403", "404", "503"},
		"gate.ended.":           {"replaced", "expired", "no-gateway"},
		"gate.phone.":           of("../../alerting/release", "PhoneRole"),
		"gate.rule.":            of("../../alerting/policy", "Release"),
		"gate.text.":            named(release.Texts()),
		"gate.wants.":           of("../../alerting/release", "Authority"),
		"report.":               {}, // a file's name
		"group.":                groups,
		"guide.theme.":          themeIDs(),
		"hazard.state.":         of("../../alerting/hazard", "State"),
		"hub.":                  passedTo(t, "row"),
		"lapse.":                {"signed", "taken"},
		"map.":                  {signQuiet, signUnproven, signCut, signStation},
		"missed.":               of("../../alerting", "Miss"),
		"mode.":                 {string(devices.Drill), string(devices.Test)},
		"next.resolve.":         of("../../alerting", "Lead"),
		"parent.language.":      languages,
		"people.by.":            of("../../alerting/trial", "Source"),
		"people.reason.":        trialReasons,
		"people.result.":        of("../../alerting", "DeliveryState", string(alerting.Expired)),
		"people.state.":         of("../api", "WayState"),
		"people.todo.":          todos(),
		"people.untestable.":    of("../../alerting/trial", "Untestable"),
		"people.via.":           of("../../alerting", "Via"),
		"refused.":              {}, // refusals say their own words where a page has none
		"refused.conflict.":     named(alerting.Verbs()),
		"refused.gate.":         append(of("../../alerting/release", "Verb"), "counted", "count", "changed", "held", "agreement", "approvals"), // the last are what a step waits for
		"refused.gate.invalid.": append(of("../../alerting/release", "Verb"), "counted"),
		"refused.invalid.":      named(alerting.Verbs()),
		"resolve.lead.":         of("../../alerting", "Lead"),
		"review.leads.":         of("../../alerting", "Lead"),
		"right.":                ids(api.Rights(), func(r api.Right) string { return r.ID }),
		"rights.":               of("../api", "Allowed"),
		"role.":                 append(named(alerting.Roles()), ""),
		"roster.change.":        constantsBeside(t, "../../alerting/duty/watch", "Replaced"),
		"round.state.":          returnedBy(t, "roundRow", "State"),
		"scope.":                ids(api.Scopes(), func(s api.Scope) string { return s.ID }),
		"signin.provider.":      notVouchedFor(),
		"state.":                of("../../alerting", "State"),
		"step.":                 {"signed", "taken"},
		"today.":                fieldsOf(t, ".", "todayRow", "ID"),
		"told.head.":            {"handed", "handed.most", "received", "received.most", "undelivered"},
		"tokens.state.":         named(people.TokenStates()),
		"verify.":               named(alerting.Verifications()),
		"way.missing.":          of("../../alerting", "PathStage", string(alerting.PathReceived)),
	}
}

func themeIDs() []string {
	var out []string
	for _, th := range themes {
		out = append(out, th.ID)
	}
	return out
}

// furtherOn are words that stand behind a key that is said already: what to do where
// a figure is bad, what is over, what a desk or a page is called instead.
func furtherOn(t *testing.T) map[string][]string {
	var mqtt []string
	for _, c := range []alerting.Channel{alerting.ChannelMQTT, alerting.ChannelConsole} {
		for _, s := range []string{string(api.WayWorks), string(api.WayFails)} {
			mqtt = append(mqtt, string(c)+"."+s)
		}
	}
	return map[string][]string{
		"duty.lost.": {"reader.back", "link.back"}, "hub.": advised(t), "people.state.": mqtt,
	}
}

// advised are the figures of the hub that can be bad.
func advised(t *testing.T) []string {
	var out []string
	for _, row := range passedTo(t, "row") {
		if row != "spool" {
			out = append(out, row+".do")
		}
	}
	return out
}

// todos are what the page of people says of an audience that lacks somebody: staff
// and district are held to nobody at all alone.
func todos() []string {
	var out []string
	for _, a := range alerting.Audiences() {
		if a == alerting.Parents {
			continue
		}
		out = append(out, string(api.SideNobody)+"."+string(a))
		if a != alerting.Staff && a != alerting.District {
			out = append(out, string(api.SideFew)+"."+string(a))
		}
	}
	return out
}

// Every key that the console says has words in both languages, also one that is
// put together where it is said; and no words lie there that nobody says.
func TestWhatIsSaidAndWhatHasWordsAreTheSame(t *testing.T) {
	said, lists := readSaid(t), composed(t)
	require.Greater(t, len(said.keys), 600)
	for prefix, at := range said.prefixes {
		_, ok := lists[prefix]
		assert.True(t, ok, "%s puts keys together behind %s, and no list says which", at, prefix)
	}
	used := maps.Clone(said.keys)
	for prefix, values := range lists {
		assert.Contains(t, said.prefixes, prefix)
		for _, v := range values {
			used[prefix+v] = "the list of " + prefix
		}
	}
	for prefix, values := range furtherOn(t) {
		for _, v := range values {
			used[prefix+v] = "what stands behind " + prefix
		}
	}
	for lang, c := range catalogues(t) {
		for key, at := range used {
			_, ok := c.words[key]
			assert.True(t, ok, "%s has no words for %s, which %s says", lang, key, at)
		}
		for key := range c.words {
			assert.True(t, said.says(used, key), "%s has words for %s, which nobody says", lang, key)
		}
	}
}
