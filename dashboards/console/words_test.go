package console

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func catalogues(t *testing.T) map[string]catalogue {
	t.Helper()
	words, err := loadWords()
	require.NoError(t, err)
	return words
}

// plain is a key without the audience that it is for.
func plain(key string) string {
	for _, a := range []alerting.Audience{alerting.Police, alerting.School, alerting.Guards} {
		if s, ok := strings.CutSuffix(key, "."+string(a)); ok {
			return s
		}
	}
	return key
}

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	words := catalogues(t)
	holes := regexp.MustCompile(`\{[a-z]+\}`)
	fill := func(s string) []string {
		found := holes.FindAllString(s, -1)
		slices.Sort(found)
		return found
	}
	zh, en := words["zh"].words, words["en"].words
	for key, s := range zh {
		other, ok := en[key]
		if !ok {
			other, ok = en[plain(key)] // English needs fewer words of the trade
		}
		require.True(t, ok, "en has no %s", key)
		assert.Equal(t, fill(s), fill(other), "%s has other placeholders in English", key)
		assert.Equal(t, s == "", other == "", "%s is empty in one language", key)
	}
	for key := range en {
		_, ok := zh[key]
		if !ok {
			_, ok = zh[plain(key)]
		}
		assert.True(t, ok, "zh has no %s", key)
	}
}

// Chinese has punctuation of its own, as wide as its characters: a narrow mark
// beside one, or between what is filled in and one, is of another script.
func TestTheChineseCatalogueIsPunctuatedInChinese(t *testing.T) {
	narrow := regexp.MustCompile(`[\p{Han}」”）}] ?[,;:!?()]|[,;:!?()] ?[\p{Han}「“（{]`)
	for _, wrong := range []string{"请求解除:误触", "{who},{post}", "第 1 级(警方)", "警方 (迟到)"} {
		require.Regexp(t, narrow, wrong)
	}
	for key, s := range catalogues(t)["zh"].words {
		assert.NotRegexp(t, narrow, s, key)
	}
}

func TestWordsKeepTheRulesOfTheTrade(t *testing.T) {
	c := catalogues(t)["zh"]
	for key, s := range c.words {
		for _, forbidden := range []string{"确认", "发送成功", "撤警", "取消报警", "疑似", "重大", "预警"} {
			assert.NotContains(t, s, forbidden, key)
		}
		assert.NotRegexp(t, `[\p{Han}}][,:;()!?]|[,:;()!?][\p{Han}{]`, s, "%s is set with narrow punctuation", key)
	}
	assert.Equal(t, "签收", c.say(alerting.Police, "take"))
	assert.Equal(t, "接手", c.say(alerting.School, "take"))
	assert.Equal(t, "接手", c.say(alerting.Guards, "take"))
	stages := []string{"delivery.handed", "delivery.received", "delivery.read", "taken.police"}
	for _, words := range catalogues(t) {
		said := map[string]bool{}
		for _, k := range stages {
			said[words.words[k]] = true
		}
		if words.lang == "zh" {
			assert.Len(t, said, len(stages), "four stages, four words")
		}
	}
}

func TestEveryKindAndOutcomeHasWords(t *testing.T) {
	for _, a := range devices.Alarms() {
		text := policy.KindText(alerting.KindOf(a))
		assert.NotEmpty(t, text.ZH, a)
		assert.NotEmpty(t, text.EN, a)
	}
	for _, m := range devices.Modes() {
		for _, o := range alerting.Outcomes(m, alerting.LeadPolice) {
			text := alerting.OutcomeText(o)
			assert.NotEmpty(t, text.ZH, o)
			assert.NotEmpty(t, text.EN, o)
		}
	}
}

func TestAWordIsFilledInAndAMissingOneShowsItself(t *testing.T) {
	c := catalogues(t)["en"]
	assert.Equal(t, "3 open", c.say("", "top.open", "n", 3))
	assert.Equal(t, "no.such.key", c.say("", "no.such.key"))
}
