package journal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func ids(list []alerting.Incident) (out []string) {
	for _, i := range list {
		out = append(out, i.ID)
	}
	return out
}

func after(i alerting.Incident) alerting.Cursor {
	return alerting.Cursor{OpenedAt: i.OpenedAt, ID: i.ID}
}

func TestListFilters(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	confidential := opening()
	confidential.Confidential = true
	add := func(school, device string, o alerting.Opening, verbs ...alerting.Verb) *alerting.Incident {
		e, i := h.open(h.press(school, device, pressID(0)), o)
		c := h.append(e)
		for _, v := range verbs {
			c = h.append(h.command(i, v))
		}
		c.expect(t, Stored)
		return i
	}
	a1 := add("a", "d-1", opening())
	b1 := add("b", "d-1", opening(), alerting.VerbAcknowledge)
	a2 := add("a", "d-2", confidential)
	a3 := add("a", "d-3", opening(), alerting.VerbReset, alerting.VerbResolve)
	c1 := add("c", "d-1", opening())

	for _, c := range []struct {
		name string
		q    alerting.Query
		want []*alerting.Incident
	}{
		{"no school, nothing", alerting.Query{}, nil},
		{"unknown school, nothing", alerting.Query{Schools: []string{"x"}}, nil},
		{"named without being asked for", alerting.Query{Schools: []string{"b"}, Named: []string{"a"}}, []*alerting.Incident{b1}},
		{"confidential ones do not exist", alerting.Query{Schools: []string{"a", "b"}}, []*alerting.Incident{a3, b1, a1}},
		{"but for the named", alerting.Query{Schools: []string{"a", "b"}, Named: []string{"a"}}, []*alerting.Incident{a3, a2, b1, a1}},
		{"a school twice", alerting.Query{Schools: []string{"c", "c"}}, []*alerting.Incident{c1}},
		{"open", alerting.Query{Schools: []string{"a", "b", "c"}, State: alerting.StateOpen}, []*alerting.Incident{c1, a1}},
		{"acknowledged", alerting.Query{Schools: []string{"a", "b", "c"}, State: alerting.StateAcknowledged}, []*alerting.Incident{b1}},
		{"resolved", alerting.Query{Schools: []string{"a", "b", "c"}, State: alerting.StateResolved}, []*alerting.Incident{a3}},
		{"since", alerting.Query{Schools: []string{"a", "b", "c"}, Since: b1.OpenedAt}, []*alerting.Incident{c1, a3, b1}},
		{"limit", alerting.Query{Schools: []string{"a", "b", "c"}, Limit: 2}, []*alerting.Incident{c1, a3}},
		{"before", alerting.Query{Schools: []string{"a", "b", "c"}, Before: after(*a3)}, []*alerting.Incident{b1, a1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := j.List(t.Context(), c.q)
			require.NoError(t, err)
			var want []string
			for _, i := range c.want {
				want = append(want, i.ID)
			}
			assert.Equal(t, want, ids(got))
		})
	}
}

func TestListIsStableWhileIncidentsOpen(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	var all []*alerting.Incident
	add := func(k int) {
		if k%3 != 0 {
			h.now = h.now.Add(-time.Millisecond) // some open in the same instant
		}
		e, i := h.open(h.press("s", fmt.Sprintf("d-%d", k), pressID(k)), opening())
		h.append(e).expect(t, Stored)
		all = append(all, i)
	}
	for k := range 60 {
		add(k)
	}
	want := slices.Clone(all)
	slices.SortFunc(want, func(a, b *alerting.Incident) int {
		if c := b.OpenedAt.Compare(a.OpenedAt); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})

	var got []string
	q := alerting.Query{Schools: []string{"s"}, Limit: 7}
	for k := 60; ; k++ {
		page, err := j.List(t.Context(), q)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		got = append(got, ids(page)...)
		q.Before = after(page[len(page)-1])
		add(k + 3 - k%3) // one opens, and one changes its state, between two pages
		h.append(h.command(all[k%60], alerting.VerbAcknowledge)).expect(t, Stored)
	}
	var wanted []string
	for _, i := range want {
		wanted = append(wanted, i.ID)
	}
	assert.Equal(t, wanted, got)
}

func TestSince(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	e, a := h.open(h.press("s", "d-1", pressID(0)), opening()) // 1
	h.append(e)
	e, b := h.open(h.press("s", "d-2", pressID(0)), opening()) // 2
	h.append(e)
	e, c := h.open(h.press("t", "d-1", pressID(0)), opening()) // 3
	h.append(e)
	h.append(h.command(a, alerting.VerbNote))                     // 4
	h.append(h.command(a, alerting.VerbAcknowledge))              // 5
	h.append(h.command(c, alerting.VerbCancel)).expect(t, Stored) // 6
	d := Entry{Tellings: telling(*b, "x")}                        // no event, no change
	h.append(d).expect(t, Stored)

	type change struct {
		id  string
		seq int64
		num int64
	}
	since := func(seq int64, limit int) (out []change) {
		updates, err := j.Since(t.Context(), seq, limit)
		require.NoError(t, err)
		for _, u := range updates {
			out = append(out, change{u.Incident.ID, u.Seq, u.Incident.Number})
		}
		return out
	}
	whole := []change{{b.ID, 2, 1}, {a.ID, 5, 3}, {c.ID, 6, 2}}
	assert.Equal(t, whole, since(0, 0))
	assert.Equal(t, whole[1:], since(2, 10))
	assert.Equal(t, whole[1:2], since(2, 1))
	assert.Equal(t, whole[2:], since(5, 10))
	assert.Empty(t, since(6, 10))

	h.seq += 10 * sinceWindow // numbers may skip
	h.append(h.command(b, alerting.VerbNote)).expect(t, Stored)
	assert.Equal(t, []change{{a.ID, 5, 3}, {c.ID, 6, 2}, {b.ID, h.seq, 2}}, since(2, 10))
	for range sinceWindow + 10 {
		h.append(h.command(a, alerting.VerbNote))
	}
	h.append(h.command(a, alerting.VerbNote)).expect(t, Stored)
	assert.Equal(t, []change{{c.ID, 6, 2}, {b.ID, h.seq - sinceWindow - 11, 2}, {a.ID, h.seq, 3 + sinceWindow + 11}}, since(0, 10))
}

