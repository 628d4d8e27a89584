package console_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
)

// asked is an answer of the API.
func (b *browser) asked(path string, header ...string) (*http.Response, []byte) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.h.http.URL+path, http.NoBody)
	require.NoError(b.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return res, body
}

// told200 is an answer of the API that is given.
func told200[T any](b *browser, path string) (out T) {
	b.t.Helper()
	res, body := b.asked(path)
	require.Equal(b.t, http.StatusOK, res.StatusCode, "%s: %s", path, body)
	require.NoError(b.t, json.Unmarshal(body, &out), path)
	return out
}

func TestTheMapSaysWhatIsOpenToWhomItMay(t *testing.T) {
	b := startBusy(t)
	type standing struct {
		Schools []struct {
			ID, Way string
			Open    []string
		}
	}
	at := func(account string) standing { return told200[standing](b.as(account, "zh"), "/api/v1/map") }
	officer := at("officer-1")
	require.Len(t, officer.Schools, 1)
	assert.Equal(t, apitest.School, officer.Schools[0].ID)
	assert.Equal(t, "proven", officer.Schools[0].Way)
	assert.Equal(t, b.attack.ID, officer.Schools[0].Open[0], "the gravest first, and of these the oldest")
	assert.NotContains(t, officer.Schools[0].Open, b.hidden.ID)
	assert.NotContains(t, officer.Schools[0].Open, b.over.ID)
	assert.Contains(t, at("deputy-1").Schools[0].Open, b.hidden.ID)
}

func TestAPlanIsSentOnce(t *testing.T) {
	b := startBusy(t)
	guard := b.as("guard-1", "zh")
	type schools struct {
		Schools []struct {
			Callback string
			Plans    []struct{ ID, Href, Version, Type string }
			Places   []struct{ ID, Plan string }
		}
	}
	of := told200[schools](guard, "/api/v1/schools").Schools[0]
	require.Len(t, of.Plans, 1)
	plan := of.Plans[0]
	res, drawing := guard.asked(plan.Href)
	assert.Equal(t, plan.Type, res.Header.Get("Content-Type"))
	assert.NotEmpty(t, drawing)
	tag := res.Header.Get("ETag")
	assert.Equal(t, `"`+plan.Version+`"`, tag)
	for match, want := range map[string]int{tag: 304, `"x", ` + tag: 304, "W/" + tag: 304, "*": 304, `"x"`: 200} {
		res, body := guard.asked(plan.Href, "If-None-Match", match)
		assert.Equal(t, want, res.StatusCode, match)
		assert.Equal(t, want == 304, len(body) == 0, match)
		assert.Equal(t, tag, res.Header.Get("ETag"), match)
	}
	runs := told200[schools](b.as("admin-1", "zh"), "/api/v1/schools").Schools[0]
	assert.Empty(t, runs.Plans, "who sees no incidents needs no plan")
	assert.Empty(t, runs.Callback)
	assert.NotEmpty(t, of.Callback)
}

func TestWhatHangsAtAPostIsTheOfficersToRead(t *testing.T) {
	b := startBusy(t)
	got := told200[struct{ Code, PIN string }](b.as("officer-1", "zh"), "/api/v1/posts/north/code?school="+apitest.School)
	of := gate(t)
	assert.Equal(t, of.Code("north"), got.Code)
	assert.Equal(t, of.PIN("north"), got.PIN)
	res, body := b.as("officer-1", "zh").asked("/api/v1/posts/nowhere/code?school=" + apitest.School)
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
	assert.Contains(t, string(body), "nowhere")
}
