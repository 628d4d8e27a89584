package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long anything here may take before the test gives up; it
// bounds a failure and measures nothing.
const patience = time.Minute

// handout is demo.json.
type handout struct {
	Console, MQTT, School string
	Accounts              []struct{ Name, Role, Password string }
	Devices               []struct{ School, ID, Kind, Username, Password string }
	Terminals             []struct{ Audience, ID, Topic, Username, Password string }
}

func (h handout) address() string { return strings.TrimPrefix(h.MQTT, "tcp://") }

// hubProcess is a running campushub.
type hubProcess struct {
	cmd *exec.Cmd
	handout
	dir string
	log *os.File
}

// startDemo runs "campushub demo" on a folder and waits until it is ready.
func startDemo(t *testing.T, dir string, args ...string) *hubProcess {
	t.Helper()
	return startDemoAt(t, nil, dir, args...)
}

// startDemoAt is startDemo where somebody may type; nil is nobody.
func startDemoAt(t *testing.T, keyboard *os.File, dir string, args ...string) *hubProcess {
	t.Helper()
	log, err := os.CreateTemp(t.TempDir(), "log-*")
	require.NoError(t, err)
	args = append([]string{"demo", "--dir", dir, "--listen", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"}, args...)
	p := &hubProcess{cmd: exec.Command(binary, args...), dir: dir, log: log}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if keyboard != nil {
		p.cmd.Stdin = keyboard
	}
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "demo.json")))
	require.NoError(t, p.cmd.Start())
	t.Cleanup(p.kill)
	require.Eventually(t, func() bool {
		data, err := os.ReadFile(filepath.Join(dir, "demo.json"))
		return err == nil && json.Unmarshal(data, &p.handout) == nil
	}, patience, 5*time.Millisecond, "the demo was never ready: %s", p.said())
	return p
}

// kill ends the process as a power cut would.
func (p *hubProcess) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Signal(syscall.SIGKILL)
		_ = p.cmd.Wait()
	}
}

// said is the process's log.
func (p *hubProcess) said() string {
	data, _ := os.ReadFile(p.log.Name())
	return string(data)
}

// session is a signed-in account.
type session struct {
	base, token string
}

func (p *hubProcess) signIn(t *testing.T, role string) session {
	t.Helper()
	for _, a := range p.Accounts {
		if a.Role != role {
			continue
		}
		body, err := json.Marshal(map[string]string{"name": a.Name, "password": a.Password})
		require.NoError(t, err)
		res, err := http.Post(p.Console+"/api/v1/session", "application/json", strings.NewReader(string(body)))
		require.NoError(t, err)
		defer res.Body.Close()
		var out struct{ Token string }
		require.NoError(t, json.NewDecoder(res.Body).Decode(&out))
		require.Equal(t, http.StatusOK, res.StatusCode)
		return session{p.Console, out.Token}
	}
	require.FailNow(t, "no account of role "+role)
	return session{}
}

// call makes a request and decodes its answer; it returns the status.
func (s session) call(t *testing.T, method, path, body string, into any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.base+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+s.token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	if into != nil {
		require.NoError(t, json.Unmarshal(data, into), string(data))
	}
	return res.StatusCode
}

// incident is what these tests look at.
type incident struct {
	ID, State, Severity, Mode, Kind, Device string
	Number                                  int64
	Stored, Malformed, Latched              bool
	Presses                                 []struct{ ID string }
	PressCount                              int `json:"press_count"`
	Deliveries                              []struct{ ID, Audience, Recipient, Channel, State string }
}

func (s session) incident(t *testing.T, id string) incident {
	t.Helper()
	var i incident
	require.Equal(t, http.StatusOK, s.call(t, http.MethodGet, "/api/v1/incidents/"+id, "", &i))
	return i
}

// incidents lists all of them, page by page.
func (s session) incidents(t *testing.T) []incident {
	t.Helper()
	var all []incident
	cursor := ""
	for {
		var page struct {
			Incidents []incident
			Next      string
		}
		require.Equal(t, http.StatusOK, s.call(t, http.MethodGet, "/api/v1/incidents?limit=100&cursor="+cursor, "", &page))
		all = append(all, page.Incidents...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

// freeAddress is an address that a process can listen on and that stays the
// same when it is started again.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func readHandout(t *testing.T, dir string) handout {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	require.NoError(t, err)
	var h handout
	require.NoError(t, json.Unmarshal(data, &h))
	return h
}
