package telemetry

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// The test binary is its own hub where these are set.
const (
	childDir = "CAMPUSHUB_TEST_TELEMETRY_DIR"
	childURL = "CAMPUSHUB_TEST_TELEMETRY_URL"
)

// TestChild is no test: it takes readings from its standard input, answers
// each that it has taken with a line, and ends when all has been delivered.
func TestChild(t *testing.T) {
	if os.Getenv(childDir) == "" {
		return
	}
	st := startStation(t, os.Getenv(childDir), quick(os.Getenv(childURL)))
	st.patience = time.Minute // a busy machine is no slow disk: what is taken is in the spool
	fmt.Println("ready")
	in := json.NewDecoder(os.Stdin)
	for {
		var r devices.Reading
		if err := in.Decode(&r); err != nil {
			break
		}
		st.Reading(r)
		fmt.Println("taken")
	}
	st.drained(t)
}

// child is a hub in a process of its own.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startChild(t *testing.T, dir, url string) *child {
	t.Helper()
	c := &child{cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$")}
	c.cmd.Env = append(os.Environ(), childDir+"="+dir, childURL+"="+url)
	in, err := c.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	c.in, c.out = in, bufio.NewScanner(out)
	require.True(t, c.out.Scan())
	require.Equal(t, "ready", c.out.Text())
	return c
}

// take hands readings over, each when the one before was taken. The last ones
// follow each other at once, and where the hub is to die it dies then. What it
// has not acknowledged is returned.
func (c *child) take(t *testing.T, readings []devices.Reading, die bool) []devices.Reading {
	t.Helper()
	out := json.NewEncoder(c.in)
	calm := len(readings) - 30
	for _, r := range readings[:calm] {
		require.NoError(t, out.Encode(r))
		require.True(t, c.out.Scan())
		require.Equal(t, "taken", c.out.Text())
	}
	for _, r := range readings[calm:] {
		require.NoError(t, out.Encode(r))
	}
	if die {
		require.NoError(t, c.cmd.Process.Kill())
	} else {
		require.NoError(t, c.in.Close())
	}
	for calm < len(readings) && c.out.Scan() && c.out.Text() == "taken" {
		calm++
	}
	for c.out.Scan() { // what the test binary says at its end
	}
	_ = c.cmd.Wait() // killed, as a rule
	return readings[calm:]
}

// A hub that is killed with a full spool, again and again, its InfluxDB away:
// what it has acknowledged arrives, and what it has not is sent again by the
// device, as any device would.
func TestHubKilledWithAFullSpool(t *testing.T) {
	s := startInflux(t, t.TempDir())
	setUp(t, s)
	g := newGateway(t, s)
	g.answer.Store(http.StatusServiceUnavailable)
	dir := t.TempDir()
	f := newFleet("boot-1")
	stamps := map[string][]int64{} // of each reading, once for each time that it was sent
	var again []devices.Reading
	const rounds = 5
	for round := range rounds {
		if round == 2 {
			g.answer.Store(0) // from now on it is killed while it fills in
		}
		todo := again
		for range 40 {
			todo = append(todo, f.next(20)...)
		}
		for i := range todo {
			if i < len(again) {
				todo[i].ReceivedAt = time.Now()
			}
			key := fmt.Sprintf("%s boot-1 %d", todo[i].From.Device, todo[i].Seq)
			stamps[key] = append(stamps[key], todo[i].ReceivedAt.Add(-todo[i].Age).UnixNano())
		}
		again = startChild(t, dir, g.URL).take(t, todo, round < rounds-1)
		t.Log(len(again), "readings were not acknowledged")
	}
	require.Empty(t, again)
	values, at := held(t, s)
	require.Len(t, values, len(f.sent), "no gap, no duplicate")
	for key, want := range f.sent {
		require.Equal(t, want, values[key], key)
		require.Contains(t, stamps[key], at[key], key)
	}
}
