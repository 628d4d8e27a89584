package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// frame is one server-sent event; a comment line has the event "".
type frame struct {
	id, event, data, comment string
}

func (f frame) incident(t *testing.T) api.Incident {
	t.Helper()
	require.Equal(t, "incident", f.event, "%+v", f)
	var i api.Incident
	require.NoError(t, json.Unmarshal([]byte(f.data), &i))
	return i
}

// reading is one open stream.
type reading struct {
	t      *testing.T
	header http.Header
	cancel context.CancelFunc
	body   *bufio.Reader
	close  func()
}

func (b *browser) stream(lastEventID string) *reading {
	return b.streamAt("/api/v1/stream", lastEventID)
}

func (b *browser) streamAt(path, lastEventID string) *reading {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.h.http.URL+path, nil)
	require.NoError(b.t, err)
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	require.Equal(b.t, http.StatusOK, res.StatusCode)
	r := &reading{t: b.t, header: res.Header, cancel: cancel, body: bufio.NewReader(res.Body)}
	r.close = func() { cancel(); _ = res.Body.Close() }
	b.t.Cleanup(r.close)
	return r
}

// read returns the next frame; ok is false at the stream's end.
func (r *reading) read() (f frame, ok bool) {
	for {
		line, err := r.body.ReadString('\n')
		if err != nil {
			return frame{}, false
		}
		line = strings.TrimSuffix(line, "\n")
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && f != (frame{}):
			return f, true
		case strings.HasPrefix(line, ":"):
			f.comment = value
		case name == "id":
			f.id = value
		case name == "event":
			f.event = value
		case name == "data":
			f.data = value
		}
	}
}

// next is the next frame that is an event.
func (r *reading) next() frame {
	r.t.Helper()
	for {
		f, ok := r.read()
		require.True(r.t, ok, "the stream ended")
		if f.event != "" {
			return f
		}
	}
}

// until collects events up to the named one.
func (r *reading) until(event string) (before []frame, last frame) {
	r.t.Helper()
	for {
		f := r.next()
		if f.event == event {
			return before, f
		}
		before = append(before, f)
	}
}

func (r *reading) ended() bool {
	for {
		if _, ok := r.read(); !ok {
			return true
		}
	}
}

func press(h *hub, device string, kind devices.Alarm) alerting.Incident {
	return h.engine.Press(apitest.APress(apitest.School, device, kind))
}

func do(t *testing.T, h *hub, id string, c alerting.Command) {
	t.Helper()
	c.Incident, c.Actor = id, alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}
	_, err := h.engine.Do(t.Context(), c)
	require.NoError(t, err)
}

func TestAStreamBeginsWithWhatIsUnresolved(t *testing.T) {
	h := start(t)
	one := press(h, "b-1", devices.Emergency)
	press(h, "b-2", devices.Bullying) // confidential
	gone := press(h, "b-3", devices.Fire)
	do(t, h, gone.ID, alerting.Command{Verb: alerting.VerbReset, Reason: "x"})
	h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Emergency))

	r := h.as("liaison-1").stream("")
	assert.Equal(t, "text/event-stream", r.header.Get("Content-Type"))
	assert.Equal(t, "no", r.header.Get("X-Accel-Buffering"))
	assert.Contains(t, r.header.Get("Cache-Control"), "no-store")
	before, ready := r.until("ready")
	require.Len(t, before, 2)
	assert.Equal(t, one.ID, before[0].incident(t).ID)
	assert.Empty(t, before[0].id)
	assert.NotContains(t, before[0].data, "timeline")
	assert.Equal(t, gone.ID, before[1].incident(t).ID)
	var data struct {
		Now  string `json:"now"`
		Last int64  `json:"last"`
	}
	require.NoError(t, json.Unmarshal([]byte(ready.data), &data))
	assert.Equal(t, h.engine.LastSeq(), data.Last)
	assert.Equal(t, strconv.FormatInt(data.Last, 10), ready.id)
	assert.Regexp(t, `\.\d{3}Z$`, data.Now)
	assert.Equal(t, 1, h.engine.Streams("liaison-1"), "the console channel is connected")
	assert.Contains(t, h.engine.SentTo("liaison-1"), apitest.Told{Account: "liaison-1", Incident: one.ID, Number: one.Number})
}

