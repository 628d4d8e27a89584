package apitest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
)

// Slice makes the chain of an incident's school anew of all its events, as a
// journal holds it, and returns what is the incident's.
func (e *Engine) Slice(_ context.Context, incident string) (evidence.Slice, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	of, ok := e.incidents[incident]
	if !ok {
		return evidence.Slice{}, fmt.Errorf("%w: incident %s", alerting.ErrNotFound, incident)
	}
	var all []alerting.Event
	for _, r := range e.incidents {
		if r.incident.School == of.incident.School {
			all = append(all, r.events...)
		}
	}
	slices.SortStableFunc(all, func(a, b alerting.Event) int { return a.At.Compare(b.At) })
	s := evidence.Slice{School: of.incident.School, Incident: incident}
	var head evidence.Hash
	for n, ev := range all {
		entry, err := entryOf(ev, int64(n+1), head)
		if err != nil {
			return evidence.Slice{}, err
		}
		head = entry.Chain
		s.Head = evidence.Head{Seq: entry.Seq, Length: int64(n + 1), Chain: head}
		if ev.Incident == incident {
			s.Entries = append(s.Entries, entry)
		}
	}
	return s, nil
}

func entryOf(ev alerting.Event, seq int64, previous evidence.Hash) (evidence.Entry, error) {
	ev.Seq = seq
	payload, err := json.Marshal(ev)
	if err != nil {
		return evidence.Entry{}, fmt.Errorf("encode event %d: %w", seq, err)
	}
	salt := evidence.Hash(fmt.Sprintf("salt of %d", seq))
	e := evidence.Entry{
		Row: evidence.Row{
			Seq: seq, School: ev.School, Incident: ev.Incident, At: ev.At.UTC().Format("2006-01-02T15:04:05.000000000Z"),
			Type: string(ev.Type), Command: ev.Command, Digest: evidence.Digest(salt, payload),
		},
		Previous: previous, Salt: salt, Payload: string(payload),
	}
	e.Chain = evidence.Link(previous, e.Row)
	return e, nil
}
