package notice

import (
	"encoding/json"
	"fmt"
	"maps"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/release"
)

// Whose payloads the events carry.
const (
	ofRelease = "release"
	ofMuster  = "muster"
)

// state is everything that the desk knows. What was published is never
// written to again: each event makes new maps.
type state struct {
	rows   map[rowKey]row
	counts map[string]muster.State // by incident
}

func newState() state {
	return state{rows: map[rowKey]row{}, counts: map[string]muster.State{}}
}

// notices is the payload of a notice event: what one step decided, stored
// together or not at all.
type notices struct {
	Mode   alerting.Mode   `json:"mode"`
	Events []release.Event `json:"events"`
}

// counted is the payload of a head count's event.
type counted struct {
	Events []muster.Event `json:"events"`
}

func encode(of string, payload any, said alerting.Text) (*alerting.Beside, error) {
	raw, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", of, err)
	}
	return &alerting.Beside{Of: of, Payload: raw, Said: said}, nil
}

// with is the state after an event, and what the event sent out.
func (s state) with(ev alerting.Event) (state, []Sent, error) {
	if ev.Beside == nil {
		return s, nil, nil // erased
	}
	switch ev.Beside.Of {
	case ofRelease:
		var p notices
		if err := json.Unmarshal(ev.Beside.Payload, &p); err != nil {
			return s, nil, fmt.Errorf("decode notices: %w", err)
		}
		s.rows = maps.Clone(s.rows)
		return s, s.noticed(ev, p), nil
	case ofMuster:
		var p counted
		if err := json.Unmarshal(ev.Beside.Payload, &p); err != nil {
			return s, nil, fmt.Errorf("decode head count: %w", err)
		}
		s.counts = maps.Clone(s.counts)
		c := s.counts[ev.Incident]
		for _, e := range p.Events {
			e.Seq = ev.Seq
			c.Apply(e)
		}
		s.counts[ev.Incident] = c
		return s, nil, nil
	}
	return s, nil, fmt.Errorf("event of %q: nobody reads it", ev.Beside.Of)
}

// noticed folds one step's events into the row of their school, and what went
// out into the row of every school that it went to. The maps are the caller's.
func (s state) noticed(ev alerting.Event, p notices) []Sent {
	var out []Sent
	at := rowKey{ev.School, p.Mode}
	for _, e := range p.Events {
		e.Seq = ev.Seq
		r := s.rows[at]
		if e.Type == release.EventReleased && r.state.Draft != nil {
			out = append(out, sentOf(*r.state.Draft, e)...)
		}
		s.rows[at] = r.after(e)
	}
	for _, o := range out {
		k := rowKey{o.School, p.Mode}
		s.rows[k] = s.rows[k].sentOut(o)
	}
	return out
}
