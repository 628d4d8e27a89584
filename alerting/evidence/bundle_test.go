package evidence_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/evidence"
)

// chained makes a school's chain of three events, the second of another
// incident, and returns what it has of "i-1".
func chained(t *testing.T) evidence.Slice {
	t.Helper()
	s := evidence.Slice{School: "s", Incident: "i-1"}
	var head evidence.Hash
	for n, incident := range []string{"i-1", "i-2", "i-1"} {
		seq := int64(n + 1)
		payload, err := json.Marshal(map[string]any{"seq": seq, "type": "noted", "incident": incident, "school": "s", "text": "<烟>"})
		require.NoError(t, err)
		e := evidence.Entry{Previous: head, Salt: evidence.Hash("salt"), Payload: string(payload)}
		e.Row = evidence.Row{Seq: seq, School: "s", Incident: incident, At: "2026-09-01T07:40:00.000000000Z", Type: "noted", Digest: evidence.Digest(e.Salt, payload)}
		e.Chain = evidence.Link(head, e.Row)
		head = e.Chain
		s.Head = evidence.Head{Seq: seq, Length: seq, Chain: head}
		if incident == s.Incident {
			s.Entries = append(s.Entries, e)
		}
	}
	return s
}

func bundle(t *testing.T, s evidence.Slice) ([]byte, evidence.Hash) {
	t.Helper()
	var out bytes.Buffer
	made, err := evidence.Write(&out, evidence.Manifest{Incident: "i-1", School: "s", MadeAt: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC), MadeBy: "officer-1", Reason: "移交"}, s,
		evidence.File{Name: "report.zh.html", Content: []byte("<h1>报告</h1>")}, evidence.File{Name: evidence.IncidentName, Content: []byte(`{"id":"i-1","school":"s"}`)})
	require.NoError(t, err)
	return out.Bytes(), made
}

func verify(t *testing.T, b []byte) evidence.Finding {
	t.Helper()
	f, err := evidence.Verify(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	return f
}

// remade writes a bundle's files anew: change gets each with its name, and what
// it returns as nil is left out.
func remade(t *testing.T, b []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(name string, content []byte) {
		if content = change(name, content); content == nil {
			return
		}
		part, err := w.Create(name)
		require.NoError(t, err)
		_, err = part.Write(content)
		require.NoError(t, err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		add(f.Name, content)
	}
	add("added", nil)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestABundleThatNobodyTouchedHolds(t *testing.T) {
	b, made := bundle(t, chained(t))
	f := verify(t, b)
	assert.Empty(t, f.Faults)
	assert.True(t, f.OK())
	assert.Equal(t, made, f.Made)
	assert.Equal(t, "移交", f.Manifest.Reason)
	assert.Len(t, f.Manifest.Files, 3)
	assert.Len(t, f.Audit.Entries, 2)

	s := chained(t)
	s.Entries[0], s.Withheld = s.Entries[0].Without(), 1
	b, _ = bundle(t, s)
	f = verify(t, b)
	assert.Empty(t, f.Faults, "an entry without its content holds by its digest")
	assert.Equal(t, 1, f.Bare)
}

// Whoever changes a file is found out by the manifest.
func TestAChangedFileIsFound(t *testing.T) {
	b, _ := bundle(t, chained(t))
	for want, change := range map[string]func(string, []byte) []byte{
		"report.zh.html: was changed": func(name string, c []byte) []byte {
			return bytes.Replace(c, []byte("报告"), []byte("另一份"), 1)
		},
		"report.zh.html: is missing": func(name string, c []byte) []byte {
			if name == "report.zh.html" {
				return nil
			}
			return c
		},
		"added: the manifest does not name it": func(name string, c []byte) []byte {
			if name == "added" {
				return []byte("x")
			}
			return c
		},
		"audit.json: was changed": func(name string, c []byte) []byte {
			return bytes.Replace(c, []byte(`"withheld": 0`), []byte(`"withheld": 7`), 1)
		},
		"incident.json: is of another incident than the manifest": func(name string, c []byte) []byte {
			if name == evidence.IncidentName {
				return []byte(`{"id":"i-2","school":"s"}`)
			}
			return c
		},
	} {
		assert.Contains(t, verify(t, remade(t, b, change)).Faults, want)
	}
	f := verify(t, remade(t, b, func(name string, c []byte) []byte {
		return bytes.Replace(c, []byte("officer-1"), []byte("officer-2"), 1)
	}))
	assert.Empty(t, f.Faults)
	_, made := bundle(t, chained(t))
	assert.NotEqual(t, made, f.Made, "a changed manifest is another one than the journal knows")
}

// Whoever changes an audit entry and makes the manifest anew is found out by
// the chain.
func TestAChangedEntryIsFound(t *testing.T) {
	for want, change := range map[string]func(*evidence.Slice){
		"audit.json: event 3: its content was changed": func(s *evidence.Slice) {
			s.Entries[1].Payload = strings.Replace(s.Entries[1].Payload, "烟", "火", 1)
		},
		"audit.json: event 3: does not give its chain value":   func(s *evidence.Slice) { s.Entries[1].At = "2026-09-01T07:41:00.000000000Z" },
		"audit.json: event 1: does not give its chain value":   func(s *evidence.Slice) { s.Entries[0].Type = "reset" },
		"audit.json: event 1: is out of order":                 func(s *evidence.Slice) { s.Entries[0], s.Entries[1] = s.Entries[1], s.Entries[0] },
		"audit.json: event 3: differs from the chain's end":    func(s *evidence.Slice) { s.Head.Chain = s.Entries[0].Chain },
		"audit.json: event 3: lies behind the chain's end":     func(s *evidence.Slice) { s.Head.Seq = 2 },
		"audit.json: event 3: is of another incident":          func(s *evidence.Slice) { s.Entries[1].Incident = "i-2" },
		"audit.json: has no entries":                           func(s *evidence.Slice) { s.Entries = nil },
		"audit.json: is of another incident than the manifest": func(s *evidence.Slice) { s.School = "other" },
		"audit.json: event 1: its content is of another event": func(s *evidence.Slice) {
			e := &s.Entries[0]
			e.Payload = strings.Replace(e.Payload, "noted", "reset", 1)
			e.Digest = evidence.Digest(e.Salt, []byte(e.Payload))
			e.Chain = evidence.Link(e.Previous, e.Row)
		},
	} {
		s := chained(t)
		change(&s)
		b, _ := bundle(t, s)
		assert.Contains(t, verify(t, b).Faults, want)
	}
}

func TestWhatIsNoBundleIsRefused(t *testing.T) {
	b, _ := bundle(t, chained(t))
	for name, bad := range map[string][]byte{
		"no zip":  []byte("hello"),
		"nothing": {},
		"without a manifest": remade(t, b, func(name string, c []byte) []byte {
			if name == evidence.ManifestName {
				return nil
			}
			return c
		}),
		"of another format": remade(t, b, func(name string, c []byte) []byte {
			return bytes.Replace(c, []byte(evidence.Format), []byte("campushub evidence 9"), 1)
		}),
	} {
		_, err := evidence.Verify(bytes.NewReader(bad), int64(len(bad)))
		assert.Error(t, err, name)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, b []byte) {
		found, err := evidence.Verify(bytes.NewReader(b), int64(len(b)))
		if err == nil && found.OK() {
			require.NotEmpty(t, found.Audit.Entries)
		}
	})
}
