package api_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// once sends a command with a key.
func (b *browser) once(key, path, body string) answer {
	b.t.Helper()
	return b.do(http.MethodPost, path, "application/json", []byte(body), "Idempotency-Key", key)
}

func (a answer) refusedAs(t *testing.T, status int, code string) {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.body)
	kind, _ := a.problem(t)
	assert.Equal(t, "urn:campushub:refusal:key."+code, kind)
}

// Each of them does something that can be counted, without an id of its own.
func TestACommandWithAKeyIsDoneOnce(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	drill := apitest.APress(apitest.School, "b-4", devices.Fire)
	drill.Mode = devices.Drill
	practice := h.engine.Press(drill)
	timeline := func() int {
		got, err := h.engine.Incident(t.Context(), i.ID)
		require.NoError(t, err)
		return len(got.Timeline)
	}
	audited := func() int {
		all, _, err := h.server.AccountChanges(t.Context(), people.Account{Name: "admin-1", Role: alerting.RoleAdmin, Schools: own}, "", 0, 200, time.Now())
		require.NoError(t, err)
		return len(all)
	}
	raised := func() int { return len(h.engine.Unresolved()) }
	for _, c := range []struct {
		as, path, body string
		count          func() int
		want           int
		again          string // how it is answered by the hub that comes after; "" the same
	}{
		{"officer-1", "/api/v1/incidents/" + i.ID + "/note", `{"text":"在路上"}`, timeline, 200, ""},
		{"officer-1", "/api/v1/incidents/" + i.ID + "/arrive", `{"party":"school"}`, timeline, 200, ""},
		{"officer-1", "/api/v1/incidents/" + i.ID + "/call", `{"to":"guardian","reached":true}`, timeline, 200, ""},
		{"officer-1", "/api/v1/incidents/" + i.ID + "/evidence", `{"reason":"案件移交"}`, timeline, 200, "gone"},
		{"guard-1", "/api/v1/incidents", `{"id":"` + uuid.NewString() + `","school":"` + apitest.School + `","place":"north-gate"}`, raised, 201, ""},
		{"guard-1", "/api/v1/incidents/" + practice.ID + "/real", ``, raised, 200, ""},
		{"admin-1", "/api/v1/tokens", `{"name":"gate","role":"officer","schools":["` + apitest.School + `"],"scopes":["duty:read"],"reason":"x"}`, audited, 201, "gone"},
		{"admin-1", "/api/v1/tokens/gate/revoke", `{"reason":"x"}`, audited, 200, ""},
		{"admin-1", "/api/v1/accounts/clerk-1/suspend", `{"reason":"离职"}`, audited, 200, ""},
		{"admin-1", "/api/v1/accounts/clerk-1/restore", `{"reason":"误停"}`, audited, 200, ""},
		{"officer-1", "/api/v1/audit/check", ``, func() int { return 0 }, 202, ""},
	} {
		t.Run(strings.TrimPrefix(c.path, "/api/v1/"), func(t *testing.T) {
			b, key, before := h.as(c.as), uuid.NewString(), c.count()
			first := b.once(key, c.path, c.body)
			require.Equal(t, c.want, first.status, "%s", first.body)
			after := c.count()
			second := b.once(`"`+key+`"`, c.path, c.body)
			assert.Equal(t, c.want, second.status, "%s", second.body)
			assert.Equal(t, string(first.body), string(second.body))
			assert.Equal(t, first.header.Get("Content-Type"), second.header.Get("Content-Type"))
			assert.Equal(t, first.header.Get("Content-Disposition"), second.header.Get("Content-Disposition"))
			assert.Equal(t, after, c.count(), "it was done once")
			if c.as != "officer-1" || !strings.HasSuffix(c.path, "check") {
				assert.NotEqual(t, before, after, "and it was done")
			}
			b.once(key, c.path, strings.Replace(c.body+" ", "x", "y", 1)).refusedAs(t, http.StatusUnprocessableEntity, "reused")
			assert.Equal(t, after, c.count())

			h.restart()
			third := b.once(key, c.path, c.body)
			if c.again != "" {
				third.refusedAs(t, http.StatusConflict, c.again)
			} else {
				assert.Equal(t, c.want, third.status, "%s", third.body)
				assert.Equal(t, string(first.body), string(third.body), "after a restart")
			}
			b.once(key, c.path, c.body+" ").refusedAs(t, http.StatusUnprocessableEntity, "reused")
			assert.Equal(t, after, c.count(), "after a restart")
		})
	}
}

