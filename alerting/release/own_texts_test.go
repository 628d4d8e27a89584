package release_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
	"example.org/campushub/alerting/texts"
)

func ownTexts(t *testing.T, text string) *texts.Book {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	b, faults := texts.Read(nil, doc.Content[0], "texts")
	require.Empty(t, faults)
	return b
}

func TestParentsReadTheSchoolsOwnWords(t *testing.T) {
	s := about(t, "attack")
	s.sit.Schools[0].Texts = ownTexts(t, `
PAR-01: {zh: "【{school}】第1号({time}):学校有突发情况,请勿来校,{next_time} 前再告知", en: "[{school}] No. 1 ({time}): do not come. More before {next_time}"}
PAR-03: {zh: "【{school}】第{n}号<(代替第{n-1}号)>({time}):<{reason_line}>请等候,{next_time} 前再告知", en: "[{school}] No. {n}< (replaces {n-1})> ({time}): <{reason_line} >Wait. More before {next_time}"}
RSN-police-on-site: {zh: "民警已在现场。", en: "The police are there."}`)
	s.draft(plain, s.content(release.Holding))
	assert.Equal(t, alerting.Text{
		ZH: "【紫薇小学】第1号(08:01):学校有突发情况,请勿来校,08:31 前再告知",
		EN: "[Ziwei Primary] No. 1 (08:01): do not come. More before 08:31",
	}, s.state.Draft.Rendered[0].Text)
}

// What was approved is what goes out: other words want another look.
func TestADraftFallsWithTheWordsThatItWasWrittenIn(t *testing.T) {
	s := about(t, "attack")
	s.draft(plain, s.content(release.Holding))
	s.sit.Schools[0].Texts = ownTexts(t, `
PAR-01: {zh: "【{school}】第1号 {time}:请勿来校,{next_time} 前再告知", en: "[{school}] No. 1, {time}: do not come. More before {next_time}"}`)
	s.refused(alerting.ErrConflict, release.Command{Verb: release.VerbApprove, By: head, Hash: s.state.Draft.Hash})
}
