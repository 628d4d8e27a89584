package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// alert is what a stranger's terminal reads.
type alert struct {
	Delivery, Incident, Press, Device, Kind, Mode, State string
	Number                                               int64
	Text                                                 struct{ ZH, EN string }
}

// subscriber is Debian's mosquitto_sub on a terminal's own topic.
// stdbuf makes it print each line at once, as it would for a person.
type subscriber struct {
	lines chan string
}

func subscribe(t *testing.T, h handout, version string) *subscriber {
	t.Helper()
	host, port, _ := strings.Cut(h.address(), ":")
	term := h.Terminals[0]
	require.Equal(t, "police", term.Audience)
	cmd := exec.CommandContext(t.Context(), "stdbuf", "-oL", "mosquitto_sub", "-V", version, "-h", host, "-p", port, "-d",
		"-u", term.Username, "-P", term.Password, "-i", "stranger-"+uuid.NewString(), "-q", "1", "-t", term.Topic)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	s := &subscriber{lines: make(chan string, 1024)}
	subscribed := make(chan struct{})
	go func() {
		defer close(s.lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			line := scan.Text()
			switch {
			case strings.HasPrefix(line, "Subscribed"):
				close(subscribed)
			case strings.HasPrefix(line, "{"):
				s.lines <- line
			}
		}
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	select {
	case <-subscribed:
	case <-time.After(patience):
		require.FailNow(t, "mosquitto_sub did not subscribe")
	}
	return s
}

// next waits for the alert of a press.
func (s *subscriber) next(t *testing.T, press string) alert {
	t.Helper()
	for {
		select {
		case line, ok := <-s.lines:
			require.True(t, ok, "mosquitto_sub ended")
			var a alert
			require.NoError(t, json.Unmarshal([]byte(line), &a))
			if a.Press == press {
				return a
			}
		case <-time.After(patience):
			require.FailNow(t, "the terminal was never told")
		}
	}
}

// publish runs mosquitto_pub as a device and returns what it printed.
func publish(t *testing.T, h handout, version, device, topic, payload string) (string, error) {
	t.Helper()
	host, port, _ := strings.Cut(h.address(), ":")
	for _, d := range h.Devices {
		if d.ID != device {
			continue
		}
		cmd := exec.CommandContext(t.Context(), "mosquitto_pub", "-V", version, "-h", host, "-p", port, "-d",
			"-u", d.Username, "-P", d.Password, "-q", "1", "-t", topic, "-s")
		cmd.Stdin = strings.NewReader(payload)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		return out.String(), err
	}
	require.FailNow(t, "no device "+device)
	return "", nil
}

// A stranger's client does the job: Debian's mosquitto_pub is the button and
// mosquitto_sub the police terminal, with both versions of MQTT.
func TestStrangersClientsDoTheJob(t *testing.T) {
	h := startDemo(t, t.TempDir(), "--quiet", "--extra-buttons", "2")
	liaison := h.signIn(t, "liaison")
	for i, version := range []string{"311", "5"} {
		t.Run("MQTT "+version, func(t *testing.T) {
			desk := subscribe(t, h.handout, version)
			button := h.Devices[len(h.Devices)-1-i]
			press := uuid.NewString()

			out, err := publish(t, h.handout, version, button.ID, "campus/"+button.Username+"/alarm", `{"id":"`+press+`","age_ms":7}`)

			require.NoError(t, err, out)
			assert.Contains(t, out, "received PUBACK", "acknowledged")
			told := desk.next(t, press)
			assert.Equal(t, button.ID, told.Device)
			assert.Equal(t, "emergency", told.Kind)
			assert.Equal(t, "live", told.Mode)
			assert.NotEmpty(t, told.Text.ZH)
			i := liaison.incident(t, told.Incident)
			assert.True(t, i.Stored)
			require.Len(t, i.Presses, 1)
			assert.Equal(t, press, i.Presses[0].ID)
		})
	}
}

// The receipt of a stranger's terminal turns handed into received; anybody
// else's changes nothing.
func TestStrangersReceipt(t *testing.T) {
	h := startDemo(t, t.TempDir(), "--quiet", "--extra-buttons", "1")
	liaison := h.signIn(t, "liaison")
	desk := subscribe(t, h.handout, "311")
	button := h.Devices[len(h.Devices)-1]
	press := uuid.NewString()
	_, err := publish(t, h.handout, "311", button.ID, "campus/"+button.Username+"/alarm", `{"id":"`+press+`"}`)
	require.NoError(t, err)
	told := desk.next(t, press)
	state := func() string {
		for _, d := range liaison.incident(t, told.Incident).Deliveries {
			if d.ID == told.Delivery {
				return d.State
			}
		}
		return ""
	}
	require.Eventually(t, func() bool { return state() == "handed" }, patience, 5*time.Millisecond)

	_, err = publish(t, h.handout, "311", button.ID, "receipt/"+told.Delivery, `{"status":"read"}`)
	require.NoError(t, err, "somebody else's receipt is acknowledged")
	asTerminal := h.handout
	asTerminal.Devices = append(asTerminal.Devices[:0:0], asTerminal.Devices...)
	asTerminal.Devices = append(asTerminal.Devices, struct{ School, ID, Kind, Username, Password string }{
		ID: "desk", Username: h.Terminals[0].Username, Password: h.Terminals[0].Password,
	})
	_, err = publish(t, asTerminal, "311", "desk", "receipt/"+told.Delivery, `{"status":"received"}`)
	require.NoError(t, err)

	require.Eventually(t, func() bool { return state() == "received" }, patience, 5*time.Millisecond)
}

// A malformed press opens an incident; on any other topic bad input changes
// nothing.
func TestStrangersMalformedPress(t *testing.T) {
	h := startDemo(t, t.TempDir(), "--quiet", "--extra-buttons", "1")
	liaison := h.signIn(t, "liaison")
	button := h.Devices[len(h.Devices)-1]

	out, err := publish(t, h.handout, "311", button.ID, "campus/"+button.Username+"/reading", "help")
	require.NoError(t, err, out)
	assert.Empty(t, liaison.incidents(t))
	out, err = publish(t, h.handout, "5", button.ID, "campus/"+button.Username+"/alarm", "help")
	require.NoError(t, err, out)

	require.Eventually(t, func() bool { return len(liaison.incidents(t)) == 1 }, patience, 5*time.Millisecond)
	i := liaison.incidents(t)[0]
	assert.True(t, i.Malformed)
	assert.Regexp(t, "^m-", i.Presses[0].ID)
}

// demo.json is there when the hub is ready, for its owner alone.
func TestHandoutIsTheOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	startDemo(t, dir, "--quiet")

	info, err := exec.Command("stat", "-c", "%a", filepath.Join(dir, "demo.json")).Output()
	require.NoError(t, err)
	assert.Equal(t, "600", strings.TrimSpace(string(info)))
}
