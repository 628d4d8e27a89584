package exercise

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
)

func told(b *texts.Book) news {
	return news{
		school: people.School{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei"}, Texts: b}, kind: "fire",
		state: drill.State{Plan: drill.Plan{Kind: "fire", At: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}},
	}
}

func TestADrillsTextsAreTheAgreedOnes(t *testing.T) {
	n := told(nil)
	for id, want := range map[drill.TextID]alerting.Text{
		drill.PoliceFiled: {ZH: "【演练报备】紫薇小学 2026-03-02 10:00 消防。未标「演练」的一律按真实警情处置", EN: "[DRILL] Drill filed: Ziwei, 2026-03-02 10:00, fire. Anything not marked drill is real [DRILL]"},
		drill.PoliceDrill: {ZH: "【演练】紫薇小学 火情,无需出警【演练】", EN: "[DRILL] Ziwei, fire, no response needed [DRILL]"},
		drill.VoiceDrill:  {ZH: "【演练】演练开始。这是演练。【演练】", EN: "[DRILL] Drill begins. This is a drill. [DRILL]"},
		drill.VoiceReal:   {ZH: "演练停止。这不是演练。请听老师指挥。", EN: "The drill has stopped. This is not a drill. Follow your teacher."},
		drill.GuardsEnd:   {ZH: "【演练】解除。恢复岗位,检查校门【演练】", EN: "[DRILL] All clear. Back to post, check the gate [DRILL]"},
		drill.StaffEnd:    {ZH: "【演练】【解除】恢复上课。有情况报值班领导【演练】", EN: "[DRILL] All clear, lessons go on. Tell the duty leader of any trouble [DRILL]"},
		drill.GuardsReal:  {ZH: "非演练!真实险情。开启通道和大门,引导消防车", EN: "Not a drill. Open ways and gates, lead in the fire engine"},
		drill.StaffReal:   {ZH: "【非演练】真实险情。【立即疏散】按路线到集合点,清点人数后上报", EN: "Not a drill. Evacuate now by your route, count, report"},
	} {
		assert.Equal(t, want, n.text(id), id)
	}
	n.event.Type = drill.EventReturned
	assert.Equal(t, "[DRILL] The drill is over. [DRILL]", n.text(drill.VoiceDrill).EN)
	n.kind = ""
	assert.Equal(t, "Not a drill. The drill has stopped. Follow the duty leader", n.text(drill.GuardsReal).EN, "real, and elsewhere")
}

func TestADrillSpeaksInTheSchoolsOwnWords(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`
GRD-06: {zh: "停!不是演练:{action}", en: "Stop! This is no drill: {action}"}
STF-02: {zh: "全体撤离", en: "Everybody out"}`), &doc))
	b, faults := texts.Read(nil, doc.Content[0], "texts")
	require.Empty(t, faults)
	assert.Equal(t, "Stop! This is no drill: open ways and gates, lead in the fire engine", told(b).text(drill.GuardsReal).EN)
	assert.Equal(t, "【非演练】真实险情。全体撤离", told(b).text(drill.StaffReal).ZH)
}
