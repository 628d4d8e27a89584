package notice_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

func TestNothingIsOutBeforeItIsReleased(t *testing.T) {
	r := start(t, "")
	i := r.raise(school, "attack")
	page, stop := r.Watch([]string{school})
	defer stop()
	strangers, stopStrangers := r.Watch([]string{other})
	defer stopStrangers()

	assert.Empty(t, r.Waiting())
	r.do(i, plain, release.VerbDraft, with(soon(release.Holding)))
	r.do(i, head, release.VerbApprove)
	require.Len(t, r.Waiting(), 1)
	waits := r.Waiting()[0]
	assert.Equal(t, []any{school, i, 1, devices.Live}, []any{waits.School, waits.Incident, waits.Draft.Number, waits.Mode})
	assert.Equal(t, waits.Draft.Content.Next, waits.Until, "until when parents are promised the next one")
	assert.Empty(t, r.Sent([]string{school}, 10))
	assert.Empty(t, page)
	draft := r.gate(i).State.Draft

	before, err := r.engine.Incident(t.Context(), i)
	require.NoError(t, err)
	assert.Zero(t, before.Notice, "a draft is not out")
	r.do(i, head, release.VerbRelease)
	after, err := r.engine.Incident(t.Context(), i)
	require.NoError(t, err)
	assert.Equal(t, 1, after.Notice, "for the report to the bureau")
	sent := r.Sent([]string{school, other}, 10)
	require.Len(t, sent, 1)
	assert.Equal(t, draft.Rendered[0].Text, sent[0].Text, "what was seen is what goes out")
	assert.Equal(t, 1, sent[0].Number)
	assert.Empty(t, r.Waiting(), "it is out")
	assert.Equal(t, sent[0], <-page)
	assert.Equal(t, sent[0], <-r.posted)
	assert.Empty(t, strangers)

	r.out(i, soon(release.Waiting))
	assert.Equal(t, []int{2, 1}, r.numbers(school))
	sent = r.Sent([]string{school}, 10)
	assert.False(t, sent[0].Replaced)
	assert.True(t, sent[1].Replaced)
}

func TestEveryFactWantsTheLeadAuthority(t *testing.T) {
	r := start(t, "")
	i := r.raise(school, "attack")
	r.out(i, soon(release.Holding))
	r.do(i, plain, release.VerbDraft, with(release.Content{Text: release.AllClear}))
	require.ErrorIs(t, r.try(i, head, release.VerbRelease), alerting.ErrConflict)
	r.do(i, police, release.VerbAgree)
	r.do(i, head, release.VerbRelease)
	assert.Equal(t, []int{2, 1}, r.numbers(school))
}

func TestR3TakesTwoHolders(t *testing.T) {
	r := start(t, "")
	i := r.raise(school, "health")
	r.do(i, plain, release.VerbDraft, with(soon(release.Holding)))
	require.ErrorIs(t, r.try(i, head, release.VerbRelease), alerting.ErrConflict)
	r.do(i, head, release.VerbApprove)
	require.ErrorIs(t, r.try(i, head, release.VerbRelease), alerting.ErrConflict, "the same person twice is one")
	assert.Empty(t, r.Sent([]string{school}, 10))
	r.do(i, deputy, release.VerbRelease)
	assert.Len(t, r.Sent([]string{school}, 10), 1)
}

func TestTheSchoolsOwnPolicySaysWhatItTakes(t *testing.T) {
	dir := ruledBy(t, "{kinds: {crowd: {parents: never}, weather: {parents: R3}, medical: {parents: R1}}}")
	r := startFor(t, "", dir)

	crowd := r.raise(school, "crowd")
	assert.Equal(t, "R0", r.gate(crowd).Rule)
	require.ErrorIs(t, r.try(crowd, plain, release.VerbDraft, with(soon(release.Holding))), alerting.ErrConflict)

	weather := r.raise(school, "weather")
	r.do(weather, plain, release.VerbDraft, with(soon(release.Holding)))
	require.ErrorIs(t, r.try(weather, head, release.VerbRelease), alerting.ErrConflict, "two holders")
	r.do(weather, head, release.VerbApprove)
	r.do(weather, deputy, release.VerbRelease)

	assert.Equal(t, "R1", r.gate(r.raise(school, "medical")).Rule)
	assert.Equal(t, "R2", r.gate(r.raise(school, "fire")).Rule, "what the school says nothing of")
}

func TestTheBuiltInPolicysRules(t *testing.T) {
	r := start(t, "")
	for kind, want := range map[alerting.Kind]string{
		"emergency": "R2", "attack": "R2", "intrusion": "R2", "fire": "R2", "medical": "R0", "health": "R3",
		"fight": "R0", "missing": "R0", "traffic": "R1", "drowning": "R0", "crowd": "R1", "weather": "R1", "hazard": "R0",
	} {
		assert.Equal(t, want, r.gate(r.raise(school, kind)).Rule, kind)
	}
}

