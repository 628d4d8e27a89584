package journal

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		os.Exit(child(path))
	}
	goleak.VerifyTestMain(m)
}

var morning = time.Date(2026, 9, 1, 7, 40, 0, 123_456_789, time.UTC)

// hub makes entries as the engine does: it numbers events, folds them, and
// appends under one lock, so that the numbers grow.
type hub struct {
	tb  testing.TB
	mu  sync.Mutex // guards all below and the order of appends
	j   *Journal
	seq int64
	now time.Time
}

func newHub(tb testing.TB, j *Journal) *hub {
	return &hub{tb: tb, j: j, seq: j.LastSeq(), now: morning}
}

func (h *hub) press(school, device, id string) devices.Press {
	return devices.Press{ID: id, From: devices.Address{School: school, Device: device}, Mode: devices.Live, ReceivedAt: h.now}
}

func opening() alerting.Opening {
	return alerting.Opening{
		Place: alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
		Kind:  "emergency", Severity: alerting.Critical, Lead: alerting.LeadPolice,
		Plan: alerting.Plan{Legs: []alerting.Leg{{
			Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT, Via: alerting.ViaLAN,
			Budget: 500 * time.Millisecond, Limit: 2 * time.Second,
		}}},
	}
}

// open is the entry of a press that opens an incident.
func (h *hub) open(p devices.Press, o alerting.Opening) (Entry, *alerting.Incident) {
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: o}, h.now)
	if err != nil || len(events) != 1 {
		h.tb.Fatalf("open: %d events, %v", len(events), err)
	}
	i := &alerting.Incident{}
	return h.entry(i, events[0]), i
}

// entry numbers an event and folds it.
func (h *hub) entry(i *alerting.Incident, e alerting.Event) Entry {
	h.seq++
	h.now = h.now.Add(time.Millisecond)
	e.Seq = h.seq
	i.Apply(e)
	after := *i
	return Entry{Event: &e, Incident: &after}
}

// command is the entry of what a person does.
func (h *hub) command(i *alerting.Incident, v alerting.Verb) Entry {
	events, err := alerting.Step(i, alerting.Input{Command: &alerting.Command{
		Incident: i.ID, Verb: v, Actor: alerting.Actor{Name: "liu", Role: alerting.RoleLiaison},
		Reason: "checked on site", Text: "two officers on site", Outcome: alerting.OutcomeReal,
	}}, h.now)
	if err != nil || len(events) != 1 {
		h.tb.Fatalf("%s: %d events, %v", v, len(events), err)
	}
	return h.entry(i, events[0])
}

func delivery(i alerting.Incident, state alerting.DeliveryState) alerting.Delivery {
	leg := opening().Plan.Legs[0]
	return alerting.Delivery{
		ID: alerting.DeliveryID(i.ID, i.LastPress(), leg.Key()), Incident: i.ID, Number: i.Number,
		Audience: leg.Audience, Recipient: leg.Recipient, Channel: leg.Channel,
		State: state, PlannedAt: i.OpenedAt, Deadline: i.OpenedAt.Add(leg.Limit),
	}
}

// telling is the latest update of an incident with its one delivery.
func telling(i alerting.Incident, state alerting.DeliveryState) []Telling {
	d := delivery(i, state)
	return []Telling{{Incident: i.ID, Number: d.Number, Deliveries: []alerting.Delivery{d}}}
}

// told collects what the journal says of one entry.
type told chan Outcome

func (h *hub) append(e Entry) told {
	c := make(told, 4)
	e.Done = func(o Outcome) { c <- o }
	require.NoError(h.tb, h.j.Append(e))
	return c
}

func (c told) expect(t testing.TB, want ...Outcome) {
	t.Helper()
	for _, w := range want {
		select {
		case got := <-c:
			require.Equal(t, w, got)
		case <-t.Context().Done():
			t.Fatalf("never heard %s", w)
		}
	}
}

func (c told) expectNothing(t testing.TB) {
	t.Helper()
	select {
	case got := <-c:
		t.Fatalf("heard %s too", got)
	default:
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func openJournal(tb testing.TB, cfg Config) (*Journal, *prometheus.Registry) {
	tb.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(tb.TempDir(), "journal.db")
	}
	reg := prometheus.NewRegistry()
	j, err := Open(context.Background(), cfg, quiet(), reg)
	require.NoError(tb, err)
	return j, reg
}

// run starts the writer; stop ends it and gives its error, once.
func run(tb testing.TB, j *Journal) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- j.Run(ctx) }()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() { cancel(); err = <-ended })
		return err
	}
	tb.Cleanup(func() { _ = stop() })
	return stop
}

// metric is the value of a counter or gauge, or the count of a histogram.
func metric(tb testing.TB, reg *prometheus.Registry, name string) float64 {
	tb.Helper()
	families, err := reg.Gather()
	require.NoError(tb, err)
	for _, f := range families {
		if f.GetName() != "campushub_journal_"+name {
			continue
		}
		m := f.GetMetric()[0]
		switch {
		case m.GetHistogram() != nil:
			return float64(m.GetHistogram().GetSampleCount())
		case m.GetGauge() != nil:
			return m.GetGauge().GetValue()
		}
		return m.GetCounter().GetValue()
	}
	tb.Fatalf("no metric %s", name)
	return 0
}

func pressID(n int) string { return fmt.Sprintf("0198f000-0000-7000-8000-%012d", n) }
