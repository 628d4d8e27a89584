package texts_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
)

func TestTextsForParentsStayWhatParentsMayRead(t *testing.T) {
	for text, want := range map[string]string{
		`PAR-09: {zh: "【{school}】演练已结束,详询 010-55550100", en: "[{school}] The drill is over"}`:                                      "1:14: texts.PAR-09.zh: holds a long number: parents are told nothing of the kind",
		`PAR-09: {zh: "【{school}】演练已结束", en: "[{school}] The drill is over, see www.x.example"}`:                                   "1:37: texts.PAR-09.en: holds a link or an address: parents are told nothing of the kind",
		`RSN-no-school: {zh: "三年级停课。", en: "No school."}`:                                                                          "1:21: texts.RSN-no-school.zh: holds a class or a grade: parents are told nothing of the kind",
		`PAR-06a: {zh: "【{school}】第{n}号<(代替第{n-1}号)>{time}:已解除,学生安全", en: "[{school}] No. {n}< (replaces {n-1})>, {time}: over"}`:  `1:15: texts.PAR-06a.zh: must not say "学生安全": only a complete head count says so, in the one text that is for it`,
		`PAR-01: {zh: "【{school}】第1号 {time}:{next_time} 前再通知,地点{place}", en: "[{school}] No. 1, {time}. Next before {next_time}"}`: "1:14: texts.PAR-01.zh: no hole of this text: {place}, this text has {school} {time} {next_time}",
	} {
		_, faults := read(t, nil, text)
		assert.Equal(t, []string{want}, faults)
	}
}

func TestANoticeHasNoGaps(t *testing.T) {
	has := func(all ...texts.Hole) func(texts.Hole) alerting.Text {
		return func(h texts.Hole) alerting.Text {
			for _, one := range all {
				if one == h {
					return names(h)
				}
			}
			return alerting.Text{}
		}
	}
	first, err := texts.BuiltIn().Fill(texts.ParentsWaiting, has(texts.School, texts.Number, texts.Time, texts.Next))
	assert.NoError(t, err)
	assert.Equal(t, "[SCHOOL] No. N, TIME: Please keep waiting, do not come. Next before NEXT_TIME", first.EN, "a clause may be left out")
	_, err = texts.BuiltIn().Fill(texts.ParentsWaiting, has(texts.School, texts.Number, texts.Time))
	assert.EqualError(t, err, "text PAR-03: no value for {next_time}")
}
