package engine_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
)

func way(channel, stage, mode string) map[string]string {
	return map[string]string{"audience": "police", "channel": channel, "via": "lan", "path": "main", "stage": stage, "mode": mode}
}

// The values, not only that something was counted: a stage takes as long as it
// took, and the age that a device told comes before it.
func TestStagesAreMeasuredFromThePlanningAndFromThePressing(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, twoPaths(nil))
		defer r.stop()
		p := press("b-1")
		p.Age = 2 * time.Second
		p.ReceivedAt = p.ReceivedAt.Add(-500 * time.Millisecond) // it waited for the hub
		require.NoError(t, r.Press(p))
		m := r.next("desk-1")
		for _, s := range []struct {
			state alerting.DeliveryState
			after time.Duration
		}{{alerting.Handed, 100 * time.Millisecond}, {alerting.Received, 200 * time.Millisecond}, {alerting.Received, 0}, {alerting.Read, 700 * time.Millisecond}} {
			time.Sleep(s.after)
			r.Report(m.Progress(s.state, "", time.Now()))
		}
		time.Sleep(4 * time.Second)
		i, err := r.do(liaison, m.Incident, alerting.VerbAcknowledge)
		require.NoError(t, err)

		for stage, seconds := range map[string]float64{"handed": .1, "received": .3, "read": 1} {
			h := r.observed("delivery_seconds", way("mqtt", stage, "live"))
			assert.InDelta(t, seconds, h.GetSampleSum(), 1e-9, stage)
			assert.Equal(t, uint64(1), h.GetSampleCount(), stage)
			h = r.observed("press_seconds", way("mqtt", stage, "live"))
			assert.InDelta(t, seconds+2.5, h.GetSampleSum(), 1e-9, stage)
		}
		stored := r.observed("press_seconds", map[string]string{"stage": "stored", "mode": "live"})
		assert.InDelta(t, 2.5, stored.GetSampleSum(), 1e-9)
		taken := r.observed("press_seconds", map[string]string{"stage": "acknowledged", "audience": "police", "mode": "live"})
		assert.InDelta(t, 7.5, taken.GetSampleSum(), 1e-9)
		assert.Equal(t, 7500*time.Millisecond, i.Acknowledgements[0].After)
		d := r.delivery(m)
		assert.Equal(t, alerting.ViaLAN, d.Via)
		assert.Equal(t, &alerting.Origin{Age: 2 * time.Second, Wait: 500 * time.Millisecond}, d.Origin)
	})
}

// What the journal gives back is what was measured.
func TestDurationsAreReadAgainAsTheyWere(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		p := press("b-1")
		p.Age = 1500 * time.Millisecond
		require.NoError(t, r.Press(p))
		m := r.next("desk-1")
		time.Sleep(300 * time.Millisecond)
		r.Report(m.Progress(alerting.Handed, "", time.Now()))
		time.Sleep(5 * time.Second)
		_, err := r.do(liaison, m.Incident, alerting.VerbAcknowledge)
		require.NoError(t, err)
		before := r.delivery(m)
		r.stop()
		r = start(t, path, nil)
		defer r.stop()
		d := r.delivery(m)
		took, ok := d.Took(alerting.Handed)
		assert.True(t, ok)
		assert.Equal(t, 300*time.Millisecond, took)
		assert.Equal(t, before.Origin, d.Origin)
		assert.Equal(t, alerting.MissedLimit, d.Missed)
		i, err := r.Incident(t.Context(), m.Incident)
		require.NoError(t, err)
		assert.Equal(t, 6800*time.Millisecond, i.Acknowledgements[0].After)
	})
}

func TestEverySeriesIsThereBeforeItCounts(t *testing.T) {
	r := start(t, "", nil)
	for name, series := range map[string]int{
		"presses_total": 3, "escalations_total": 15, "fallbacks_total": 150, "undelivered_total": 250, "reminders_total": 12,
		"budgets_missed_total": 120, "audiences_missed_total": 60,
		"presses_repeated_total": 1, "presses_refused_total": 1, "buttons_stuck_total": 1, "receipts_ignored_total": 1,
	} {
		assert.Len(t, r.series(name, nil), series, name)
		assert.Zero(t, r.sum(name), name)
	}
}