func TestAPressIsToldBeforeItsCommitWithoutAnIDAndThenWithOne(t *testing.T) {
	h := start(t)
	r := h.as("guard-1").stream("")
	r.until("ready")
	i := press(h, "b-1", devices.Emergency)
	first, second := r.next(), r.next()
	assert.Empty(t, first.id)
	assert.False(t, first.incident(t).Stored)
	assert.Equal(t, strconv.FormatInt(h.engine.LastSeq(), 10), second.id)
	assert.True(t, second.incident(t).Stored)
	assert.Equal(t, i.Number, second.incident(t).Number)
}

func TestAKnownIDResumesWithWhatChanged(t *testing.T) {
	h := start(t)
	press(h, "b-1", devices.Emergency)
	b := h.as("liaison-1")
	r := b.stream("")
	_, ready := r.until("ready")
	r.close()

	second := press(h, "b-2", devices.Medical)
	h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Emergency)) // not theirs
	unstored := h.engine.PressUndurable(apitest.APress(apitest.School, "b-3", devices.Fire))
	before, again := b.stream(ready.id).until("ready")
	require.Len(t, before, 2, "only what changed")
	assert.Equal(t, second.ID, before[0].incident(t).ID)
	assert.NotEmpty(t, before[0].id)
	assert.Equal(t, unstored.ID, before[1].incident(t).ID, "and what no journal has")
	assert.Empty(t, before[1].id)
	assert.Equal(t, strconv.FormatInt(h.engine.LastSeq(), 10), again.id)

	nothing, _ := b.stream(again.id).until("ready")
	require.Len(t, nothing, 1)
	assert.Equal(t, unstored.ID, nothing[0].incident(t).ID)
}

func TestAnUnknownOrTooOldIDBeginsAnew(t *testing.T) {
	h := startWith(t, api.Config{MaxChanges: 3})
	i := press(h, "b-1", devices.Emergency)
	b := h.as("liaison-1")
	for range 4 {
		do(t, h, i.ID, alerting.Command{Verb: alerting.VerbNote, Text: "x"})
	}
	for _, id := range []string{"999", "-1", "x", "1", "9999999999999999999999"} {
		before, _ := b.stream(id).until("ready")
		require.Len(t, before, 2, "id %s", id)
		assert.Equal(t, "reset", before[0].event, "id %s", id)
		assert.Equal(t, i.ID, before[1].incident(t).ID)
	}
	before, _ := b.stream("2").until("ready")
	assert.Len(t, before, 3, "three changes are not too many")

	h.engine.SetDown(true) // the journal can't say what changed: memory can
	before, _ = b.stream("2").until("ready")
	require.Len(t, before, 2)
	assert.Equal(t, "reset", before[0].event)
}

func TestAStreamKeepsItselfAlive(t *testing.T) {
	h := startWith(t, api.Config{Heartbeat: time.Millisecond})
	b := h.as("liaison-1")
	r := b.stream("")
	r.until("ready")
	f, ok := r.read()
	require.True(t, ok)
	assert.Equal(t, "alive", f.comment)
	assert.Empty(t, f.event)

	withBeats := b.streamAt("/api/v1/stream?beat=1", "")
	withBeats.until("ready")
	assert.Equal(t, "beat", withBeats.next().event)
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	for name, end := range map[string]func(*hub, *browser){
		"signed out": func(h *hub, b *browser) { b.do(http.MethodDelete, "/api/v1/session", "", nil) },
		"disabled":   func(h *hub, _ *browser) { h.people.Store(withoutAccount(h.people.Load(), "liaison-1")) },
		"another password": func(h *hub, _ *browser) {
			h.people.Store(withAccount(h.people.Load(), "liaison-1", func(a *people.Account) { a.PasswordHash += "x" }))
		},
		"too slow": func(h *hub, _ *browser) { h.engine.Overwhelm() },
	} {
		t.Run(name, func(t *testing.T) {
			h := startWith(t, api.Config{Heartbeat: 5 * time.Millisecond})
			b := h.as("liaison-1")
			r := b.stream("")
			r.until("ready")
			end(h, b)
			assert.True(t, r.ended())
			require.Eventually(t, func() bool { return h.engine.Watching() == 0 && h.engine.Streams("liaison-1") == 0 }, 20*time.Second, time.Millisecond)
		})
	}
}

