package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of an attack a guard learns where and what it is, and who has it. What police
// and school know beyond that comes to the guard in no way: neither in answers
// nor lists, nor on the stream, nor in the timeline.
func TestFactsAndNotesStayWithPoliceAndSchool(t *testing.T) {
	h := start(t)
	guard, officer, liaison := h.as("guard-1"), h.as("officer-1"), h.as("liaison-1")
	stream := guard.stream("")
	for f := (frame{}); f.event != "ready"; {
		f, _ = stream.read()
	}
	id := h.raise("attack", "violence")
	at := "/api/v1/incidents/" + id
	for _, do := range []struct {
		verb string
		body m
	}{
		{"verify", m{"verify": "real", "facts": []string{"armed", "injured"}}},
		{"note", m{"text": "伤者是五年级的小明"}},
		{"classify", m{"kind": "intrusion", "facts": []string{"several-people"}}},
		{"acknowledge", m{}},
	} {
		a := officer.post(at+"/"+do.verb, do.body)
		require.Equal(t, http.StatusOK, a.status, "%s: %s", do.verb, a.body)
	}
	for _, b := range []*browser{officer, liaison} {
		body := string(b.get(at).body)
		for _, word := range secrets {
			assert.Contains(t, body, word, "police and school read it")
		}
	}
	own := guard.post(at+"/note", m{"text": "我已关门"})
	require.Equal(t, http.StatusOK, own.status, "%s", own.body)
	h.spared(own)
	for _, a := range []answer{
		guard.get(at), guard.get("/api/v1/incidents"), guard.get("/api/v1/groups"),
		guard.post(at+"/acknowledge", m{}), guard.post("/api/v1/incidents/acknowledge", m{"incidents": []m{{"id": id}}}),
		guard.post(at+"/verify", m{"facts": []string{"called-110"}}),
	} {
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
		h.spared(a)
	}
	page := string(guard.get(at).body)
	for _, words := range []string{"north-gate", "intrusion", "我已关门", "已拨 110", `"verify":"real"`, `"facts":["violence","called-110"]`} {
		assert.Contains(t, page, words, "the guard's own words, and what everybody may know")
	}
	require.Equal(t, http.StatusOK, liaison.post(at+"/resolve", m{"outcome": "real"}).status)
	for resolved := false; !resolved; {
		f, ok := stream.read()
		require.True(t, ok)
		if f.event == "incident" {
			h.spared(answer{body: []byte(f.data)})
			resolved = f.incident(t).State == "resolved"
		}
	}

	// A fire is no secret: whoever is told of it knows what is known.
	fire := "/api/v1/incidents/" + h.raise("fire", "people-trapped")
	assert.Contains(t, string(guard.get(fire).body), `"facts":["people-trapped"]`)
}

// secrets are what the officer said and wrote.
var secrets = []string{"小明", `"armed"`, `"injured"`, `"several-people"`, "有人受伤", "多人"}

func (h *hub) spared(a answer) {
	h.t.Helper()
	for _, word := range secrets {
		assert.NotContains(h.t, string(a.body), word)
	}
}
