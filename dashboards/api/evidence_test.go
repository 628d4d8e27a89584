package api_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// take takes a bundle and checks it as a stranger would.
func (b *browser) take(id string) (evidence.Finding, []byte) {
	b.t.Helper()
	a := b.post("/api/v1/incidents/"+id+"/evidence", m{"reason": "案件移交"})
	require.Equal(b.t, http.StatusOK, a.status, "%s", a.body)
	assert.Equal(b.t, "application/zip", a.header.Get("Content-Type"))
	f, err := evidence.Verify(bytes.NewReader(a.body), int64(len(a.body)))
	require.NoError(b.t, err)
	assert.Empty(b.t, f.Faults)
	return f, a.body
}

// everything is all the text of a bundle.
func everything(t *testing.T, bundle []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	require.NoError(t, err)
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		out.Write(b)
	}
	return out.String()
}

func TestABundleHoldsAloneAndItsTakingIsWrittenDown(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Fire)) // of another incident, in the same chain
	path := "/api/v1/incidents/" + i.ID
	b := h.as("liaison-1")
	require.Equal(t, http.StatusOK, b.post(path+"/note", m{"text": "Two men"}).status)
	f, zip := b.take(i.ID)
	assert.Equal(t, "案件移交", f.Manifest.Reason)
	assert.Equal(t, []string{"liaison-1", "liaison"}, []string{f.Manifest.MadeBy, f.Manifest.Role})
	assert.Len(t, f.Audit.Entries, 2)
	assert.Zero(t, f.Bare)
	assert.Contains(t, everything(t, zip), "Two men")

	seen := b.get(path).json(t)["timeline"].([]any)
	last := seen[len(seen)-1].(m)
	assert.Equal(t, []any{"exported", "liaison-1"}, []any{last["event"], last["actor"]})
	digits, err := f.Made.MarshalText()
	require.NoError(t, err)
	assert.Contains(t, last["text"].(m)["en"], string(digits[:12]), "which bundle it was")
	assert.NotContains(t, string(h.as("guard-1").get(path).body), "案件移交")
	again, _ := b.take(i.ID)
	assert.Len(t, again.Audit.Entries, 3, "the next bundle has the taking of the first")
	assert.Contains(t, again.Audit.Entries[2].Payload, string(digits))
}

func TestWhatCannotBeWrittenDownIsNotHandedOut(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	path := "/api/v1/incidents/" + i.ID + "/evidence"
	b := h.as("officer-1")
	for _, reason := range []string{"", "  ", "two\nlines", strings.Repeat("字", 151)} {
		assert.Equal(t, http.StatusUnprocessableEntity, b.post(path, m{"reason": reason}).status, reason)
	}
	h.engine.SetDown(true)
	assert.Equal(t, http.StatusServiceUnavailable, b.post(path, m{"reason": "x"}).status)
	h.engine.SetDown(false)
	assert.Equal(t, http.StatusOK, b.post(path, m{"reason": "x"}).status)
}

// What was said in confidence stays with the named when the concealment is
// undone, and of head counts the police have the totals alone.
func TestABundleHoldsNoMoreThanItsReaderMayRead(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	path := "/api/v1/incidents/" + i.ID
	require.Equal(t, http.StatusOK, h.as("officer-1").post(path+"/muster", m{"step": "start"}).status)
	require.Equal(t, http.StatusOK, h.as("liaison-1").post(path+"/classify", m{"kind": "bullying"}).status)
	named := h.as("named-1")
	require.Equal(t, http.StatusOK, named.post(path+"/note", m{"text": "in confidence"}).status)
	f, all := named.take(i.ID)
	assert.Zero(t, f.Audit.Withheld)
	assert.Contains(t, everything(t, all), "in confidence")
	assert.Equal(t, 1, f.Bare, "the head count, whoever is named")
	require.Equal(t, http.StatusNotFound, h.as("officer-1").post(path+"/evidence", m{"reason": "x"}).status)

	require.Equal(t, http.StatusOK, h.as("deputy-1").post(path+"/reveal", m{"reason": "a mistake", "kind": "attack"}).status)
	f, some := h.as("officer-1").take(i.ID)
	assert.Equal(t, 3, f.Audit.Withheld, "the concealment, the note, and that somebody took it")
	assert.Zero(t, f.Bare)
	for _, secret := range []string{"in confidence", "bullying"} {
		assert.NotContains(t, everything(t, some), secret)
	}
	assert.Contains(t, everything(t, some), "a mistake")
	f, _ = h.as("liaison-1").take(i.ID)
	assert.Equal(t, 1, f.Bare, "the head count")
	for _, e := range f.Audit.Entries {
		assert.Equal(t, e.Type == string(alerting.EventCounted), e.Payload == "", e.Type)
	}
}
