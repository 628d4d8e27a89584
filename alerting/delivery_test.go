package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestDeliveryOnlyAdvances(t *testing.T) {
	// From each state, the reports that move it. Failed is tried again; what
	// expired stays so unless it arrived after all; what was handed may fail.
	order := map[alerting.DeliveryState][]alerting.DeliveryState{
		alerting.Planned:  {alerting.Failed, alerting.Expired, alerting.Handed, alerting.Received, alerting.Read},
		alerting.Failed:   {alerting.Expired, alerting.Handed, alerting.Received, alerting.Read},
		alerting.Expired:  {alerting.Handed, alerting.Received, alerting.Read},
		alerting.Handed:   {alerting.Failed, alerting.Received, alerting.Read},
		alerting.Received: {alerting.Read},
		alerting.Read:     {},
	}
	for from, onward := range order {
		for to := range order {
			d := alerting.Delivery{ID: "d", State: from}
			next, ok := d.Advanced(alerting.Progress{State: to, At: noon})
			moves := contains(onward, to)
			assert.Equal(t, moves, ok, "%s → %s", from, to)
			if moves {
				assert.Equal(t, to, next.State)
			} else {
				assert.Equal(t, d, next, "%s → %s changes nothing", from, to)
			}
			assert.Equal(t, from, d.State, "the delivery before is another value")
		}
		_, ok := alerting.Delivery{State: from}.Advanced(alerting.Progress{State: "lost", At: noon})
		assert.False(t, ok, "%s → a word that is no state", from)
	}
}

func TestAStageThatWasOvertakenGetsItsTime(t *testing.T) {
	received, later := noon.Add(2*time.Millisecond), noon.Add(3*time.Millisecond)
	d, ok := alerting.Delivery{State: alerting.Planned, PlannedAt: noon}.Advanced(alerting.Progress{State: alerting.Received, At: received})
	require.True(t, ok)
	next, ok := d.Advanced(alerting.Progress{State: alerting.Handed, At: later})
	require.True(t, ok, "the PUBACK was read after the receipt")
	assert.Equal(t, alerting.Received, next.State)
	assert.Equal(t, received, *next.HandedAt, "nothing is received before it is handed")
	assert.Equal(t, received, *next.ReceivedAt)
	assert.Nil(t, d.HandedAt, "the delivery before is another value")
	_, ok = next.Advanced(alerting.Progress{State: alerting.Handed, At: later})
	assert.False(t, ok, "the first time of a stage stands")
	read, ok := alerting.Delivery{State: alerting.Planned, PlannedAt: noon}.Advanced(alerting.Progress{State: alerting.Read, At: later})
	require.True(t, ok)
	read, ok = read.Advanced(alerting.Progress{State: alerting.Received, At: received})
	require.True(t, ok)
	assert.Equal(t, alerting.Read, read.State)
	assert.Equal(t, received, *read.ReceivedAt, "a time of its own is kept where it fits")
	_, ok = read.Advanced(alerting.Progress{State: alerting.Failed, At: later})
	assert.False(t, ok, "what was read does not fail")
}

func contains(states []alerting.DeliveryState, s alerting.DeliveryState) bool {
	for _, o := range states {
		if o == s {
			return true
		}
	}
	return false
}

func TestFirstTimeOfAStageStands(t *testing.T) {
	d := alerting.Delivery{State: alerting.Planned}
	report := func(s alerting.DeliveryState, reason string, at time.Time) bool {
		next, ok := d.Advanced(alerting.Progress{State: s, Reason: reason, At: at})
		d = next
		return ok
	}
	assert.True(t, report(alerting.Planned, "not connected", noon), "a reason is news")
	assert.False(t, report(alerting.Planned, "not connected", noon.Add(1)))
	assert.Nil(t, d.HandedAt)
	assert.True(t, report(alerting.Handed, "", noon))
	assert.Empty(t, d.Reason, "the old reason is gone")
	assert.False(t, report(alerting.Handed, "", noon.Add(time.Second)))
	assert.True(t, report(alerting.Handed, "again", noon.Add(time.Second)))
	assert.True(t, report(alerting.Received, "", noon.Add(2*time.Second)))
	assert.True(t, report(alerting.Read, "", noon.Add(3*time.Second)))
	assert.False(t, report(alerting.Received, "", noon.Add(4*time.Second)))

	assert.Equal(t, noon, *d.HandedAt)
	assert.Equal(t, noon.Add(2*time.Second), *d.ReceivedAt)
	assert.Equal(t, noon.Add(3*time.Second), *d.ReadAt)
}

