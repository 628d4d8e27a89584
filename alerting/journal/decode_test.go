package journal

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// Whatever stands in a column, reading it ends in an event or an error, and
// what was read can be written and read again.
func FuzzDecodeEvent(f *testing.F) {
	h := &hub{tb: f, now: morning}
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	for _, e := range []Entry{e, h.command(i, alerting.VerbNote), h.command(i, alerting.VerbReset), h.command(i, alerting.VerbResolve)} {
		payload, err := json.Marshal(e.Event)
		require.NoError(f, err)
		f.Add(payload, timeText(e.Event.At))
	}
	f.Add([]byte(nil), "yesterday")
	f.Add([]byte(`{"seq":1e99}`), "")
	f.Fuzz(func(t *testing.T, payload []byte, at string) {
		event, err := eventRow{seq: 7, at: at, payload: payload}.decode()
		if err != nil {
			return
		}
		it := newItem(Entry{Event: &event, Incident: &alerting.Incident{}})
		if it.encode() != nil {
			return // a time that JSON cannot hold
		}
		again, err := it.event.decode()
		require.NoError(t, err)
		first, err := json.Marshal(event)
		require.NoError(t, err)
		second, err := json.Marshal(again)
		require.NoError(t, err)
		assert.JSONEq(t, string(first), string(second))
	})
}

// Every field counts, and where one ends and the next begins.
func TestLinkTellsRowsApart(t *testing.T) {
	rows := map[string]eventRow{
		"as it is":        {seq: 1, school: "ab", incident: "c", at: "t", kind: "k", command: "d", digest: []byte{1}},
		"boundary moved":  {seq: 1, school: "a", incident: "bc", at: "t", kind: "k", command: "d", digest: []byte{1}},
		"number":          {seq: 2, school: "ab", incident: "c", at: "t", kind: "k", command: "d", digest: []byte{1}},
		"time":            {seq: 1, school: "ab", incident: "c", at: "u", kind: "k", command: "d", digest: []byte{1}},
		"type":            {seq: 1, school: "ab", incident: "c", at: "t", kind: "l", command: "d", digest: []byte{1}},
		"command":         {seq: 1, school: "ab", incident: "c", at: "t", kind: "k", command: "", digest: []byte{1}},
		"digest":          {seq: 1, school: "ab", incident: "c", at: "t", kind: "k", command: "d", digest: []byte{2}},
		"digest in front": {seq: 1, school: "ab", incident: "c", at: "t", kind: "k", command: "d\x01"},
	}
	seen := map[string]string{}
	for name, row := range rows {
		head := string(link(nil, &row))
		assert.Empty(t, seen[head], name)
		seen[head] = name
		assert.NotEqual(t, head, string(link([]byte{0}, &row)), "what went before counts")
	}
}