func TestADisabledAccountGetsNotOneMoreIncident(t *testing.T) {
	h := start(t) // no heartbeat will come within the test
	r := h.as("liaison-1").stream("")
	r.until("ready")
	h.people.Store(withoutAccount(h.people.Load(), "liaison-1"))
	press(h, "b-1", devices.Emergency)
	_, ok := r.read()
	assert.False(t, ok)
}

func TestTheHubsStopEndsStreams(t *testing.T) {
	h := start(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.server.Run(ctx) }()
	b := h.as("liaison-1")
	r := b.stream("")
	r.until("ready")
	stop()
	require.NoError(t, <-done)
	assert.True(t, r.ended())
	a := b.get("/api/v1/stream")
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.NotEmpty(t, a.header.Get("Retry-After"))
}

func TestStreamsAreBounded(t *testing.T) {
	h := startWith(t, api.Config{MaxStreamsEach: 2})
	b := h.as("liaison-1")
	b.stream("").until("ready")
	b.stream("").until("ready")
	assert.Equal(t, http.StatusServiceUnavailable, b.get("/api/v1/stream").status)
	assert.Equal(t, 1.0, h.refused("too_many_streams"))
	h.as("officer-1").stream("").until("ready")
}

func TestWhatBecomesConfidentialIsNeitherToldNorKept(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Fight)
	press(h, "b-2", devices.Fire)
	b, named := h.as("liaison-1"), h.as("named-1")
	r, n := b.stream(""), named.stream("")
	_, ready := r.until("ready")
	n.until("ready")

	h.engine.Conceal(i.ID)
	before, _ := r.until("ready")
	require.Len(t, before, 2, "the stream begins anew: the page forgets it")
	assert.Equal(t, "reset", before[0].event)
	assert.Equal(t, i.ID, n.next().incident(t).ID, "who is named is told")

	before, _ = b.stream(ready.id).until("ready")
	for _, f := range before {
		assert.NotContains(t, f.data, i.ID, "nor does its past come back")
	}
}

func TestAConfidentialIncidentIsNeverInAnUnnamedStream(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1")
	r := b.stream("")
	_, ready := r.until("ready")
	hidden := press(h, "b-1", devices.Welfare)
	do(t, h, hidden.ID, alerting.Command{Verb: alerting.VerbNote, Text: "x"})
	last := press(h, "b-2", devices.Fire)
	for range 2 {
		assert.Equal(t, last.ID, r.next().incident(t).ID)
	}
	before, _ := b.stream(ready.id).until("ready")
	require.Len(t, before, 1)
	assert.Equal(t, last.ID, before[0].incident(t).ID)
	for _, told := range h.engine.SentTo("liaison-1") {
		assert.NotEqual(t, hidden.ID, told.Incident)
	}
}

func TestChangedRightsBeginTheStreamAnew(t *testing.T) {
	h := start(t)
	press(h, "b-1", devices.Bullying)
	r := h.as("liaison-1").stream("")
	before, _ := r.until("ready")
	require.Empty(t, before)
	h.people.Store(withAccount(h.people.Load(), "liaison-1", func(a *people.Account) { a.Named = true }))
	press(h, "b-2", devices.Fire)
	before, _ = r.until("ready")
	require.Len(t, before, 3)
	assert.Equal(t, "reset", before[0].event)
}