// scrape asks for the figures as Prometheus does.
func (r *rig) scrape(accept string) *http.Response {
	r.t.Helper()
	server := httptest.NewServer(promhttp.HandlerFor(r.figures, promhttp.HandlerOpts{}))
	r.t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, server.URL, nil)
	require.NoError(r.t, err)
	req.Header.Set("Accept", accept)
	res, err := server.Client().Do(req)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func TestFiguresAsTextAndAsProtobuf(t *testing.T) {
	r := startAs(t, "", twoPaths(nil))
	require.NoError(t, r.Press(press("b-1")))
	m := r.next("desk-1")
	r.Report(m.Progress(alerting.Received, "", time.Now()))
	require.Eventually(t, func() bool { return r.sum("delivery_seconds") == 1 }, 20*time.Second, 5*time.Millisecond)

	text, err := io.ReadAll(r.scrape("text/plain").Body)
	require.NoError(t, err)
	for _, line := range []string{
		`campushub_engine_delivery_seconds_bucket{audience="police",channel="mqtt",mode="live",path="main",stage="received",via="lan",le="10"} 1`,
		`campushub_engine_press_seconds_count{audience="police",channel="mqtt",mode="live",path="main",stage="received",via="lan"} 1`,
		`campushub_engine_budgets_missed_total{audience="police",limit="limit",mode="live",path="main",stage="received"} 0`,
		`campushub_engine_press_stored_seconds_count 1`,
	} {
		assert.True(t, strings.Contains(string(text), "\n"+line+"\n"), line) //nolint:testifylint // the text is some hundred lines
	}

	res := r.scrape("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	decoder := expfmt.NewDecoder(res.Body, expfmt.ResponseFormat(res.Header))
	classicAndNative := map[string]bool{}
	for {
		var f dto.MetricFamily
		if err := decoder.Decode(&f); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
		for _, s := range f.GetMetric() {
			if h := s.GetHistogram(); h != nil && h.GetSampleCount() > 0 {
				native := len(h.GetPositiveSpan()) > 0 && len(h.GetPositiveDelta()) > 0
				classicAndNative[f.GetName()] = len(h.GetBucket()) > 10 && native
			}
		}
	}
	assert.Equal(t, map[string]bool{
		"campushub_engine_delivery_seconds": true, "campushub_engine_press_seconds": true, "campushub_engine_press_stored_seconds": true,
	}, classicAndNative)
}

func TestLevelsAndFallBacksAreCounted(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		r.people.Store(manned())
		require.NoError(t, r.Press(press("b-1")))
		time.Sleep(14 * time.Second)
		level := map[string]string{"audience": "police", "mode": "live"}
		assert.Zero(t, r.count("escalations_total", level))
		time.Sleep(2 * time.Second)
		assert.InDelta(t, 1, r.count("escalations_total", level), 0)
		next := map[string]string{"audience": "police", "channel": "sms", "mode": "live"}
		assert.Zero(t, r.count("fallbacks_total", next))
		time.Sleep(11 * time.Second)
		assert.InDelta(t, 1, r.count("fallbacks_total", next), 0, "the leader's text had 10 s")
		assert.InDelta(t, 1, r.sum("fallbacks_total"), 0)
		time.Sleep(10 * time.Second)
		assert.InDelta(t, 1, r.count("escalations_total", map[string]string{"audience": "school", "mode": "live"}), 0)
	})
}

func TestWhatComesAgainOrFromStrangersIsCounted(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	assert.Zero(t, r.sum("presses_repeated_total"))
	require.NoError(t, r.Press(p))
	assert.InDelta(t, 1, r.sum("presses_repeated_total"), 0)
	assert.InDelta(t, 1, r.count("presses_total", map[string]string{"mode": "live"}), 0)

	m := r.next("desk-1")
	r.Confirm(alerting.Police, "desk-2", m.Delivery, alerting.Received, time.Now())
	r.Confirm(alerting.Police, "desk-1", "another", alerting.Received, time.Now())
	require.Eventually(t, func() bool { return r.sum("receipts_ignored_total") == 2 }, 20*time.Second, 5*time.Millisecond)
	assert.Equal(t, alerting.Planned, r.delivery(m).State)
}

func TestAStuckButtonIsCountedOnce(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		for range alerting.StuckPresses {
			require.NoError(t, r.Press(press("b-1")))
		}
		assert.Zero(t, r.sum("buttons_stuck_total"))
		for range 3 {
			require.NoError(t, r.Press(press("b-1")))
		}
		time.Sleep(time.Second)
		assert.InDelta(t, 1, r.sum("buttons_stuck_total"), 0)
	})
}

// A press that finds the inbox full is refused and counted: the missing
// acknowledgement has it sent again.
func TestAPressWithoutRoomIsRefusedAndCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, figures: prometheus.NewRegistry()}
		r.Engine = engine.New(engine.Deps{Log: slog.New(slog.DiscardHandler), Registry: r.figures}) // nothing empties its inbox
		var all sync.WaitGroup
		for range 8192 {
			all.Go(func() { assert.ErrorIs(t, r.Press(press("b-1")), engine.ErrNotStored) })
		}
		synctest.Wait()
		assert.Zero(t, r.sum("presses_refused_total"))
		require.ErrorIs(t, r.Press(press("b-1")), engine.ErrBusy)
		assert.InDelta(t, 1, r.sum("presses_refused_total"), 0)
		all.Wait()
	})
}
