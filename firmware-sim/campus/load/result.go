package load

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Result is what one stage measured. JSON times are milliseconds.
type Result struct {
	Buttons      int     `json:"buttons"`
	Terminals    int     `json:"terminals"`
	Rate         float64 `json:"rate_per_s"` // 0: all in the same instant
	TookMS       float64 `json:"took_ms"`
	Presses      Account `json:"presses"`
	Stuck        Account `json:"stuck"`        // the stuck buttons' presses, which may be told as a count
	Late         int64   `json:"late"`         // arrivals of an earlier stage's presses
	Other        int64   `json:"other"`        // alerts that name no press of this run
	Disconnected int64   `json:"disconnected"` // connections that ended by themselves

	Terminal    Hop      `json:"press_to_terminal"`
	Puback      Hop      `json:"press_to_puback"`
	Light       *Hop     `json:"press_to_light,omitempty"` // the hub's own receipt; where it was listened for
	StuckPuback Hop      `json:"stuck_press_to_puback"`
	Generator   Spread   `json:"due_to_write"` // how late the generator itself was
	Instant     Duration `json:"first_due_to_last_arrival_ms"`
	Written     Duration `json:"first_due_to_last_write_ms"`
}

// Duration is written as milliseconds.
type Duration time.Duration

// MarshalJSON writes milliseconds.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(milliseconds(time.Duration(d))) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var ms float64
	if err := json.Unmarshal(b, &ms); err != nil {
		return fmt.Errorf("decode duration: %w", err)
	}
	*d = Duration(duration(ms))
	return nil
}

// Account is where presses went. Arrivals are counted for each terminal.
type Account struct {
	Planned        int   `json:"planned"`
	Sent           int   `json:"sent"`
	Unsent         int   `json:"unsent"` // refused by the socket
	Acknowledged   int   `json:"acknowledged"`
	Unacknowledged int   `json:"unacknowledged"` // sent, and no PUBACK came
	Arrived        int   `json:"arrived"`
	Lost           int   `json:"lost"` // acknowledged, and not arrived
	Duplicates     int64 `json:"duplicates"`
}

// Hop is one way, timed from two beginnings.
type Hop struct {
	FromDue   Spread `json:"from_due"`   // the moment the press was due
	FromWrite Spread `json:"from_write"` // the moment before its bytes were handed to the socket

	Writes []time.Duration `json:"-"` // each from write, the shortest first: to be measured together with others
}

// samples collects a hop.
type samples struct{ due, write []time.Duration }

func (s *samples) add(r *record, m *moment) {
	at, came := m.time()
	wrote, sent := r.wrote.time()
	if came && sent {
		s.due = append(s.due, at-r.due)
		s.write = append(s.write, at-wrote)
	}
}

func (s *samples) hop() Hop {
	return Hop{FromDue: Measure(s.due), FromWrite: Measure(s.write), Writes: s.write}
}

// result is called when nobody presses any more; what still comes in while it
// reads may or may not be counted.
func (t *tally) result(lights bool) Result {
	var terminal, puback, light, stuck samples
	var lateness []time.Duration
	var r Result
	first, lastWrite, lastArrival := time.Duration(-1), time.Duration(0), time.Duration(0)
	r.Presses.Planned, r.Stuck.Planned = t.plain, len(t.records)-t.plain
	for i := range t.records {
		rec := &t.records[i]
		if i >= t.plain {
			r.Stuck.enter(t, i)
			stuck.add(rec, &rec.acked)
			continue
		}
		r.Presses.enter(t, i)
		puback.add(rec, &rec.acked)
		light.add(rec, &rec.lit)
		for _, at := range t.arrivals {
			terminal.add(rec, &at[i])
			if arrived, ok := at[i].time(); ok {
				lastArrival = max(lastArrival, arrived)
			}
		}
		if wrote, ok := rec.wrote.time(); ok {
			lateness = append(lateness, wrote-rec.due)
			lastWrite = max(lastWrite, wrote)
			if first < 0 || rec.due < first {
				first = rec.due
			}
		}
	}
	r.Presses.Duplicates, r.Stuck.Duplicates = t.again.Load(), t.stuckAgain.Load()
	r.Terminal, r.Puback, r.StuckPuback = terminal.hop(), puback.hop(), stuck.hop()
	r.Generator = Measure(lateness)
	if lights {
		h := light.hop()
		r.Light = &h
	}
	r.Instant, r.Written = Duration(max(lastArrival-first, 0)), Duration(max(lastWrite-first, 0))
	return r
}

// enter accounts for one press.
func (a *Account) enter(t *tally, i int) {
	rec := &t.records[i]
	_, wrote := rec.wrote.time()
	_, acked := rec.acked.time()
	switch {
	case rec.unsent.Load():
		a.Unsent++
	case !wrote:
		return // the stage ended before it was due
	case acked:
		a.Acknowledged++
		a.Sent++
	default:
		a.Unacknowledged++
		a.Sent++
	}
	for _, at := range t.arrivals {
		if _, came := at[i].time(); came {
			a.Arrived++
		} else if acked {
			a.Lost++
		}
	}
}

// WriteText prints the result for people.
func (r Result) WriteText(w io.Writer) error {
	rate := "in the same instant"
	if r.Rate > 0 {
		rate = fmt.Sprintf("at %g/s", r.Rate)
	}
	fmt.Fprintf(w, "%d presses %s; %d buttons, terminals: %d; %.1f s\n", r.Presses.Planned, rate, r.Buttons, r.Terminals, r.TookMS/1000)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "milliseconds\tcount\tp50\tp99\tp99.9\tmax\t")
	for _, l := range r.lines() {
		s := l.spread
		fmt.Fprintf(table, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t\n", l.name, s.Count,
			milliseconds(s.P50), milliseconds(s.P99), milliseconds(s.P999), milliseconds(s.Max))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print result: %w", err)
	}
	fmt.Fprintf(w, "presses: %s\n", r.Presses)
	if r.Stuck.Planned > 0 {
		fmt.Fprintf(w, "stuck:   %s (a hub may tell them as a count)\n", r.Stuck)
	}
	if r.Rate == 0 {
		fmt.Fprintf(w, "last press written %.3f ms, last alert read %.3f ms after the instant\n",
			milliseconds(time.Duration(r.Written)), milliseconds(time.Duration(r.Instant)))
	}
	_, err := fmt.Fprintf(w, "late %d, other alerts %d, connections lost %d\n", r.Late, r.Other, r.Disconnected)
	return err
}

type line struct {
	name   string
	spread Spread
}

func (r Result) lines() []line {
	all := []line{
		{"press → terminal, from write", r.Terminal.FromWrite},
		{"press → terminal, from due", r.Terminal.FromDue},
		{"press → PUBACK, from write", r.Puback.FromWrite},
		{"press → PUBACK, from due", r.Puback.FromDue},
	}
	if r.Light != nil {
		all = append(all, line{"press → light says stored, from write", r.Light.FromWrite})
	}
	if r.Stuck.Planned > 0 {
		all = append(all, line{"stuck press → PUBACK, from write", r.StuckPuback.FromWrite})
	}
	return append(all, line{"due → write (the generator)", r.Generator})
}

// String is the account in one line.
func (a Account) String() string {
	return fmt.Sprintf("planned %d, sent %d, unsent %d, acknowledged %d, unacknowledged %d, arrived %d, lost %d, duplicates %d",
		a.Planned, a.Sent, a.Unsent, a.Acknowledged, a.Unacknowledged, a.Arrived, a.Lost, a.Duplicates)
}
