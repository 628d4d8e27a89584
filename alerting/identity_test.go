package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// The ids are in journals and at terminals: these values never change.
func TestIDsAreStable(t *testing.T) {
	at := devices.Address{School: "ziwei", Device: "b-1"}
	leg := alerting.LegKey{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT}
	due := time.Date(2026, 3, 2, 7, 40, 0, 0, time.FixedZone("CST", 8*3600))

	incident := alerting.IncidentID(at, "0195f3a0-0000-7000-8000-000000000001")
	assert.Equal(t, "267683d55bf973f94312234b3db32d54", incident)
	assert.Equal(t, "da4c936655e41532416267edd3823b31", alerting.DeliveryID(incident, "0195f3a0-0000-7000-8000-000000000001", leg))
	assert.Equal(t, "33e258ae1653c291575a78b134912b05", alerting.RaisedIncidentID("ziwei", "journal", "journal.db", due))
	assert.Equal(t, alerting.RaisedIncidentID("ziwei", "journal", "journal.db", due),
		alerting.RaisedIncidentID("ziwei", "journal", "journal.db", due.UTC()), "a moment is the same in every zone")
}

func TestIDsAreShortAndHexadecimal(t *testing.T) {
	assert.Regexp(t, `^[0-9a-f]{32}$`, alerting.IncidentID(button, "p"))
	assert.Regexp(t, `^[0-9a-f]{32}$`, alerting.DeliveryID("i", "p", alerting.LegKey{}))
	assert.Regexp(t, `^[0-9a-f]{32}$`, alerting.RaisedIncidentID("s", "c", "o", noon))
}

func TestNoTwoThingsShareAnID(t *testing.T) {
	leg := func(a alerting.Audience, r string, c alerting.Channel) alerting.LegKey {
		return alerting.LegKey{Audience: a, Recipient: r, Channel: c}
	}
	at := func(s, d string) devices.Address { return devices.Address{School: s, Device: d} }
	ids := []string{
		alerting.IncidentID(at("ab", "c"), "d"), alerting.IncidentID(at("a", "bc"), "d"),
		alerting.IncidentID(at("a", "b"), "cd"), alerting.IncidentID(at("abcd", ""), ""),
		alerting.IncidentID(at("", "abcd"), ""), alerting.IncidentID(at("", ""), "abcd"),
		alerting.IncidentID(at("a/b", "c"), "d"), alerting.IncidentID(at("a", "b/c"), "d"),
		alerting.RaisedIncidentID("ab", "c", "d", noon), alerting.RaisedIncidentID("a", "bc", "d", noon),
		alerting.RaisedIncidentID("a", "b", "cd", noon), alerting.RaisedIncidentID("a", "b", "c", noon),
		alerting.RaisedIncidentID("a", "b", "c", noon.Add(time.Nanosecond)),
		alerting.DeliveryID("i", "p", leg("police", "a", "mqtt")), alerting.DeliveryID("ip", "", leg("police", "a", "mqtt")),
		alerting.DeliveryID("i", "p", leg("school", "a", "mqtt")), alerting.DeliveryID("i", "p", leg("police", "b", "mqtt")),
		alerting.DeliveryID("i", "p", leg("police", "a", "console")), alerting.DeliveryID("i", "#1", leg("police", "a", "mqtt")),
		alerting.DeliveryID("i", "#11", leg("police", "a", "mqtt")), alerting.DeliveryID("i", "p", leg("policea", "", "mqtt")),
		alerting.DeliveryID("i", "p", leg("police", "amqtt", "")),
	}
	seen := map[string]int{}
	for n, id := range ids {
		other, twice := seen[id]
		assert.False(t, twice, "%d and %d are both %s", other, n, id)
		seen[id] = n
	}
}