func TestAllSafeWaitsForTheHeadCount(t *testing.T) {
	r := start(t, "")
	i := r.raise(school, "crowd")
	r.out(i, soon(release.Holding))
	safe := with(release.Content{Text: release.AllSafe})
	require.ErrorIs(t, r.try(i, head, release.VerbDraft, safe), alerting.ErrConflict)
	require.ErrorIs(t, r.count(i, "c1", muster.Figures{}), alerting.ErrConflict, "no count has begun")

	officer := muster.Person{Actor: plain.Actor}
	_, err := r.Count(t.Context(), i, muster.Command{Verb: muster.VerbStart, By: officer, Classes: []muster.Class{{ID: "c1", Roll: 40}, {ID: "c2", Roll: 30}}})
	require.NoError(t, err)
	require.NoError(t, r.count(i, "c1", muster.Figures{Expected: 40, Present: 39, Missing: 1}))
	require.ErrorIs(t, r.try(i, head, release.VerbDraft, safe), alerting.ErrConflict, "one class has not reported")
	require.NoError(t, r.count(i, "c2", muster.Figures{Expected: 30, Present: 30}))
	require.ErrorIs(t, r.try(i, head, release.VerbDraft, safe), alerting.ErrConflict, "one is missing")
	require.NoError(t, r.count(i, "c1", muster.Figures{Expected: 40, Present: 40}))
	r.do(i, head, release.VerbDraft, safe)
	require.NoError(t, r.count(i, "c1", muster.Figures{Expected: 40, Present: 38, Missing: 2}))
	require.ErrorIs(t, r.try(i, head, release.VerbRelease), alerting.ErrConflict, "a correction counts at the last look")
	require.NoError(t, r.count(i, "c1", muster.Figures{Expected: 40, Present: 40}))
	r.do(i, head, release.VerbRelease)
	assert.Contains(t, r.Sent([]string{school}, 1)[0].Text.ZH, "全体学生安全")
}

func TestJournalDownNothingGoesOut(t *testing.T) {
	r := start(t, "")
	i := r.raise(school, "crowd")
	page, stop := r.Watch([]string{school})
	defer stop()
	r.do(i, plain, release.VerbDraft, with(soon(release.Holding)))
	r.broken.Store(true)

	require.ErrorIs(t, r.try(i, head, release.VerbRelease), alerting.ErrUnavailable)
	assert.Empty(t, r.Sent([]string{school}, 10))
	assert.Empty(t, page)
	assert.Empty(t, r.posted)
	require.NotNil(t, r.gate(i).State.Draft, "the draft is as it was")
}

func TestARestartKeepsDraftsNumbersAndWhatIsOut(t *testing.T) {
	r := start(t, "")
	i := r.raise(school, "health")
	r.do(i, plain, release.VerbDraft, with(soon(release.Holding)))
	r.do(i, head, release.VerbApprove)
	r.do(i, deputy, release.VerbRelease)
	r.do(i, plain, release.VerbDraft, with(soon(release.Waiting)))
	r.do(i, head, release.VerbApprove)
	_, err := r.Count(t.Context(), i, muster.Command{Verb: muster.VerbStart, By: muster.Person{Actor: plain.Actor}, Classes: []muster.Class{{ID: "c1", Roll: 4}}})
	require.NoError(t, err)
	before, sent := r.gate(i), r.Sent([]string{school}, 10)
	r.stop()

	again := start(t, r.path)
	after := again.gate(i)
	assert.Equal(t, before.State, after.State)
	assert.Equal(t, before.Count, after.Count)
	assert.Equal(t, sent, again.Sent([]string{school}, 10))
	assert.Equal(t, sent[0], <-again.posted, "the post is told of what is out, and knows what it has carried")
	again.do(i, deputy, release.VerbRelease)
	assert.Equal(t, []int{2, 1}, again.numbers(school))
}

func TestParentsOfASchoolReadOneRowOfNumbers(t *testing.T) {
	r := start(t, "")
	first, second := r.raise(school, "crowd"), r.raise(school, "traffic")
	r.out(first, soon(release.Holding))
	require.ErrorIs(t, r.try(second, head, release.VerbDraft, with(soon(release.Holding))), alerting.ErrConflict, "there is a number 1")
	r.out(second, soon(release.DismissalLater))
	r.out(first, release.Content{Text: release.AllClear})
	assert.Equal(t, []int{3, 2, 1}, r.numbers(school))

	elsewhere := r.raise(other, "crowd")
	r.out(elsewhere, soon(release.Holding))
	assert.Equal(t, []int{1}, r.numbers(other), "another school's parents have a row of their own")

	drill := r.raiseAs(school, "crowd", devices.Test)
	r.out(drill, soon(release.Holding))
	assert.Equal(t, 1, r.gate(drill).State.Number, "and so has what is no more than a test")
}

