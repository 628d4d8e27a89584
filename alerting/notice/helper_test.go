package notice_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

const (
	school = "ziwei"
	other  = "lanhua"
)

var (
	errDisk = errors.New("disk is gone")
	head    = holder("head")
	deputy  = holder("deputy")
	plain   = release.Person{Actor: alerting.Actor{Name: "office", Role: alerting.RoleOfficer}}
	police  = release.Person{Actor: alerting.Actor{Name: "desk", Role: alerting.RoleLiaison}}
	teacher = muster.Person{Actor: alerting.Actor{Name: "t-1", Role: alerting.RoleStaff}, Classes: []string{"c1", "c2"}}
)

func holder(name string) release.Person {
	return release.Person{Actor: alerting.Actor{Name: name, Role: alerting.RoleOfficer}, Releases: []string{school, other}}
}

func directory() *people.Directory {
	east := []alerting.Place{{ID: "east", Name: alerting.Text{ZH: "东门广场", EN: "the east square"}}}
	zone := time.FixedZone("CST", 8*3600)
	return people.New(people.Lists{
		Schools: []people.School{
			{ID: school, Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Zone: zone, Pickups: east, Callback: "010-5555"},
			{ID: other, Name: alerting.Text{ZH: "兰花小学", EN: "Lanhua Primary"}, Zone: zone, Pickups: east, Callback: "010-5556"},
		},
		Devices:   []people.Device{button(school, "b-1"), button(school, "b-2"), button(other, "b-1")},
		Accounts:  []people.Account{{Name: "named", Role: alerting.RoleOfficer, Schools: []string{school}, Named: true}},
		Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{school, other}}},
	})
}

// ruledBy is the directory under a policy of the school's own.
func ruledBy(t *testing.T, text string) *people.Directory {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	rules, faults := policy.Read(doc.Content[0], "policies[0]", "schools")
	require.Empty(t, faults)
	dir := directory()
	return dir.WithPolicy(policy.Compile(dir, map[string]*policy.Rules{school: rules}))
}

func button(school, id string) people.Device {
	return people.Device{
		Address: devices.Address{School: school, Device: id}, Kind: devices.KindButton, Power: devices.PowerMains,
		Place: alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
	}
}

// rig is a desk on a real engine and a real journal.
type rig struct {
	*notice.Desk
	t      *testing.T
	engine *engine.Engine
	path   string
	broken atomic.Bool
	posted chan notice.Sent
	stop   func()
}

func start(t *testing.T, path string) *rig { return startFor(t, path, directory()) }

func startFor(t *testing.T, path string, dir *people.Directory) *rig {
	t.Helper()
	return startCarrying(t, path, dir, nil)
}

func startCarrying(t *testing.T, path string, dir *people.Directory, carries func(string, alerting.Text) error) *rig {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "journal.db")
	}
	r := &rig{t: t, path: path, posted: make(chan notice.Sent, 256)}
	log, who := slog.New(slog.DiscardHandler), func() *people.Directory { return dir }
	j, err := journal.Open(t.Context(), journal.Config{Path: path, Fault: r.fault}, log, prometheus.NewRegistry())
	require.NoError(t, err)
	r.engine = engine.New(engine.Deps{Journal: j, People: who, Log: log, Registry: prometheus.NewRegistry()})
	r.engine.Connect(nothing{}, nothing{}, nothing{})
	r.Desk = notice.New(notice.Deps{Engine: r.engine, People: who, Post: r, Carries: carries, Log: log})
	r.engine.OnBeside(r.Hear)
	require.NoError(t, r.engine.Load(t.Context()))
	events, err := j.Besides(t.Context(), time.Now().Add(-notice.Kept))
	require.NoError(t, err)
	r.Load(events)
	r.run(j)
	return r
}

func (r *rig) run(j *journal.Journal) {
	ctx, cancel := context.WithCancel(context.Background())
	jctx, jcancel := context.WithCancel(context.Background())
	var parts, last sync.WaitGroup
	last.Go(func() { _ = j.Run(jctx) })
	parts.Go(func() { _ = r.engine.Run(ctx) })
	parts.Go(func() { _ = r.Run(ctx) })
	r.stop = sync.OnceFunc(func() {
		cancel()
		parts.Wait()
		jcancel()
		last.Wait()
	})
	r.t.Cleanup(r.stop)
}

func (r *rig) fault(s journal.Stage) error {
	if r.broken.Load() && s == journal.StageBegin {
		return errDisk
	}
	return nil
}

func (r *rig) Begin(s notice.Sent) { r.posted <- s }

func (r *rig) Figures(string) []notice.Figure { return nil }

type nothing struct{}

func (nothing) Tell(deliver.Message)                     {}
func (nothing) Command(devices.Address, devices.Command) {}
func (nothing) Forget(string)                            {}

// raise opens an incident of a kind, as a person with a phone does.
func (r *rig) raise(school string, kind alerting.Kind) string {
	return r.raiseAs(school, kind, devices.Live)
}

func (r *rig) raiseAs(school string, kind alerting.Kind, mode alerting.Mode) string {
	r.t.Helper()
	i, err := r.engine.Raise(r.t.Context(), alerting.Report{
		ID: uuid.NewString(), School: school, Kind: kind, Mode: mode, Place: alerting.Place{ID: "north-gate"},
		By: alerting.Actor{Name: "guard", Role: alerting.RoleGuard}, At: time.Now(),
	})
	require.NoError(r.t, err)
	return i.ID
}

func (r *rig) gate(incident string) notice.Gate {
	r.t.Helper()
	i, err := r.engine.Incident(r.t.Context(), incident)
	require.NoError(r.t, err)
	g, err := r.Gate(r.t.Context(), i)
	require.NoError(r.t, err)
	return g
}

func (r *rig) try(incident string, by release.Person, v release.Verb, change ...func(*release.Command)) error {
	r.t.Helper()
	c := release.Command{Verb: v, By: by, Reason: "why"}
	if d := r.gate(incident).State.Draft; d != nil {
		c.Hash = d.Hash
	}
	for _, f := range change {
		f(&c)
	}
	_, err := r.Release(r.t.Context(), incident, c)
	return err
}

func (r *rig) do(incident string, by release.Person, v release.Verb, change ...func(*release.Command)) {
	r.t.Helper()
	require.NoError(r.t, r.try(incident, by, v, change...))
}

func with(c release.Content, schools ...string) func(*release.Command) {
	return func(cmd *release.Command) { cmd.Content, cmd.Schools = c, schools }
}

func soon(text release.TextID) release.Content {
	return release.Content{Text: text, Next: time.Now().Add(30 * time.Minute)}
}

// out brings a text out, with the agreement of the police where it takes one.
func (r *rig) out(incident string, c release.Content) {
	r.t.Helper()
	r.do(incident, plain, release.VerbDraft, with(c))
	if r.gate(incident).Wants.Agreement != "" {
		r.do(incident, police, release.VerbAgree)
	}
	r.do(incident, head, release.VerbRelease)
}

func (r *rig) numbers(school string) []int {
	out := []int{}
	for _, s := range r.Sent([]string{school}, 100) {
		out = append(out, s.Number)
	}
	return out
}

func (r *rig) count(incident string, class string, f muster.Figures) error {
	_, err := r.Count(r.t.Context(), incident, muster.Command{Verb: muster.VerbReport, By: teacher, Class: class, Figures: f})
	return err
}
