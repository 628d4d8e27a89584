package campus_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

func device(id string, k devices.Kind) campus.DeviceCredential {
	return campus.DeviceCredential{Address: devices.Address{School: "riverside-primary", Device: id}, Kind: k, Password: "secret"}
}

var desk = campus.TerminalCredential{Audience: "police", ID: "desk-1", Password: "secret"}

func TestPressReachesTheTerminalAndLightsStored(t *testing.T) {
	for name, broker := range brokers {
		t.Run(name, func(t *testing.T) {
			url := broker(t)
			h := newHub(t, url)
			c := school(t, campus.Config{
				Hub: url, Still: true, Devices: []campus.DeviceCredential{device("b-1", devices.KindButton)},
				Terminals: []campus.TerminalCredential{desk},
			})
			shows(t, c, "b-1", devices.IndicatorIdle)
			require.NoError(t, c.Press("b-1"))
			shows(t, c, "b-1", devices.IndicatorStored)

			police, err := c.Terminal("desk-1")
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			told, err := police.Await(ctx, func(a wire.Alert) bool { return a.Device == "b-1" })
			require.NoError(t, err)
			assert.Equal(t, h.pressed()[0].ID, told.Alert.Press)
			assert.Equal(t, devices.Live, told.Alert.Mode)
			eventually(t, func() bool { return h.receipt(told.Alert.Delivery) == devices.Received })
			s, err := c.Status("riverside-primary/b-1")
			require.NoError(t, err)
			assert.True(t, s.Latched)
			assert.Zero(t, s.Waiting)
		})
	}
}

func TestPressOutlivesACutRadio(t *testing.T) {
	for name, broker := range brokers {
		t.Run(name, func(t *testing.T) {
			url := broker(t)
			h := newHub(t, url)
			c := school(t, campus.Config{
				Hub: url, Still: true, Devices: []campus.DeviceCredential{device("b-1", devices.KindButton)},
			})
			radio, err := c.Radio("b-1")
			require.NoError(t, err)
			radio.Cut()
			eventually(t, func() bool { return !c.Connected() })
			require.NoError(t, c.Press("b-1"))
			shows(t, c, "b-1", devices.IndicatorSent)
			assert.Empty(t, h.pressed())
			eventually(t, func() bool { return offline(h) == 1 })

			radio.Restore()
			shows(t, c, "b-1", devices.IndicatorStored)
			p := h.pressed()
			assert.Equal(t, p[0].ID, p[len(p)-1].ID, "it is one press, however often it was sent")
			assert.Positive(t, p[0].Age)
		})
	}
}

// offline counts the states that say so.
func offline(h *hub) int {
	n := 0
	for _, payload := range h.heard(wire.UpState) {
		if s, err := wire.DecodeState(devices.Address{}, payload, devices.Press{}.ReceivedAt); err == nil && s.Status == devices.Offline {
			n++
		}
	}
	return n
}

func TestPressIsRepeatedWhileTheHubSaysNothing(t *testing.T) {
	url := brokers["mosquitto"](t)
	h := newHub(t, url)
	h.silence(true)
	c := school(t, campus.Config{
		Hub: url, Still: true, Devices: []campus.DeviceCredential{device("f-1", devices.KindFirePanel)},
	})
	require.NoError(t, c.Press("f-1"))
	eventually(t, func() bool { return len(h.pressed()) >= 2 })
	shows(t, c, "f-1", devices.IndicatorSent)
	h.silence(false)
	shows(t, c, "f-1", devices.IndicatorStored)
	for i, p := range h.pressed() {
		assert.Equal(t, h.pressed()[0].ID, p.ID)
		assert.Equal(t, devices.Fire, p.Alarm)
		if i > 0 {
			assert.Greater(t, p.Age, h.pressed()[i-1].Age, "the age is computed anew")
		}
	}
}