func TestADraftIsReleasedWhereItIsAbout(t *testing.T) {
	r := start(t, "")
	first, second := r.raise(school, "attack"), r.raise(school, "traffic")
	r.do(first, plain, release.VerbDraft, with(soon(release.Holding)))
	r.do(first, head, release.VerbRelease)
	r.do(first, plain, release.VerbDraft, with(release.Content{Text: release.AllClear}))
	require.ErrorIs(t, r.try(second, head, release.VerbRelease), alerting.ErrConflict, "the weaker rule of another incident does not do")
	assert.Equal(t, []int{1}, r.numbers(school))
}

func TestALinkedIncidentDoesNotLendItsWeakerRule(t *testing.T) {
	r := start(t, "")
	attack, traffic := r.raise(school, "attack"), r.raise(school, "traffic")
	r.out(attack, soon(release.Holding))
	r.do(traffic, head, release.VerbDraft, with(release.Content{Text: release.AllClear}))
	_, err := r.engine.Do(t.Context(), alerting.Command{Incident: attack, Verb: alerting.VerbLink, Other: traffic, Actor: police.Actor})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		i, err := r.engine.Incident(t.Context(), traffic)
		return err == nil && len(i.Links) == 1
	}, 20*time.Second, time.Millisecond)
	require.ErrorIs(t, r.try(traffic, head, release.VerbRelease), alerting.ErrConflict)
	require.ErrorIs(t, r.try(traffic, head, release.VerbDraft, with(soon(release.DismissalLater))), alerting.ErrConflict)
	assert.Equal(t, []int{1}, r.numbers(school))
}

func TestConfidentialMattersNeverGoOut(t *testing.T) {
	r := start(t, "")
	for _, kind := range []alerting.Kind{"bullying", "welfare", "medical"} {
		i := r.raise(school, kind)
		require.ErrorIs(t, r.try(i, head, release.VerbDraft, with(soon(release.Holding))), alerting.ErrConflict, kind)
	}
	i := r.raise(school, "attack")
	r.do(i, plain, release.VerbDraft, with(soon(release.Holding)))
	_, err := r.engine.Do(t.Context(), alerting.Command{Incident: i, Verb: alerting.VerbClassify, Kind: "bullying", Actor: police.Actor})
	require.NoError(t, err)
	require.ErrorIs(t, r.try(i, head, release.VerbRelease), alerting.ErrConflict)
	assert.Empty(t, r.Sent([]string{school}, 10))
}

func TestSeveralSchoolsReadOneNumber(t *testing.T) {
	r := start(t, "")
	here, there := r.raise(school, "weather"), r.raise(other, "crowd")
	r.out(there, soon(release.Holding))
	r.do(here, plain, release.VerbDraft, with(release.Content{Text: release.GateChanged, Reason: "", Pickup: "east"}, school, other), func(c *release.Command) {
		c.Content = release.Content{Text: release.ClosedWeather, Reason: release.EarlyDismissal, Date: time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)}
	})
	r.do(here, head, release.VerbApprove)
	r.do(here, deputy, release.VerbRelease)
	assert.Equal(t, []int{2}, r.numbers(school))
	assert.Equal(t, []int{2, 1}, r.numbers(other), "no number twice")
	r.out(there, soon(release.Waiting))
	assert.Equal(t, []int{3, 2, 1}, r.numbers(other))
}

func TestADraftFromBeforeAnotherNoticeIsDraftedAnew(t *testing.T) {
	r := start(t, "")
	here, there := r.raise(school, "weather"), r.raise(other, "crowd")
	closed := release.Content{Text: release.ClosedWeather, Reason: release.EarlyDismissal, Date: time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)}
	r.do(here, plain, release.VerbDraft, with(closed, school, other))
	r.do(here, head, release.VerbApprove)
	r.out(there, soon(release.Holding))
	require.ErrorIs(t, r.try(here, deputy, release.VerbRelease), alerting.ErrConflict)
	assert.Empty(t, r.Sent([]string{school}, 10))
}

func TestAPreviewStoresNothing(t *testing.T) {
	r := start(t, "")
	id := r.raise(school, "crowd")
	i, err := r.engine.Incident(t.Context(), id)
	require.NoError(t, err)
	d, err := r.Preview(t.Context(), i, release.Command{By: plain, Content: soon(release.Holding)}, time.Now())
	require.NoError(t, err)
	assert.Contains(t, d.Rendered[0].Text.ZH, "【紫薇小学】第1号")
	assert.Nil(t, r.gate(id).State.Draft)
	assert.Equal(t, i.Number, func() int64 { j, _ := r.engine.Incident(t.Context(), id); return j.Number }())
}

func TestWhatIsOutNamesNoIncident(t *testing.T) {
	r := start(t, "")
	i := r.raise(school, "crowd")
	r.out(i, soon(release.Holding))
	s := r.Sent([]string{school}, 1)[0]
	assert.NotContains(t, s.ID, i)
	assert.IsType(t, notice.Sent{}, s)
}
