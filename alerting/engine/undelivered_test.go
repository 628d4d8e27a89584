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

// What failed, was accepted after all and failed again is one delivery: it is
// said once, a minute after it failed last.
func TestADeliveryThatFailsAgainIsSaidOnce(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, twoPaths([]byte("0123456789abcdef")))
		defer r.stop()
		_, text := r.bothPaths()
		r.Report(text.Failed("status 500", alerting.WhyUnanswered, time.Now()))
		time.Sleep(20 * time.Second)
		r.Report(text.Progress(alerting.Handed, "", time.Now()))
		time.Sleep(20 * time.Second)
		again := time.Now()
		r.Report(text.Failed("not delivered: absent", alerting.WhyUndelivered, again))
		time.Sleep(59 * time.Second)
		assert.Empty(t, r.came(), "it has a minute since it failed last")
		time.Sleep(time.Hour)

		all := r.came()
		require.Len(t, all, 1)
		assert.Equal(t, again, all[0].At)
		assert.Equal(t, alerting.WhyUndelivered, all[0].Why)
		assert.InDelta(t, 1, r.sum("undelivered_total"), 0)
	})
}

// It was counted; that a far side took it later, and gave it up once more,
// makes it no second one.
func TestADeliveryThatWasSaidToHaveComeToNothingIsNotSaidAgain(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, twoPaths([]byte("0123456789abcdef")))
		defer r.stop()
		_, text := r.bothPaths()
		r.Report(text.Failed("status 500", alerting.WhyUnanswered, time.Now()))
		time.Sleep(time.Hour)
		require.Len(t, r.came(), 1)
		r.Report(text.Progress(alerting.Handed, "", time.Now()))
		r.Report(text.Failed("not delivered: absent", alerting.WhyUndelivered, time.Now()))
		time.Sleep(time.Hour)
		assert.Empty(t, r.came())
		assert.InDelta(t, 1, r.sum("undelivered_total"), 0)
	})
}

// A page whose delivery had failed, and whose incident was closed within the
// minute, has missed one alarm.
func TestWhatFailedAndExpiredIsSaidOnce(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("liaison")
		require.Equal(t, alerting.ChannelConsole, m.Channel)
		r.Report(m.Failed("too slow", alerting.WhyOverloaded, time.Now()))
		for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
			_, err := r.do(liaison, m.Incident, v)
			require.NoError(t, err)
		}
		time.Sleep(2 * time.Hour)
		n := 0
		for _, p := range r.came() {
			if p.Delivery == m.Delivery {
				n++
			}
		}
		assert.Equal(t, 1, n)
	})
}

// The hub stops before the minute is over: it tries again what had failed, of a
// closed incident only where something of it is still on its way, and what fails
// as it had failed before is not counted.
func TestAStopWithinTheMinuteCostsTheCountAndNotTheDelivery(t *testing.T) {
	for name, c := range map[string]struct{ closed, done, again bool }{
		"open": {again: true}, "closed, and something on its way": {closed: true, again: true}, "closed": {closed: true, done: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startAs(t, path, twoPaths([]byte("0123456789abcdef")))
				desk, text := r.bothPaths()
				r.Report(desk.Progress(alerting.Handed, "", time.Now()))
				if c.closed {
					for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
						_, err := r.do(liaison, text.Incident, v)
						require.NoError(t, err)
					}
					text = r.next("station")
					for text.State != alerting.StateResolved {
						text = r.next("station")
					}
				}
				for _, d := range r.whole(text.Incident).Deliveries {
					if c.done && d.Channel != alerting.ChannelSMS {
						r.Report(alerting.Progress{Incident: text.Incident, Delivery: d.ID, State: alerting.Handed, At: time.Now()})
					}
				}
				r.Report(text.Failed("status 500", alerting.WhyUnanswered, time.Now()))
				time.Sleep(10 * time.Second)
				require.Equal(t, alerting.Failed, r.delivery(text).State)
				r.stop()

				r = startAs(t, path, twoPaths([]byte("0123456789abcdef")))
				defer r.stop()
				if !c.again {
					time.Sleep(time.Hour)
					assert.NotContains(t, r.recipients(), "station")
				} else {
					again := r.next("station")
					assert.Equal(t, text.Delivery, again.Delivery)
					r.Report(again.Failed("status 500", alerting.WhyUnanswered, time.Now()))
					time.Sleep(time.Hour)
				}
				for _, p := range r.came() {
					assert.NotEqual(t, text.Delivery, p.Delivery)
				}
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
		synctest.Wait()
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

// whole is an incident with its deliveries.
func (r *rig) whole(id string) alerting.Incident {
	r.t.Helper()
	i, err := r.Incident(r.t.Context(), id)
	require.NoError(r.t, err)
	return i
}