// flaky is a store whose writes can be held up and refused.
type flaky struct {
	*office.Store
	fail bool
	// held holds writes up until it is closed, after each has said so to began; nil
	// holds nothing up.
	held, began chan struct{}
}

func (f *flaky) KeepAnswer(ctx context.Context, a people.Answered) error {
	if f.fail {
		return errors.New("disk full")
	}
	if f.held != nil {
		f.began <- struct{}{}
		<-f.held
	}
	return f.Store.KeepAnswer(ctx, a)
}

const revoke = "/api/v1/accounts/clerk-1/sign-out"

func TestAKeyThatIsUnderWayIsNotDoneTwice(t *testing.T) {
	h := start(t)
	slow := &flaky{Store: h.store, held: make(chan struct{}), began: make(chan struct{}, 9)}
	h.deps.Answers = slow
	h.restart()
	admin := h.as("admin-1")
	var first answer
	var done sync.WaitGroup
	done.Go(func() { first = admin.once("one", revoke, `{"reason":"x"}`) })
	<-slow.began
	second := admin.once("one", revoke, `{"reason":"x"}`)
	second.refusedAs(t, http.StatusConflict, "running")
	assert.Equal(t, "1", second.header.Get("Retry-After"))
	admin.once("one", revoke, `{"reason":"y"}`).refusedAs(t, http.StatusUnprocessableEntity, "reused")
	close(slow.held)
	done.Wait()
	assert.Equal(t, http.StatusOK, first.status, "%s", first.body)
	assert.Equal(t, string(first.body), string(admin.once("one", revoke, `{"reason":"x"}`).body))
}

func TestWhatAnInterruptionLeftOpenIsSaid(t *testing.T) {
	h := start(t)
	admin, officer := h.as("admin-1"), h.as("officer-1")
	require.Equal(t, http.StatusOK, admin.once("one", revoke, `{"reason":"x"}`).status)
	// As the disk has it when the hub ends between beginning and answering.
	all, err := h.store.Answers(t.Context(), time.Now().Add(-time.Hour), 10)
	require.NoError(t, err)
	require.Len(t, all, 1)
	all[0].Status = 0
	require.NoError(t, h.store.KeepAnswer(t.Context(), all[0]))
	h.restart()
	admin.once("one", revoke, `{"reason":"x"}`).refusedAs(t, http.StatusConflict, "unknown")
	assert.Equal(t, http.StatusOK, admin.once("two", revoke, `{"reason":"x"}`).status)

	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	require.Equal(t, http.StatusOK, officer.once("one", "/api/v1/incidents/"+i.ID+"/note", `{"text":"x"}`).status, "the keys of another account are its own")
}

func TestARefusalLeavesTheKeyFree(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	assert.Equal(t, http.StatusUnprocessableEntity, admin.once("one", revoke, `{"reason":""}`).status)
	assert.Equal(t, http.StatusNotFound, admin.once("one", "/api/v1/accounts/nobody/sign-out", `{"reason":"x"}`).status)
	assert.Equal(t, http.StatusOK, admin.once("one", revoke, `{"reason":"x"}`).status)
	for _, key := range []string{"", "a b", `"`, `""`, "a,b", "ä", strings.Repeat("x", 129)} {
		admin.once(key, revoke, `{"reason":"x"}`).refusedAs(t, http.StatusUnprocessableEntity, "form")
	}
	assert.Equal(t, http.StatusOK, admin.once(strings.Repeat("x", 128), revoke, `{"reason":"x"}`).status)
}

// A disk that fails keeps no alarm back, and nothing else is done that nobody would
// know again.
func TestAFullDiskKeepsNoAlarmBack(t *testing.T) {
	h := start(t)
	h.deps.Answers = &flaky{Store: h.store, fail: true}
	h.restart()
	drill := apitest.APress(apitest.School, "b-4", devices.Fire)
	drill.Mode = devices.Drill
	practice := h.engine.Press(drill)
	guard := h.as("guard-1")
	alarm := `{"id":"` + uuid.NewString() + `","school":"` + apitest.School + `","place":"north-gate"}`
	for range 2 {
		assert.Equal(t, http.StatusCreated, guard.once("one", "/api/v1/incidents", alarm).status)
		assert.Equal(t, http.StatusOK, guard.once("two", "/api/v1/incidents/"+practice.ID+"/real", "").status)
	}
	assert.Len(t, h.engine.Unresolved(), 3, "practice, alarm and the real one")
	h.as("admin-1").once("one", revoke, `{"reason":"x"}`).refusedAs(t, http.StatusServiceUnavailable, "unkept")
	note, officer := "/api/v1/incidents/"+practice.ID+"/note", h.as("officer-1")
	first := officer.once("one", note, `{"text":"x"}`)
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	changes := h.as("admin-1").get("/api/v1/accounts/changes").json(t)["changes"]
	assert.Empty(t, changes)
	h.deps.Answers = h.store
	h.restart()
	assert.Equal(t, string(first.body), string(officer.once("one", note, `{"text":"x"}`).body), "the incident knows it although the key was lost")
}

