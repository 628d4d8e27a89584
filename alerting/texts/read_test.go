package texts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
)

func read(t *testing.T, base *texts.Book, text string) (*texts.Book, []string) {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	b, faults := texts.Read(base, doc.Content[0], "texts")
	var said []string
	for _, f := range faults {
		said = append(said, f.String())
	}
	return b, said
}

// names fills every hole with its own name in capitals.
func names(h texts.Hole) alerting.Text {
	s := strings.ToUpper(strings.Trim(h.String(), "{}"))
	return alerting.Text{ZH: s, EN: s}
}

// The built-in texts keep to every rule that a configured one is held to.
func TestTheBuiltInTextsCanBeConfigured(t *testing.T) {
	var all strings.Builder
	for _, e := range texts.BuiltIn().Entries() {
		out, err := yaml.Marshal(map[texts.Code]map[string]string{e.Code: {"zh": e.Text.ZH, "en": e.Text.EN}})
		require.NoError(t, err)
		all.Write(out)
	}
	b, faults := read(t, nil, all.String())
	assert.Empty(t, faults)
	for _, e := range b.Entries() {
		assert.True(t, e.Own, e.Code)
		assert.Equal(t, texts.BuiltIn().Say(e.Code, names), b.Say(e.Code, names), e.Code)
	}
}

func TestAConfiguredTextStandsForTheBuiltInOne(t *testing.T) {
	everywhere, faults := read(t, nil, `
POL-12: {zh: "{school} 线路测试", en: "{school}: line test"}
GRD-05: {zh: "解除,各归各位", en: "Over: back to your posts"}`)
	require.Empty(t, faults)
	here, faults := read(t, everywhere, `GRD-05: {zh: "解除", en: "Over"}`)
	require.Empty(t, faults)

	assert.Equal(t, alerting.Text{ZH: "SCHOOL 线路测试", EN: "SCHOOL: line test"}, here.Say(texts.PoliceTest, names), "what a school leaves out is as it is everywhere")
	assert.Equal(t, "解除", here.Plain(texts.GuardsEnd).ZH)
	assert.Equal(t, "解除,各归各位", everywhere.Plain(texts.GuardsEnd).ZH, "a book never changes")
	assert.Equal(t, "解除。恢复岗位,检查校门", texts.BuiltIn().Plain(texts.GuardsEnd).ZH)
}

func TestWhatIsWrongIsSaidWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a hole that nothing fills", `GRD-06: {zh: "非演练!{what}{action}", en: "Not a drill. {action}"}`,
			`1:14: texts.GRD-06.zh: unknown hole {what}, this text has {action}`},
		{"a hole of other texts", `GRD-06: {zh: "非演练!{place}{action}", en: "Not a drill. {action}"}`,
			`1:14: texts.GRD-06.zh: no hole of this text: {place}, this text has {action}`},
		{"a hole left out", `POL-12: {zh: "测试", en: "{school}: test"}`,
			`1:14: texts.POL-12.zh: leaves out {school}: whoever is told needs it`},
		{"a hole that may be empty", `POL-13: {zh: "{school} 求助,电话 {callback}<。{warning}>", en: "{school}<, call {callback}><. {warning}>"}`,
			`1:14: texts.POL-13.zh: {callback} may be empty: put it, and the words that belong to it, between < and >`},
		{"one language", `GRD-05: {zh: "解除"}`, `1:9: texts.GRD-05.en: is missing`},
		{"the other", `GRD-05: {en: "Over"}`, `1:9: texts.GRD-05.zh: is missing`},
		{"no words", `GRD-05: {zh: "", en: "Over"}`, `1:14: texts.GRD-05.zh: want a text, found nothing`},
		{"an unknown code", `GRD-55: {zh: "解除", en: "Over"}`, `1:1: texts.GRD-55: there is no such text: campushub texts lists them all`},
		{"an unknown key", `GRD-05: {zh: "解除", en: "Over", fr: "Fini"}`, `1:32: texts.GRD-05.fr: unknown key, want zh or en, found "fr"`},
		{"a brace", `GRD-05: {zh: "解除{", en: "Over"}`, `1:14: texts.GRD-05.zh: a { has no }`},
		{"an open clause", `GRD-05: {zh: "解除<", en: "Over"}`, `1:14: texts.GRD-05.zh: a < has no >`},
		{"an idle clause", `GRD-05: {zh: "解除<了>", en: "Over"}`, `1:14: texts.GRD-05.zh: what stands between < and > has no hole, and would never be left out`},
		{"an end of nothing", `GRD-05: {zh: "解除>", en: "Over"}`, `1:14: texts.GRD-05.zh: ">" stands where nothing was begun that it could end, or within another <`},
		{"two lines", `GRD-05: {zh: "解除\n恢复", en: "Over"}`, `1:14: texts.GRD-05.zh: want one line of characters that can be printed, without blanks at its ends`},
		{"too many words", `GRD-05: {zh: "` + strings.Repeat("长", 71) + `", en: "Over"}`,
			`1:14: texts.GRD-05.zh: has 71 characters beside its holes, want at most 70: it must fit a text message`},
		{"too many words in English", `GRD-05: {zh: "解除", en: "` + strings.Repeat("a", 161) + `"}`,
			`1:24: texts.GRD-05.en: has 161 characters beside its holes, want at most 160: it must fit a text message`},
		{"a live text that looks like a drill's", `GRD-05: {zh: "演练解除", en: "Over"}`,
			`1:14: texts.GRD-05.zh: must not say "演练": a drill or a test must never look live, nor the other way round`},
		{"one that says a drill no more", `PUB-drill: {zh: "请勿担心", en: "A drill is under way"}`,
			`1:17: texts.PUB-drill.zh: must say "演练": a drill or a test must never look live, nor the other way round`},
		{"that all are safe", `GRD-05: {zh: "解除", en: "All pupils are safe"}`,
			`1:24: texts.GRD-05.en: must not say "safe": only a complete head count says so, in the one text that is for it`},
		{"no mapping", `[GRD-05]`, `1:1: texts: want a mapping of texts by their code, found a list`},
	} {
		b, faults := read(t, nil, c.text)
		assert.Equal(t, []string{c.want}, faults, c.name)
		for _, e := range b.Entries() {
			assert.False(t, e.Own, "%s: a faulty text is not taken over", c.name)
		}
	}
}