func TestGetUnknownIncident(t *testing.T) {
	j, _ := openJournal(t, Config{})
	defer j.Close()
	_, _, err := j.Get(t.Context(), "nowhere")
	require.ErrorIs(t, err, alerting.ErrNotFound)
	empty, err := j.Unresolved(t.Context())
	require.NoError(t, err)
	assert.Empty(t, empty)
	assert.Zero(t, j.LastSeq())
}

func TestGetReadsMoreThanAPage(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	h.append(e)
	for range 2*pageRows - 2 {
		h.append(h.command(i, alerting.VerbNote))
	}
	h.append(h.command(i, alerting.VerbNote)).expect(t, Stored)
	events, _, err := j.Get(t.Context(), i.ID)
	require.NoError(t, err)
	require.Len(t, events, 2*pageRows)
	assert.Equal(t, *i, alerting.Fold(events))
}

func TestRecentPresses(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	var want []PressRef
	for _, device := range []string{"b-1", "b-2"} {
		e, i := h.open(h.press("s", device, pressID(0)), opening())
		h.append(e)
		for n := 1; n < 5; n++ {
			c := h.append(h.entry(i, alerting.Event{
				Type: alerting.EventPressed, Incident: i.ID, School: "s", At: h.now,
				Press: &alerting.PressRecord{ID: pressID(10 - n), PressedAt: h.now, ReceivedAt: h.now},
			}))
			h.append(h.entry(i, alerting.Event{ // a repetition is no further press
				Type: alerting.EventPressAgain, Incident: i.ID, School: "s", At: h.now,
				Press: &alerting.PressRecord{ID: pressID(0), PressedAt: h.now, ReceivedAt: h.now},
			})).expect(t, Stored)
			c.expect(t, Stored)
			if n > 2 {
				want = append(want, PressRef{School: "s", Device: device, Press: pressID(10 - n), Incident: i.ID})
			}
		}
		h.append(h.command(i, alerting.VerbReset))
		h.append(h.command(i, alerting.VerbResolve)).expect(t, Stored)
	}
	got, err := j.RecentPresses(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, want, got, "also of resolved incidents")
	all, err := j.RecentPresses(t.Context(), 100)
	require.NoError(t, err)
	assert.Len(t, all, 10)
}

// The questions that are asked at start and by every page have to cost the
// same however long the journal is: each walks an index.
func TestQueriesWalkAnIndex(t *testing.T) {
	j, _ := openJournal(t, Config{})
	defer j.Close()
	for query, index := range map[string]string{
		`SELECT id FROM incidents WHERE state <> 'resolved'`: "incidents_unresolved",
		`SELECT i.last_seq FROM events AS e CROSS JOIN incidents AS i ON i.id = e.incident
			WHERE e.seq >= 1 AND e.seq < 2 AND i.last_seq = e.seq ORDER BY e.seq LIMIT 3`: "SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)\nSEARCH i USING INDEX sqlite_autoindex_incidents_1 (id=?)",
		`SELECT min(seq) FROM events WHERE seq > 1`:                                                    "USING INTEGER PRIMARY KEY (rowid>?)",
		`SELECT seq FROM events WHERE incident = 'i' AND seq > 1 ORDER BY seq LIMIT 2`:                 "events_by_incident (incident=? AND rowid>?)",
		`SELECT payload FROM tellings WHERE incident = 'i'`:                                            "INDEX sqlite_autoindex_tellings_1 (incident=?)",
		`SELECT id FROM presses WHERE school = 's' AND device = 'd' ORDER BY seq DESC LIMIT 2`:         "PRIMARY KEY (school=? AND device=?)",
		`SELECT school FROM presses WHERE (school, device) > ('', '') ORDER BY school, device LIMIT 1`: "((school,device)>(?,?))",
		`SELECT opened_at, id FROM incidents WHERE school = 's' AND state = 'open' AND confidential = 0 AND opened_at >= '1'
			AND (opened_at, id) < ('2', '3') ORDER BY opened_at DESC, id DESC LIMIT 4`: "incidents_listed (school=? AND state=? AND confidential=? AND opened_at>? AND (opened_at,id)<(?,?))",
	} {
		rows, err := j.db.Query("EXPLAIN QUERY PLAN " + query) //nolint:sqlclosecheck // read to its end below
		require.NoError(t, err)
		var plan []string
		for rows.Next() {
			var a, b, c int
			var detail string
			require.NoError(t, rows.Scan(&a, &b, &c, &detail))
			plan = append(plan, detail)
		}
		require.NoError(t, rows.Err())
		assert.Contains(t, strings.Join(plan, "\n"), index, query)
		assert.NotContains(t, strings.Join(plan, "\n"), "TEMP B-TREE", query)
	}
}