func TestTerminalAnswersAgainWhenItIsToldAgain(t *testing.T) {
	url := brokers["bare mochi"](t)
	h := newHub(t, url)
	c := school(t, campus.Config{Hub: url, Terminals: []campus.TerminalCredential{desk}})
	police, err := c.Terminal("police/desk-1")
	require.NoError(t, err)
	alert := wire.AppendAlert(nil, wire.Alert{Delivery: "d-1", Incident: "i-1", Number: 1})
	h.say(wire.AlertTopic("police", "desk-1"), []byte("no alert"))
	h.say(wire.AlertTopic("police", "desk-1"), alert)
	h.say(wire.AlertTopic("police", "desk-1"), alert)
	eventually(t, func() bool { return len(police.Told()) == 1 && police.Told()[0].Times == 2 })
	eventually(t, func() bool { return h.receipt("d-1") == devices.Received })
	assert.Equal(t, 1, police.Unreadable())
}

func TestGateAndReaderSpeakAndNobodyPresses(t *testing.T) {
	url := brokers["mosquitto"](t)
	h := newHub(t, url)
	c := school(t, campus.Config{Hub: url, Devices: []campus.DeviceCredential{
		device("g-1", devices.KindGate), device("r-1", devices.KindReader), device("b-1", devices.KindButton),
	}})
	eventually(t, func() bool { return len(h.heard(wire.UpReading)) >= 1 && len(h.heard(wire.UpState)) == 3 })
	for _, payload := range h.heard(wire.UpReading) {
		r, err := wire.DecodeReading(devices.Address{}, payload, devices.Press{}.ReceivedAt)
		require.NoError(t, err)
		assert.Contains(t, r.Values, "open")
	}
	assert.Empty(t, h.pressed())
	shows(t, c, "b-1", devices.IndicatorIdle)
}

func shows(t *testing.T, c *campus.Campus, device string, want devices.Indicator) {
	t.Helper()
	eventually(t, func() bool {
		got, err := c.Indicator(device)
		require.NoError(t, err)
		return got == want
	})
}

func TestNamesAreLookedUp(t *testing.T) {
	c, err := campus.New(campus.Config{
		Hub: "tcp://127.0.0.1:1", Devices: []campus.DeviceCredential{
			device("b-1", devices.KindButton), device("g-1", devices.KindGate),
			{Address: devices.Address{School: "hill-primary", Device: "b-1"}, Kind: devices.KindButton},
		},
		Terminals: []campus.TerminalCredential{desk},
	})
	require.NoError(t, err)
	require.ErrorIs(t, c.Press("b-9"), campus.ErrUnknown)
	require.ErrorContains(t, c.Press("b-1"), "there are 2")
	require.ErrorIs(t, c.Press("g-1"), campus.ErrKind)
	require.NoError(t, c.Press("hill-primary/b-1"))
	_, err = c.Radio("x")
	require.ErrorIs(t, err, campus.ErrUnknown)
	_, err = c.Terminal("guards/desk-1")
	require.ErrorIs(t, err, campus.ErrUnknown)
	assert.False(t, c.Connected())
}

func TestEveryFaultOfAConfigurationIsReported(t *testing.T) {
	bad := device("B 1", devices.KindButton)
	weak := device("b-2", devices.KindButton)
	weak.Power = "solar"
	_, err := campus.New(campus.Config{
		Hub:       "tcp://127.0.0.1:1",
		Devices:   []campus.DeviceCredential{bad, weak, device("b-3", devices.KindButton), device("b-3", devices.KindGate)},
		Terminals: []campus.TerminalCredential{{Audience: "police", ID: "Desk"}, desk, desk},
	})
	for _, want := range []string{"riverside-primary/B 1", `"solar"`, "riverside-primary/b-3 is there twice", "police/Desk", "police/desk-1 is there twice"} {
		assert.ErrorContains(t, err, want)
	}
	_, err = campus.New(campus.Config{Hub: "tcp://127.0.0.1:1", Devices: []campus.DeviceCredential{device("c-1", "camera")}})
	require.ErrorContains(t, err, `unknown kind "camera"`)
	_, err = campus.New(campus.Config{Hub: "127.0.0.1:1", Terminals: []campus.TerminalCredential{desk}})
	require.ErrorContains(t, err, "tcp://host:port")
}
