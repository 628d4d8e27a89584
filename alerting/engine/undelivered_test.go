package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/devices"
)

// came is what was said of deliveries that came to nothing.
func (r *rig) came() (out []alerting.Progress) {
	synctest.Wait()
	for {
		select {
		case p := <-r.staged:
			if p.State == alerting.Failed || p.State == alerting.Expired {
				out = append(out, p)
			}
		default:
			return out
		}
	}
}

func undelivered(channel string, why alerting.Why) map[string]string {
	return map[string]string{"audience": "police", "channel": channel, "reason": string(why)}
}

// bothPaths presses and gives what the station's two paths are told.
func (r *rig) bothPaths() (desk, text deliver.Message) {
	r.t.Helper()
	require.NoError(r.t, r.Press(press("b-1")))
	return r.next("desk-1"), r.next("station")
}

func TestADeliveryThatFailedForGoodIsSaidOnce(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, twoPaths([]byte("0123456789abcdef")))
		defer r.stop()
		_, text := r.bothPaths()
		failed := time.Now()
		r.Report(text.Failed("sms gateway sms: status 500", alerting.WhyUnanswered, failed))
		assert.Empty(t, r.came(), "another path has its time")
		time.Sleep(time.Minute)

		all := r.came()
		require.Len(t, all, 1)
		assert.Equal(t, text.Delivery, all[0].Delivery)
		assert.Equal(t, alerting.WhyUnanswered, all[0].Why)
		assert.Equal(t, failed, all[0].At, "it failed then")
		assert.InDelta(t, 1, r.count("undelivered_total", undelivered("sms", alerting.WhyUnanswered)), 0)
		time.Sleep(time.Hour)
		assert.InDelta(t, 1, r.count("undelivered_total", undelivered("sms", alerting.WhyUnanswered)), 0)
	})
}

func TestWhatCameAfterAllDidNotFail(t *testing.T) {
	for name, mends := range map[string]func(r *rig, desk, text deliver.Message){
		"a receipt over the other path": func(r *rig, desk, _ deliver.Message) {
			r.Report(desk.Progress(alerting.Received, "", time.Now()))
		},
		"the same one, later": func(r *rig, _, text deliver.Message) {
			r.Report(text.Progress(alerting.Received, "", time.Now()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startAs(t, path, twoPaths([]byte("0123456789abcdef")))
				defer r.stop()
				desk, text := r.bothPaths()
				r.Report(text.Failed("status 500", alerting.WhyUnanswered, time.Now()))
				time.Sleep(30 * time.Second)
				mends(r, desk, text)
				time.Sleep(time.Minute)
				assert.Empty(t, r.came())
				assert.Zero(t, r.sum("undelivered_total"))
			})
		})
	}
}

// The gateway took it and says later that nobody was there.
func TestWhatTheFarSideReportsAsFailedWasNotDelivered(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, twoPaths([]byte("0123456789abcdef")))
		defer r.stop()
		_, text := r.bothPaths()
		require.NoError(t, r.Hear(t.Context(), alerting.LegKey{}, text.Progress(alerting.Failed, "not delivered: absent", time.Now())))
		time.Sleep(time.Minute)
		assert.InDelta(t, 1, r.count("undelivered_total", undelivered("sms", alerting.WhyUndelivered)), 0)
	})
}

// A terminal that was away until the incident was closed has not been told; what
// was replaced by newer news is no delivery that came to nothing.
func TestWhatNobodyWasThereForExpiresWithTheIncident(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		r.Report(m.Progress(alerting.Planned, "not connected", time.Now()))
		for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
			_, err := r.do(liaison, m.Incident, v)
			require.NoError(t, err)
		}
		time.Sleep(2 * time.Hour)

		assert.InDelta(t, 1, r.count("undelivered_total", undelivered("mqtt", alerting.WhyClosed)), 0, "the desk, once")
		assert.InDelta(t, 1, r.count("undelivered_total", undelivered("console", alerting.WhyClosed)), 0, "the liaison's page")
		for _, p := range r.came() {
			assert.Equal(t, alerting.Expired, p.State)
			assert.Equal(t, alerting.WhyClosed, p.Why)
		}
	})
}

// A drill is counted among no live ones, and is in the telemetry all the same.
func TestADrillsFailuresAreNotCountedAsLive(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		p := press("b-1")
		p.Mode = devices.Drill
		require.NoError(t, r.Press(p))
		m := r.next("officer")
		r.Report(m.Failed("queue full", alerting.WhyOverloaded, time.Now()))
		time.Sleep(time.Minute)
		assert.Len(t, r.came(), 1)
		assert.Zero(t, r.sum("undelivered_total"))
	})
}