func TestEveryFaultIsReported(t *testing.T) {
	_, faults := read(t, nil, `
GRD-05: {zh: "解除{what}", en: "Over {what}"}
GRD-55: {zh: "解除", en: "Over"}
POL-12: {zh: "{place} 测试", en: "{school}: test"}`)
	assert.ElementsMatch(t, []string{
		`4:14: texts.POL-12.zh: no hole of this text: {place}, this text has {school}`,
		`4:14: texts.POL-12.zh: leaves out {school}: whoever is told needs it`,
		`2:14: texts.GRD-05.zh: unknown hole {what}, this text has none`,
		`2:30: texts.GRD-05.en: unknown hole {what}, this text has none`,
		`3:1: texts.GRD-55: there is no such text: campushub texts lists them all`,
	}, faults)
}

func TestClausesGoWithTheirHoles(t *testing.T) {
	b, faults := read(t, nil, `POL-13: {zh: "求助:{school}<(电话 {callback})><!{warning}>", en: "{school} asks<, call {callback}><. {warning}>"}`)
	require.Empty(t, faults)
	say := func(has ...texts.Hole) alerting.Text {
		return b.Say(texts.PoliceConfidential, func(h texts.Hole) alerting.Text {
			for _, one := range append(has, texts.School) {
				if one == h {
					return alerting.Text{ZH: "某" + h.String(), EN: "some " + h.String()}
				}
			}
			return alerting.Text{}
		})
	}
	assert.Equal(t, alerting.Text{ZH: "求助:某{school}", EN: "some {school} asks"}, say(), "a name begins as its owner writes it, and a value is never read again")
	assert.Equal(t, "求助:某{school}(电话 某{callback})", say(texts.Callback).ZH)
	assert.Equal(t, alerting.Text{ZH: "求助:某{school}!某{warning}", EN: "some {school} asks. Some {warning}"}, say(texts.Warning))
}

// A text never says more than its holes hold and the words that it has.
func FuzzRead(f *testing.F) {
	for _, e := range texts.BuiltIn().Entries() {
		f.Add(string(e.Code), e.Text.ZH, e.Text.EN)
	}
	f.Add("POL-12", "{school}<<{school}>", "{}")
	f.Fuzz(func(t *testing.T, code, zh, en string) {
		data, err := yaml.Marshal(map[string]map[string]string{code: {"zh": zh, "en": en}})
		if err != nil {
			return
		}
		var doc yaml.Node
		if yaml.Unmarshal(data, &doc) != nil {
			return
		}
		b, faults := texts.Read(nil, doc.Content[0], "texts")
		for _, fault := range faults {
			assert.Positive(t, fault.Line)
			assert.NotEmpty(t, fault.Message)
		}
		for _, e := range b.Entries() {
			said := b.Say(e.Code, func(texts.Hole) alerting.Text { return alerting.Text{} })
			assert.False(t, strings.ContainsAny(said.ZH+said.EN, "{}<>"), e.Code)
		}
	})
}

// A configured text that was written before its built-in one had a hole more
// stays good, where the hole is one that nobody's safety hangs on.
func TestAFreeHoleMayBeLeftOut(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`
SCH-01: {zh: "{severity} {place} {kind},{time}< {again}><,{facts}>。{action}<。{warning}>", en: "{severity} {place} {kind} {time}< {again}><, {facts}>. {action}<. {warning}>"}`), &doc))
	_, faults := texts.Read(nil, doc.Content[0], "texts")
	assert.Empty(t, faults)
	for _, e := range texts.BuiltIn().Entries() {
		if e.Code == texts.SchoolNew {
			assert.NotContains(t, e.Holes, "{who}")
			assert.Contains(t, e.May, "{who}")
		}
	}
}