func TestACallThatNobodyAnsweredHasFailed(t *testing.T) {
	handed := func(c alerting.Channel) alerting.Delivery {
		d, ok := alerting.Delivery{State: alerting.Planned, Channel: c}.Advanced(alerting.Progress{State: alerting.Handed, At: noon})
		require.True(t, ok)
		return d
	}
	busy := alerting.Progress{State: alerting.Failed, Reason: "busy", At: noon.Add(time.Second)}
	d, ok := handed(alerting.ChannelVoice).Advanced(busy)
	require.True(t, ok)
	assert.Equal(t, alerting.Failed, d.State)
	assert.Equal(t, "busy", d.Reason)
	assert.Equal(t, noon, *d.HandedAt, "that the gateway had it stands")

	_, ok = d.Advanced(alerting.Progress{State: alerting.Handed, At: noon.Add(2 * time.Second)})
	assert.False(t, ok, "an acceptance that the failure overtook undoes nothing")
	again, ok := d.Advanced(alerting.Progress{State: alerting.Received, At: noon.Add(3 * time.Second)})
	assert.True(t, ok, "it was answered after all")
	_, ok = again.Advanced(busy)
	assert.False(t, ok, "and what was received never fails")

	d, _ = handed(alerting.ChannelMQTT).Advanced(busy)
	_, ok = d.Advanced(alerting.Progress{State: alerting.Handed, At: noon.Add(2 * time.Second)})
	assert.True(t, ok, "a terminal that takes the next attempt has it")
	d, _ = alerting.Delivery{State: alerting.Planned, Channel: alerting.ChannelSMS}.Advanced(busy)
	_, ok = d.Advanced(alerting.Progress{State: alerting.Handed, At: noon.Add(2 * time.Second)})
	assert.True(t, ok, "nobody had accepted it before")
}

func TestSettledDeliveryIsNotTriedAgain(t *testing.T) {
	for s, settled := range map[alerting.DeliveryState]bool{
		alerting.Planned: false, alerting.Failed: false, alerting.Expired: true,
		alerting.Handed: true, alerting.Received: true, alerting.Read: true,
	} {
		assert.Equal(t, settled, alerting.Delivery{State: s}.Settled(), s)
	}
}

func TestDeliveryAndItsLegShareAKey(t *testing.T) {
	l := alerting.Leg{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT, Via: alerting.ViaLAN}
	d := alerting.Delivery{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT}
	assert.Equal(t, l.Key(), d.Key())
}

func TestCursorOrdersTheListNewestFirst(t *testing.T) {
	i := func(id string, at time.Time) alerting.Incident { return alerting.Incident{ID: id, OpenedAt: at} }
	c := alerting.Cursor{OpenedAt: noon, ID: "m"}
	assert.True(t, c.Behind(i("z", noon.Add(-1))), "older")
	assert.False(t, c.Behind(i("a", noon.Add(1))), "newer")
	assert.True(t, c.Behind(i("l", noon)))
	assert.False(t, c.Behind(i("m", noon)), "the incident itself")
	assert.False(t, c.Behind(i("n", noon)))
	assert.True(t, alerting.Cursor{}.Behind(i("n", noon)), "the beginning is before everything")
	assert.True(t, alerting.Cursor{}.Zero())
	assert.False(t, c.Zero())
}
