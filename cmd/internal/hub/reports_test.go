package hub

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// bureau is a school whose officer owes reports to the bureau: the engine, the
// journal, the office and the errands of a hub, in virtual time.
type bureau struct {
	*post
	t       *testing.T
	dir     string
	engine  *engine.Engine
	figures *bureauReports
	people  *people.Directory
	stop    func()
}

func reporting(t *testing.T, f func(t *testing.T, b *bureau)) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		place := alerting.Place{ID: "canteen", Name: alerting.Text{ZH: "食堂", EN: "Canteen"}}
		d := people.New(people.Lists{
			Schools:  []people.School{{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Zone: time.FixedZone("CST", 8*3600), Places: []alerting.Place{place}}},
			Accounts: []people.Account{{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}, Named: true}},
		})
		b := &bureau{post: &post{}, t: t, dir: folder, people: d.WithPolicy(policy.Compile(d, nil))}
		b.start()
		f(t, b)
		b.stop()
	})
}

func (b *bureau) Tell(deliver.Message)                     {}
func (b *bureau) Command(devices.Address, devices.Command) {}
func (b *bureau) Forget(string)                            {}

// start runs what a hub does of it, on what was left.
func (b *bureau) start() {
	t, log := b.t, slog.New(slog.DiscardHandler)
	j, err := journal.Open(t.Context(), journal.Config{Path: filepath.Join(b.dir, "journal.db")}, log, prometheus.NewRegistry())
	require.NoError(t, err)
	store, err := office.Open(t.Context(), filepath.Join(b.dir, "office.db"), log)
	require.NoError(t, err)
	who := func() *people.Directory { return b.people }
	b.engine = engine.New(engine.Deps{Journal: j, People: who, Log: log, Registry: prometheus.NewRegistry()})
	b.engine.Connect(b, b, b)
	require.NoError(t, b.engine.Load(t.Context()))
	registry := prometheus.NewRegistry()
	e := newErrands(store, b.post, log, registry)
	b.figures = newBureauReports(registry)
	b.figures.open, b.figures.closed, b.figures.whole, b.figures.who = b.engine.Unresolved, j.Resolved, b.engine.Incident, who
	e.due = append(e.due, b.figures.due)
	ctx, cancel := context.WithCancel(context.Background())
	jctx, jcancel := context.WithCancel(context.Background())
	ended, written := make(chan error, 2), make(chan error, 1)
	go func() { written <- j.Run(jctx) }()
	go func() { ended <- b.engine.Run(ctx) }()
	go func() { ended <- e.run(ctx) }()
	b.stop = func() {
		cancel()
		<-ended
		<-ended
		jcancel()
		<-written
		assert.NoError(t, store.Close())
	}
}

func (b *bureau) restart() {
	b.stop()
	b.start()
}

// after lets time pass and says what was told meanwhile.
func (b *bureau) after(d time.Duration) (told []string) {
	before := len(b.told())
	time.Sleep(d)
	synctest.Wait()
	for _, n := range b.told()[before:] {
		assert.Equal(b.t, "officer", n.Account)
		told = append(told, n.Text.ZH)
	}
	return told
}

func (b *bureau) raise(k alerting.Kind) string {
	i, err := b.engine.Raise(b.t.Context(), alerting.Report{
		ID: "01890000-0000-7000-8000-000000000001", School: "ziwei", Place: alerting.Place{ID: "canteen", Name: alerting.Text{ZH: "食堂", EN: "Canteen"}},
		Kind: k, Mode: devices.Live, By: alerting.Actor{Name: "officer", Role: alerting.RoleOfficer}, At: time.Now(),
	})
	require.NoError(b.t, err)
	return i.ID
}

func (b *bureau) do(c alerting.Command) alerting.Incident {
	b.t.Helper()
	c.Actor = alerting.Actor{Name: "officer", Role: alerting.RoleOfficer}
	i, err := b.engine.Do(b.t.Context(), c)
	require.NoError(b.t, err)
	return i
}

func (b *bureau) overdue(r alerting.ReportStage) float64 {
	var m dto.Metric
	require.NoError(b.t, b.figures.overdue.WithLabelValues("ziwei", string(r)).Write(&m))
	return m.GetGauge().GetValue()
}

