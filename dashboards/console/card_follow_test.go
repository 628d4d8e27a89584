package console_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// lapsed is an attack that the police have signed, and that escalates again
// because nobody was sent.
func lapsed(t *testing.T, h *hub) alerting.Incident {
	t.Helper()
	i := press(h, "b-1", devices.Attack)
	_, err := h.engine.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}})
	require.NoError(t, err)
	h.engine.Notice(i.ID, alerting.Notice{Type: alerting.EventRenewed, Audience: alerting.Police, Reason: string(alerting.MissingDispatch)})
	return i
}

func TestSignedIsNotTheEndOnTheBoard(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	police := h.as("liaison-1", "zh")
	calm := police.post("/incidents/"+i.ID+"/acknowledge", "return", "/").html
	says(t, calm, "后提醒：", "what comes next is the reminder, and not the reset")
	says(t, between(t, calm, "<article", ">"), " taken")
	lacks(t, calm, "签收后未处置")
	says(t, calm, `data-sound=""`)

	h.engine.Notice(i.ID, alerting.Notice{Type: alerting.EventRenewed, Audience: alerting.Police, Reason: string(alerting.MissingDispatch)})
	page := police.get("/").html
	card := between(t, page, "<article", "</article>")
	lacks(t, between(t, page, "<article", ">"), " taken")
	says(t, card, "1 分钟前由 值班民警 liaison-1 签收，已开始再次升级")
	says(t, card, "后升级通知")
	says(t, card, `data-sound="critical"`)
	says(t, page, `<span class="nobody">签收后未处置 1 起</span>`)
	lacks(t, card, "<span>签收</span>", "it is signed")
	says(t, card, "<span>继续跟进</span>")
	says(t, h.as("officer-1", "en").get("/").html, "1 not followed up")
	says(t, between(t, h.as("officer-1", "en").get("/").html, "<article", "</article>"), `data-sound=""`, "it is the police who are asked")

	h.engine.Notice(i.ID, alerting.Notice{Type: alerting.EventEscalated, Audience: alerting.Police, Level: 1, Number: last(t, h, i).RoundOf(alerting.Police)})
	says(t, police.get("/").html, "已再次升级到第 1 级")
	lacks(t, police.post("/incidents/"+i.ID+"/acknowledge", "return", "/").html, "签收后未处置", "whoever takes it on anew has it")
}

func last(t *testing.T, h *hub, i alerting.Incident) alerting.Incident {
	t.Helper()
	i, err := h.engine.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	return i
}

// An old press that was signed at once: its time is over for everybody.
func TestTheCardsButtonIsTheStepThatIsMissing(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Attack)
	p.ReceivedAt = time.Now().Add(-20 * time.Minute)
	i := h.engine.Press(p)
	sign := alerting.Command{Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}}
	_, err := h.engine.DoAt(sign, time.Now().Add(-18*time.Minute))
	require.NoError(t, err)
	police := h.as("liaison-1", "en")
	card := between(t, police.get("/").html, "<article", "</article>")
	says(t, card, "signed 18 min ago by Police liaison liaison-1, no force sent yet, school not called back yet, police not on site yet, nobody of the school on site yet")
	says(t, card, `data-sound="reminder"`)
	says(t, card, `name="step" value="sent">Force sent<`)
	lacks(t, card, "data-take")
	says(t, between(t, h.as("guard-1", "en").get("/").html, "<article", "</article>"), `name="step" value="school">School on site<`)

	h.engine.Notice(i.ID, alerting.Notice{Type: alerting.EventRenewed, Audience: alerting.Police, Reason: string(alerting.MissingDispatch)})
	says(t, between(t, police.get("/").html, "<article", "</article>"), `data-sound="critical"`)
	page := police.posts("/incidents/"+i.ID+"/follow", between(t, police.get("/").html, `class="step-form"`, "</form>")+`name="step" value="sent"`)
	assert.Equal(t, "/", page.path)
	now := last(t, h, i)
	assert.Len(t, now.Dispatched, 1)
	assert.True(t, now.AcknowledgedBy(alerting.Police), "who sends the force has it: the hub escalates no further")
	card = between(t, police.get("/").html, "<article", "</article>")
	lacks(t, card, "no force sent yet")
	lacks(t, strings.ReplaceAll(card, `data-sound=""`, ""), "data-sound")
	police.post("/incidents/"+i.ID+"/follow", "step", "nonsense", "return", "/")
	assert.Len(t, last(t, h, i).Dispatched, 1)
}

func TestTheCardsButtonStampsTheCallBack(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-1", devices.Attack)
	p.ReceivedAt = time.Now().Add(-20 * time.Minute)
	i := h.engine.Press(p)
	liaison := alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}
	for _, c := range []alerting.Command{{Verb: alerting.VerbAcknowledge}, {Verb: alerting.VerbDispatch, Stage: alerting.ForceSent}} {
		c.Incident, c.Actor = i.ID, liaison
		_, err := h.engine.DoAt(c, time.Now().Add(-18*time.Minute))
		require.NoError(t, err)
	}
	police := h.as("liaison-1", "zh")
	card := between(t, police.get("/").html, "<article", "</article>")
	says(t, card, "尚未回拨学校")
	says(t, card, `name="step" value="call-back">已回拨学校<`)
	lacks(t, between(t, h.as("guard-1", "en").get("/").html, "<article", "</article>"), "call-back")
	police.posts("/incidents/"+i.ID+"/follow", between(t, police.get("/").html, `class="step-form"`, "</form>")+`name="step" value="call-back"`)
	calls := last(t, h, i).Calls
	require.Len(t, calls, 1)
	assert.Equal(t, []any{alerting.CallSchool, alerting.RoleLiaison, true}, []any{calls[0].To, calls[0].Role, calls[0].Reached})
	lacks(t, between(t, police.get("/").html, "<article", "</article>"), "尚未回拨学校")
}

func TestWhatWaitsIsOneFigure(t *testing.T) {
	h := start(t)
	lapsed(t, h)
	press(h, "b-2", devices.Fire)
	says(t, h.as("liaison-1", "zh").get("/").html, "待处理 2 起（无人签收 1 起，签收后未处置 1 起）")
	says(t, h.as("liaison-1", "en").get("/").html, "2 wait: 1 nobody has, 1 not followed up")
}
