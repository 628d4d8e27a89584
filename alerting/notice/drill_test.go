package notice_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// drilled is a desk beside one drill of two schools, planned for the day after
// tomorrow, that nobody has pressed a button in.
type drilled struct {
	*notice.Desk
	t      *testing.T
	state  drill.State
	events []drill.Event
	posted []notice.Sent
	stop   func()
}

func (d *drilled) Noted(_ context.Context, n exercise.Notice, decide exercise.Note) (*drill.Event, error) {
	now := time.Now()
	raw, err := decide(d.state, now)
	if err != nil || raw == nil {
		return nil, err
	}
	e := drill.Event{Type: drill.EventNotice, Drill: n.Drill, School: n.School, At: now, Actor: n.By, Command: n.Command, Notice: raw}
	d.events = append(d.events, e)
	return &e, nil
}

func (d *drilled) Begin(s notice.Sent) { d.posted = append(d.posted, s) }

func (d *drilled) Figures(string) []notice.Figure { return nil }

type noIncidents struct{ notice.Engine }

func (noIncidents) Unresolved() []alerting.Incident { return nil }

// begin starts the desk, with what the drill has kept.
func (d *drilled) begin() {
	dir := directory()
	d.posted = nil
	d.Desk = notice.New(notice.Deps{
		Engine: noIncidents{}, People: func() *people.Directory { return dir }, Post: d, Drills: d, Log: slog.New(slog.DiscardHandler),
	})
	d.Load(notice.OfDrills(d.events))
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { _ = d.Run(ctx) })
	d.stop = sync.OnceFunc(func() { cancel(); run.Wait() })
	d.t.Cleanup(d.stop)
}

func ahead(t *testing.T) *drilled {
	at := time.Now().Add(48 * time.Hour)
	d := &drilled{t: t, state: drill.State{
		Phase: drill.Planned, PlannedAt: time.Now(),
		Plan: drill.Plan{ID: "d-1", Kind: "fire", At: at, ForS: 600, Schools: []drill.Site{{ID: school}, {ID: other}}},
	}}
	d.begin()
	return d
}

// tell drafts a text and releases it, to the parents of the first school.
func (d *drilled) tell(c release.Content) error {
	ctx := d.t.Context()
	if err := d.ReleaseDrill(ctx, "d-1", school, release.Command{Verb: release.VerbDraft, By: plain, Content: c}); err != nil {
		return err
	}
	_, g := d.DrillGate(d.state, school)
	require.NotNil(d.t, g.State.Draft)
	require.ErrorIs(d.t, d.ReleaseDrill(ctx, "d-1", school, release.Command{Verb: release.VerbRelease, By: plain, Hash: g.State.Draft.Hash}), alerting.ErrForbidden, "a holder lets it out")
	return d.ReleaseDrill(ctx, "d-1", school, release.Command{Verb: release.VerbRelease, By: head, Hash: g.State.Draft.Hash})
}

func (d *drilled) day() string {
	return d.state.Plan.At.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

func TestParentsHearOfADrillBeforeItAndAfterItWithoutAPress(t *testing.T) {
	d := ahead(t)
	_, g := d.DrillGate(d.state, school)
	assert.Equal(t, []any{[]release.TextID{release.DrillAhead}, "R1"}, []any{g.Texts, g.Rule})
	require.ErrorIs(t, d.tell(release.Content{Text: release.DrillOver}), alerting.ErrConflict, "it is not over")
	require.NoError(t, d.tell(release.Content{Text: release.DrillAhead, Drill: release.FireDrill}))
	sent := d.Sent([]string{school}, 10)
	require.Len(t, sent, 1)
	assert.Equal(t, []any{devices.Drill, "d-1", 0}, []any{sent[0].Mode, sent[0].Incident, sent[0].Number})
	assert.Contains(t, sent[0].Text.ZH, "【演练】【紫薇小学】通知:")
	assert.Contains(t, sent[0].Text.ZH, "开展消防演练,期间可能有警报声,请勿担心、无需到校【演练】")
	assert.Empty(t, d.Sent([]string{other}, 10), "each school tells its own parents")

	d.state.Phase = drill.Stopped
	require.ErrorIs(t, d.tell(release.Content{Text: release.DrillAhead, Drill: release.FireDrill}), alerting.ErrConflict, "it is over")
	require.NoError(t, d.tell(release.Content{Text: release.DrillOver}))
	assert.Len(t, d.Sent([]string{school}, 10), 2)
	d.stop()
	assert.Len(t, d.posted, 2)

	d.begin()
	_, g = d.DrillGate(d.state, school)
	assert.Len(t, g.Sent, 2, "after a restart too")
	assert.Nil(t, g.State.Draft)
}

func TestWhatMustNotBeSaidOfADrill(t *testing.T) {
	d := ahead(t)
	good := release.Content{Text: release.DrillAhead, Drill: release.FireDrill}
	require.ErrorIs(t, d.tell(release.Content{Text: release.Holding, Next: time.Now().Add(30 * time.Minute)}), alerting.ErrConflict)
	wrong := good
	wrong.Date = time.Now().Add(10 * 24 * time.Hour).Format(time.DateOnly)
	require.ErrorIs(t, d.tell(wrong), alerting.ErrInvalid, "it is on another day")
	own := good
	own.Date = d.day()
	require.NoError(t, d.tell(own))
	c := release.Command{Verb: release.VerbDraft, By: plain, Content: good, Schools: []string{school, other}}
	require.ErrorIs(t, d.ReleaseDrill(t.Context(), "d-1", school, c), alerting.ErrInvalid)
	c.Schools = nil
	require.ErrorIs(t, d.ReleaseDrill(t.Context(), "d-1", "elsewhere", c), alerting.ErrNotFound)
	for _, phase := range []drill.Phase{drill.Cancelled, drill.Preempted} {
		d.state.Phase = phase
		require.ErrorIs(t, d.tell(good), alerting.ErrConflict)
		require.ErrorIs(t, d.tell(release.Content{Text: release.DrillOver}), alerting.ErrConflict, "it did not end as a drill")
		_, g := d.DrillGate(d.state, school)
		assert.Empty(t, g.Texts)
	}
}

// A drill that becomes real takes its draft with it.
func TestADraftOfADrillThatBecameRealStays(t *testing.T) {
	d := ahead(t)
	c := release.Command{Verb: release.VerbDraft, By: plain, Content: release.Content{Text: release.DrillAhead, Drill: release.FireDrill}}
	require.NoError(t, d.ReleaseDrill(t.Context(), "d-1", school, c))
	_, g := d.DrillGate(d.state, school)
	d.state.Phase = drill.Preempted
	err := d.ReleaseDrill(t.Context(), "d-1", school, release.Command{Verb: release.VerbRelease, By: head, Hash: g.State.Draft.Hash})
	require.ErrorIs(t, err, alerting.ErrConflict)
	assert.Empty(t, d.Sent([]string{school}, 10))
}