// An incident's reports, from the first to the final one, with a restart in
// every pause: each is reminded of once before it is due, and once when it is
// overdue.
func TestEveryReportIsRemindedOfOnceAndOnceWhenItIsOverdue(t *testing.T) {
	reporting(t, func(t *testing.T, b *bureau) {
		id := b.raise("fire") // at 08:00
		assert.Empty(t, b.after(19*time.Minute))
		b.restart()
		assert.Equal(t, []string{"【待报】食堂 火情:请于 08:30 前向教育局首报。系统未能送达教育局,已报告的请在事件页登记"}, b.after(2*time.Minute))
		b.restart()
		assert.Empty(t, b.after(8*time.Minute))
		assert.Zero(t, b.overdue(alerting.ReportFirst))
		assert.Equal(t, []string{"【首报超时】食堂 火情:08:30 前应向教育局首报。系统未能送达教育局,已报告的请在事件页登记"}, b.after(2*time.Minute))
		assert.EqualValues(t, 1, b.overdue(alerting.ReportFirst))
		b.restart()
		assert.Empty(t, b.after(4*time.Minute))

		b.do(alerting.Command{Incident: id, Verb: alerting.VerbReport, Report: alerting.ReportFirst, Way: alerting.WayTelephone, Text: "值班员老李"}) // 08:35
		assert.Equal(t, []string{"【待报】食堂 火情:请于 09:00 前向教育局报送书面首报,并在事件页登记"}, b.after(20*time.Minute))
		assert.Zero(t, b.overdue(alerting.ReportFirst))
		b.do(alerting.Command{Incident: id, Verb: alerting.VerbReport, Report: alerting.ReportFirst, Way: alerting.WayDocument, Text: "教安〔2026〕7号"}) // 08:55
		b.restart()
		assert.Empty(t, b.after(105*time.Minute), "the written one was made")
		assert.Equal(t, []string{"【待报】食堂 火情:请于 10:55 前向教育局报送续报,并在事件页登记"}, b.after(10*time.Minute))
		assert.Equal(t, []string{"【报告超时】食堂 火情:10:55 前应向教育局报送续报。请立即报送,并在事件页登记"}, b.after(10*time.Minute))
		b.do(alerting.Command{Incident: id, Verb: alerting.VerbReport, Report: alerting.ReportFollowUp, Way: alerting.WayMessage})
		b.restart()
		assert.Len(t, b.after(115*time.Minute), 1, "the next one")

		b.do(alerting.Command{Incident: id, Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal}) // 12:55
		b.restart()
		assert.Empty(t, b.after(21*time.Hour))
		b.restart()
		assert.Equal(t, []string{"【待报】食堂 火情:请于 12:55 前向教育局报送终报,并在事件页登记"}, b.after(2*time.Hour))
		assert.Zero(t, b.overdue(alerting.ReportFinal))
		assert.Equal(t, []string{"【报告超时】食堂 火情:12:55 前应向教育局报送终报。请立即报送,并在事件页登记"}, b.after(2*time.Hour))
		assert.EqualValues(t, 1, b.overdue(alerting.ReportFinal))
		b.restart()
		assert.Empty(t, b.after(24*time.Hour))
		assert.EqualValues(t, 1, b.overdue(alerting.ReportFinal), "it is still owed")
		done := b.do(alerting.Command{Incident: id, Verb: alerting.VerbReport, Report: alerting.ReportFinal, Way: alerting.WayDocument})
		assert.Len(t, done.Reports, 4)
		assert.Empty(t, b.after(time.Minute))
		assert.Zero(t, b.overdue(alerting.ReportFinal))
		assert.Empty(t, b.figures.followed, "it is forgotten")
	})
}

// What turned out to be nothing, and the bureau never heard of, owes nothing;
// nor does what is confidential.
func TestWhatOwesNoReport(t *testing.T) {
	for what, act := range map[string]func(*bureau, string){
		"nothing was found": func(b *bureau, id string) {
			b.do(alerting.Command{Incident: id, Verb: alerting.VerbResolve, Outcome: alerting.OutcomeUnfounded})
		},
		"confidential": func(b *bureau, id string) {
			b.do(alerting.Command{Incident: id, Verb: alerting.VerbClassify, Kind: "bullying"})
		},
	} {
		reporting(t, func(t *testing.T, b *bureau) {
			id := b.raise("fire")
			b.after(time.Minute)
			act(b, id)
			assert.Empty(t, b.after(3*24*time.Hour), what)
			assert.Empty(t, b.figures.followed, what)
		})
	}
}

func TestWhatCannotBeLookedUpIsAskedForAgain(t *testing.T) {
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	d := people.New(people.Lists{
		Schools:  []people.School{{ID: "ziwei", Zone: time.FixedZone("CST", 8*3600)}},
		Accounts: []people.Account{{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}}},
	})
	d = d.WithPolicy(policy.Compile(d, nil))
	fire := alerting.Incident{ID: "i", School: "ziwei", Kind: "fire", Mode: devices.Live, State: alerting.StateOpen, OpenedAt: at}
	broken := errors.New("the journal is away")
	r := newBureauReports(prometheus.NewRegistry())
	r.open = func() []alerting.Incident { return []alerting.Incident{fire} }
	r.whole = func(context.Context, string) (alerting.Incident, error) { return fire, broken }
	sweeps := 0
	r.closed = func(context.Context, time.Time, int) ([]journal.History, error) { sweeps++; return nil, broken }
	r.who = func() *people.Directory { return d }
	due := func(after time.Duration) []errand { return r.due(t.Context(), at.Add(after)) }
	assert.Empty(t, due(20*time.Minute))
	assert.Empty(t, due(21*time.Minute))
	assert.Equal(t, 2, sweeps)
	broken = nil
	assert.Len(t, due(22*time.Minute), 1)
	assert.Empty(t, due(121*time.Minute), "of no use any more")
}
