package hub_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
)

// impatient has devices lost after two seconds, so that a story is short.
func impatient(s string) string {
	return strings.Replace(s, "  dir: .\n", "  dir: .\n  path_check: {off: true}\n  supervision: {mains_lost: 2s, battery_lost: 2s, settle: 1s}\n", 1)
}

// device is one that is heard every half a second, through a library, until it is
// told how to go.
func (r *running) device(t *testing.T, d provision.Device) mqtt.Client {
	t.Helper()
	user := d.School + "/" + d.ID
	o := mqtt.NewClientOptions().AddBroker(r.MQTT()).SetClientID(user).SetUsername(user).SetPassword(d.Password).
		SetKeepAlive(30 * time.Second).SetAutoReconnect(false).SetConnectTimeout(patience).SetWriteTimeout(patience)
	o.SetWill("campus/"+user+"/state", `{"status":"offline"}`, 1, true)
	c := mqtt.NewClient(o)
	token := c.Connect()
	require.True(t, token.WaitTimeout(patience))
	require.NoError(t, token.Error())
	t.Cleanup(func() { c.Disconnect(0) })
	return c
}

// alive has devices heard until the test says otherwise.
func alive(t *testing.T, clients ...mqtt.Client) (stop func()) {
	t.Helper()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(300 * time.Millisecond)
		defer tick.Stop()
		for {
			for _, c := range clients {
				o := c.OptionsReader()
				c.Publish("campus/"+o.Username()+"/state", 0, false, `{"status":"online","firmware":"1.0.0","battery":0.9}`)
			}
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			close(done)
			<-ended
		}
	}
	t.Cleanup(stop)
	return stop
}

// lost lists what is open, as kind and device, newest first.
func (r reader) lost() []string {
	r.t.Helper()
	var page struct {
		Incidents []struct{ Kind, Device, State string }
	}
	require.Equal(r.t, http.StatusOK, r.get("/api/v1/incidents?limit=500", &page))
	out := []string{}
	for _, i := range page.Incidents {
		if i.State != "resolved" {
			out = append(out, i.Kind+" "+i.Device)
		}
	}
	return out
}

// comes waits until exactly this is open, and stays looks that it remains so.
func (r reader) comes(want ...string) {
	r.t.Helper()
	is := func() bool { return slices.Equal(want, r.lost()) }
	require.Eventually(r.t, is, patience, 100*time.Millisecond, "%v", want)
}

func (r reader) stays(d time.Duration, want ...string) {
	r.t.Helper()
	tick, end := time.NewTicker(100*time.Millisecond), time.After(d)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			require.Equal(r.t, append([]string{}, want...), r.lost())
		case <-end:
			return
		}
	}
}

func (r *running) named(ids ...string) []provision.Device {
	var out []provision.Device
	for _, id := range ids {
		for _, d := range r.campus.Devices {
			if d.ID == id {
				out = append(out, d)
			}
		}
	}
	return out
}

// A device is lost by its silence, however it goes: it says good-bye, its
// connection breaks, or it merely says nothing more. When it is heard again its
// incident ends; a cut of all of them is one incident; a restart is none.
func TestDevicesAreLostAndFound(t *testing.T) {
	r := start(t, impatient)
	officer := r.reader(t, "officer")
	var clients []mqtt.Client
	all := r.named("b-1", "b-2", "b-4", "r-1", "g-1")
	for _, d := range all {
		clients = append(clients, r.device(t, d))
	}
	most := alive(t, clients[0], clients[2], clients[3])
	second := alive(t, clients[1])
	officer.comes("device-lost g-1") // it connected, and says nothing more
	second()
	clients[1].Disconnect(10) // says good-bye
	officer.comes("button-lost b-2", "device-lost g-1")
	clients[1] = r.device(t, all[1])
	rest := alive(t, clients[1], clients[4])
	officer.comes() // the hub closes what is over

	most()
	rest() // the link of the school is cut
	officer.comes("uplink-lost uplink")
	officer.stays(3*time.Second, "uplink-lost uplink")
	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer = r.reader(t, "officer")
	officer.stays(5*time.Second, "uplink-lost uplink") // what was told before the restart is told once
	for i, d := range all {
		clients[i] = r.device(t, d)
	}
	alive(t, clients...)
	officer.comes()
}

// A hub that is started again loses nobody who comes back in time.
func TestARestartLosesNobody(t *testing.T) {
	r := start(t, func(s string) string { return strings.Replace(impatient(s), "settle: 1s", "settle: 5s", 1) })
	connected := func() []mqtt.Client {
		var out []mqtt.Client
		for _, d := range r.named("b-1", "b-2", "b-4", "r-1", "g-1") {
			out = append(out, r.device(t, d))
		}
		return out
	}
	heard := alive(t, connected()...)
	r.reader(t, "officer").stays(time.Second)
	require.NoError(t, r.stop())
	heard()
	r = serve(t, r.campus)
	officer := r.reader(t, "officer")
	officer.stays(3 * time.Second)
	alive(t, connected()...)
	officer.stays(6 * time.Second)
	assert.Contains(t, r.metrics(t), `campushub_supervision_devices{school="`+r.campus.Devices[0].School+`",state="present"} 5`)
	assert.NotContains(t, r.metrics(t), `campushub_supervision_findings_total{what="lost"}`)
}

func (r *running) metrics(t *testing.T) string {
	t.Helper()
	res, err := http.Get(r.Console() + "/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(body)
}
