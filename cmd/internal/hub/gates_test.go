package hub_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
)

// sensor connects as the demonstration's gate, as a stranger's client would.
func (r *running) sensor(t *testing.T) func(payload string) {
	t.Helper()
	i := slices.IndexFunc(r.campus.Devices, func(d provision.Device) bool { return d.Kind == devices.KindGate })
	require.GreaterOrEqual(t, i, 0)
	d := r.campus.Devices[i]
	user := d.School + "/" + d.ID
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(r.MQTT()).SetClientID("sensor").SetUsername(user).SetPassword(d.Password).SetAutoReconnect(false))
	token := client.Connect()
	require.True(t, token.WaitTimeout(patience))
	require.NoError(t, token.Error())
	t.Cleanup(func() { client.Disconnect(100) })
	return func(payload string) {
		token := client.Publish("campus/"+user+"/reading", 1, false, payload)
		require.True(t, token.WaitTimeout(patience))
		require.NoError(t, token.Error())
	}
}

// A housing that is opened and a door that opens a moment later are somebody
// who forces the gate: police and school read why.
func TestAForcedGateIsAnIntrusion(t *testing.T) {
	r := start(t, unchanged)
	say := r.sensor(t)
	say(`{"values":{"open":0,"tamper":0}}`)
	say(`{"values":{"tamper":1}}`)
	say(`{"values":{"open":1}}`)

	var shown struct {
		Incidents []struct {
			Kind     string   `json:"kind"`
			Device   string   `json:"device"`
			Severity string   `json:"severity"`
			Facts    []string `json:"facts"`
		} `json:"incidents"`
	}
	for _, role := range []string{"liaison", "officer"} {
		require.Eventually(t, func() bool {
			require.Equal(t, http.StatusOK, r.callAs(t, role).call(http.MethodGet, "/api/v1/incidents", nil, &shown))
			return len(shown.Incidents) == 1
		}, patience, 20*time.Millisecond, role)
		i := shown.Incidents[0]
		assert.Equal(t, "intrusion g-1 high", i.Kind+" "+i.Device+" "+i.Severity)
		assert.Subset(t, i.Facts, []string{"sensor", "forced"})
	}
}
