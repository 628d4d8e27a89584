package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api/apitest"
)

// unnamed has nobody named but those of the names.
func (h *hub) unnamed(but ...string) {
	d := campus()
	var accounts []people.Account
	for _, school := range []string{apitest.School, apitest.Other} {
		for _, a := range d.AccountsOf(school) {
			a.Named = strings.Contains(strings.Join(but, " "), a.Name)
			accounts = append(accounts, a)
		}
	}
	h.people.Store(people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Terminals: d.TerminalsOf(apitest.School), Accounts: accounts,
	}))
}

// raise raises an alarm of the kind as the guard.
func (h *hub) raise(kind string, facts ...string) (id string) {
	a := h.as("guard-1").post("/api/v1/incidents", m{"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "kind": kind, "facts": facts})
	require.Equal(h.t, http.StatusCreated, a.status, "%s", a.body)
	return a.json(h.t)["id"].(string)
}

// A pupil is in danger of life, and nobody of the police is named: whoever is
// at the desk sees where, takes it on, sends somebody and closes it, and reads
// nothing of what it is about.
func TestTheDeskAnswersWhereNobodyIsNamed(t *testing.T) {
	h := start(t)
	h.unnamed("deputy-1")
	desk := h.as("liaison-1")
	stream := desk.stream("")
	for f := (frame{}); f.event != "ready"; {
		f, _ = stream.read()
	}
	id := h.raise("welfare", alerting.FactLifeInDanger, "injured")
	f, _ := stream.read()
	i := f.incident(t)
	assert.Equal(t, id, i.ID)
	assert.Equal(t, "north-gate", i.Place.ID)
	assert.Equal(t, "critical", i.Severity)
	assert.True(t, i.Confidential)

	at := "/api/v1/incidents/" + id
	named := h.as("deputy-1")
	require.Equal(t, http.StatusOK, named.post(at+"/note", m{"text": "小明在楼顶"}).status)
	require.Equal(t, http.StatusOK, named.post(at+"/cancel", m{"reason": "小明没事了"}).status)
	for _, do := range []struct {
		verb string
		body m
	}{
		{"acknowledge", m{}},
		{"dispatch", m{"stage": "sent"}},
		{"arrive", m{"party": "police"}},
		{"call", m{"to": "120", "reached": true}},
		{"note", m{"text": "我所已到"}},
	} {
		a := desk.post(at+"/"+do.verb, do.body)
		require.Equal(t, http.StatusOK, a.status, "%s: %s", do.verb, a.body)
		h.sealed(a)
	}
	for _, verb := range []string{"verify", "classify", "link"} {
		a := desk.post(at+"/"+verb, m{"verify": "real", "kind": "welfare", "incident": id})
		assert.Equal(t, http.StatusForbidden, a.status, "%s: it is an answer to a guess: %s", verb, a.body)
	}
	own := desk.get(at)
	assert.Contains(t, string(own.body), "我所已到", "what the desk wrote itself it finds again")
	assert.Contains(t, string(own.body), `"state":"acknowledged"`)
	for _, path := range []string{at, "/api/v1/incidents", "/api/v1/incidents?limit=1"} {
		a := desk.get(path)
		assert.Contains(t, string(a.body), id, path)
		h.sealed(a)
	}
	a := desk.post(at+"/resolve", m{"outcome": "transferred"})
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	h.sealed(a)
	for resolved := false; !resolved; {
		f, ok := stream.read()
		require.True(t, ok)
		if f.event == "incident" {
			h.sealed(answer{body: []byte(f.data)})
			resolved = f.incident(t).State == "resolved"
		}
	}
}

// sealed holds an answer to what somebody may read who stands in.
func (h *hub) sealed(a answer) {
	h.t.Helper()
	for _, word := range []string{"welfare", "life-in-danger", "injured", "小明", "学生危机", "危及生命", "有人受伤", "in danger"} {
		assert.NotContains(h.t, string(a.body), word)
	}
}

func TestNobodyStandsInForWhoeverIsNamed(t *testing.T) {
	h := start(t)
	for _, c := range []struct {
		named   []string
		account string
		kind    string
		facts   []string
		want    int
	}{
		{nil, "liaison-1", "welfare", []string{alerting.FactLifeInDanger}, http.StatusOK},
		{nil, "officer-1", "welfare", []string{alerting.FactLifeInDanger}, http.StatusOK},
		{nil, "guard-1", "welfare", []string{alerting.FactLifeInDanger}, http.StatusNotFound},
		{nil, "other-1", "welfare", []string{alerting.FactLifeInDanger}, http.StatusNotFound},
		{[]string{"named-1"}, "liaison-1", "welfare", []string{alerting.FactLifeInDanger}, http.StatusNotFound},
		{[]string{"named-1"}, "officer-1", "welfare", []string{alerting.FactLifeInDanger}, http.StatusOK},
		{[]string{"deputy-1"}, "officer-1", "welfare", []string{alerting.FactLifeInDanger}, http.StatusNotFound},
		{nil, "liaison-1", "bullying", []string{alerting.FactViolence}, http.StatusOK},
		{nil, "officer-1", "bullying", []string{alerting.FactViolence}, http.StatusNotFound},
		{nil, "liaison-1", "bullying", nil, http.StatusNotFound},
		{nil, "officer-1", "welfare", nil, http.StatusNotFound},
	} {
		h.unnamed(c.named...)
		id := h.raise(c.kind, c.facts...)
		b := h.as(c.account)
		a := b.get("/api/v1/incidents/" + id)
		assert.Equal(t, c.want, a.status, "%+v", c)
		assert.Equal(t, c.want == http.StatusOK, strings.Contains(string(b.get("/api/v1/incidents").body), id), "listed: %+v", c)
		if c.want == http.StatusOK {
			assert.Empty(t, a.json(t)["kind"], "%+v", c)
		}
	}
}

// What is hidden takes no place in a list that somebody pages through.
func TestAListGoesOnBehindWhatIsHidden(t *testing.T) {
	h := start(t)
	h.unnamed()
	shown := h.raise("welfare", alerting.FactLifeInDanger)
	for range 5 {
		h.raise("welfare")
	}
	fight := h.raise("fight")
	desk, seen := h.as("liaison-1"), []string{}
	for at := ""; ; {
		a := desk.get("/api/v1/incidents?limit=1&cursor=" + at).json(t)
		for _, i := range a["incidents"].([]any) {
			seen = append(seen, i.(map[string]any)["id"].(string))
		}
		if at = a["next"].(string); at == "" {
			break
		}
		require.LessOrEqual(t, len(seen), 2)
	}
	assert.Equal(t, []string{fight, shown}, seen)
}
