package console_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/devices"
)

// busy is a hub with all that a hub can have, on a day on which much happens.
type busy struct {
	*hub
	// patterns are the console's routes, and mounted the API's.
	patterns, mounted []string
	// attack is open and tended to, over is closed, and hidden is confidential.
	attack, over, hidden alerting.Incident
	// found is a guard's hazard with a photo, bare one without.
	found, bare string
	store       *office.Store
	wire        *http.Transport // of programs
}

// startBusy starts it.
func startBusy(t *testing.T) busy {
	t.Helper()
	var who atomic.Pointer[people.Directory]
	who.Store(campus)
	dir := who.Load
	engine, log, reg := apitest.New(dir), slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	store, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	drills := apitest.NewDrills(engine, dir)
	desk := notice.New(notice.Deps{Engine: engine, People: dir, Drills: drills, Log: log})
	engine.OnBeside(desk.Hear)
	of := gate(t)
	posts := watch.New(watch.Deps{
		Store: store, Alarms: calm{}, Log: log, Schools: func() map[string]watch.School { return map[string]watch.School{apitest.School: of} },
	})
	require.NoError(t, posts.Load(t.Context()))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{drills.Run, desk.Run, posts.Run} {
		running.Go(func() { _ = run(ctx) })
	}
	texts := &phones{}
	server, err := api.New(api.Config{}, api.Deps{
		Engine: engine, Notices: desk, Drills: drills, Duty: posts, Gates: &ledger{}, People: dir, Sessions: store, Push: reached{}, Passwords: checker,
		Readiness: engine, Configured: apitest.Read{}, Paths: told{proven(time.Second)}, Supervision: aFleet(), Past: walked{}, Evidence: engine, Audit: engine, Hazards: hazardDesk(t, store, log, reg), Accounts: apitest.NewAccounts(store, &who), Trials: waysOf(t, store, dir), Subscriptions: texts.desk(t, store, dir), On: nobodyElse{}, Identities: vouching(t, "http://127.0.0.1:8080"), Gatherer: reg, Metrics: reg, Log: log,
	})
	require.NoError(t, err)
	c, err := console.New(console.Config{}, server, log)
	require.NoError(t, err)
	h := &hub{t: t, engine: engine, http: httptest.NewServer(c.Handler()), metrics: reg, texts: texts}
	h.stop = sync.OnceFunc(func() {
		h.http.CloseClientConnections()
		h.http.Close()
		cancel()
		running.Wait()
		_ = store.Close()
	})
	t.Cleanup(h.stop)
	b := busy{hub: h, patterns: c.Patterns(), mounted: c.Routes(), store: store, wire: &http.Transport{}}
	t.Cleanup(b.wire.CloseIdleConnections)
	b.happen(today(of, "day"))
	return b
}

// happen fills the day: a roster, a drill that runs, incidents in every state, a
// notice that is out, a draft and a head count.
func (b *busy) happen(roster string) {
	t := b.t
	officer, police, guard := b.as("officer-1", "zh"), b.as("liaison-1", "zh"), b.as("guard-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(roster).status)
	require.Contains(t, officer.post("/posts/roll-call", "id", "0192aaaa-0000-7000-8000-000000000001", "school", apitest.School).path, "/posts")
	planDrill(t, officer)
	says(t, officer.post("/drills/d-1/start").html, `id="drill-stop"`)
	b.over = press(b.hub, "b-2", devices.Fire)
	for _, form := range [][]string{{"acknowledge"}, {"note", "text", "烟雾来自厨房"}, {"reset", "reason", "现场确认"}, {"resolve", "outcome", "unfounded"}} {
		who := officer
		if form[0] == "acknowledge" {
			police.post("/incidents/"+b.over.ID+"/acknowledge", "return", "/")
		}
		require.Equal(t, http.StatusOK, who.post("/incidents/"+b.over.ID+"/"+form[0], append(form[1:], "return", "/incidents/"+b.over.ID)...).status)
	}
	b.attack = press(b.hub, "b-1", devices.Attack)
	press(b.hub, "b-1", devices.Attack)
	press(b.hub, "b-3", devices.Emergency)
	b.hidden = press(b.hub, "b-4", devices.Bullying)
	at := "/incidents/" + b.attack.ID
	police.post(at+"/acknowledge", "return", at)
	police.post(at+"/dispatch", "stage", "sent", "return", at)
	guard.post(at+"/cancel", "reason", "是送货的", "return", at)
	guard.post(at+"/verify", "facts", "armed", "return", at)
	says(t, officer.step(b.attack.ID, "draft", "text", "PAR-01", "next", "30").html, `name="hash"`)
	says(t, officer.step(b.attack.ID, "release").html, "已发布")
	says(t, officer.step(b.attack.ID, "draft", "text", "PAR-06a").html, `name="hash"`)
	says(t, officer.post(at+"/muster", "return", at+"/release").html, "count-row")
	b.token("gate-system", apitest.School, api.ScopeReadIncidents, api.ScopeReadDevices)
	b.token("old-one", apitest.School, api.ScopeReadIncidents)
	says(t, b.as("admin-1", "zh").post("/tokens/old-one/revoke", "reason", "系统停用").html, "已吊销")
	b.found, b.bare = guard.finds("护栏松动，第三根立柱已断", camera(orientedUp)).path, guard.finds("灭火器过期", nil).path
	require.Equal(t, b.found, officer.post(b.found+"/state", "known", "0", "state", "in-hand", "reason", "已报修，下午来人").path)
}