// A key is known for a day, and so are the latest thousand of an account.
func TestKeysAreBoundedInTimeAndNumber(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	keep := func(key string, at time.Time) {
		a := people.Answered{Account: "admin-1", Key: sha256.Sum256([]byte(key)), At: at, Status: http.StatusOK}
		require.NoError(t, h.store.KeepAnswer(t.Context(), a))
	}
	day := time.Now().Add(-people.AnsweredFor)
	keep("over", day.Add(-time.Second))
	for n := range 1_000 {
		keep(fmt.Sprint(n), day.Add(time.Hour+time.Duration(n)*time.Second))
	}
	h.restart()
	for _, key := range []string{"0", "999"} {
		admin.once(key, revoke, `{"reason":"x"}`).refusedAs(t, http.StatusUnprocessableEntity, "reused")
	}
	assert.Equal(t, http.StatusOK, admin.once("over", revoke, `{"reason":"x"}`).status, "older than a day")
	assert.Equal(t, http.StatusOK, admin.once("0", revoke, `{"reason":"x"}`).status, "the oldest made room")
	admin.once("2", revoke, `{"reason":"x"}`).refusedAs(t, http.StatusUnprocessableEntity, "reused")
	all, err := h.store.Answers(t.Context(), time.Time{}, 5_000)
	require.NoError(t, err)
	require.NoError(t, h.store.Prune(t.Context(), day.Add(people.AnsweredFor+2*time.Hour)))
	left, err := h.store.Answers(t.Context(), time.Time{}, 5_000)
	require.NoError(t, err)
	assert.Less(t, len(left), len(all))
}

// Who may do less now is not told what was answered then, and what has been made
// confidential since is not shown.
func TestAnAnswerIsForWhoMayStillReadIt(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	guard, admin := h.as("guard-1"), h.as("admin-1")
	note := "/api/v1/incidents/" + i.ID + "/note"
	require.Equal(t, http.StatusOK, guard.once("one", note, `{"text":"x"}`).status)
	require.Equal(t, http.StatusOK, h.as("liaison-1").post("/api/v1/incidents/"+i.ID+"/classify", m{"kind": "bullying"}).status)
	assert.Equal(t, http.StatusNotFound, guard.once("one", note, `{"text":"x"}`).status)

	require.Equal(t, http.StatusOK, admin.once("one", revoke, `{"reason":"x"}`).status)
	h.change("admin-1", func(a *people.Account) { a.Schools = []string{apitest.School, apitest.Other} })
	admin.once("one", revoke, `{"reason":"x"}`).refusedAs(t, http.StatusConflict, "gone")
}

// change has the directory know an account otherwise.
func (h *hub) change(name string, change func(*people.Account)) {
	d := h.people.Load()
	l := people.Lists{Schools: d.Schools(), Devices: d.Devices()}
	for _, a := range d.Everyone() {
		if a.Name == name {
			change(&a)
		}
		l.Accounts = append(l.Accounts, a)
	}
	h.people.Store(people.New(l))
}

func TestAProgramsKeysAreItsOwn(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	note := "/api/v1/incidents/" + i.ID + "/note"
	p := h.program("platform", alerting.RoleOfficer, time.Hour, own, "incidents:note")
	first := p.post(note, `{"text":"x"}`, "Idempotency-Key", "one")
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	assert.Equal(t, string(first.body), string(p.post(note, `{"text":"x"}`, "Idempotency-Key", "one").body))
	p.post(note, `{"text":"y"}`, "Idempotency-Key", "one").refusedAs(t, http.StatusUnprocessableEntity, "reused")
	other := h.program("other", alerting.RoleOfficer, time.Hour, own, "incidents:note")
	assert.Equal(t, http.StatusOK, other.post(note, `{"text":"y"}`, "Idempotency-Key", "one").status)
}
