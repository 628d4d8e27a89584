package journal

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// childVariable makes the test binary a hub that appends until it is killed.
const childVariable = "CAMPUSHUB_JOURNAL_CHILD"

// child prints the number of each event once it is stored.
func child(path string) int {
	j, err := Open(context.Background(), Config{Path: path}, quiet(), prometheus.NewRegistry())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	go func() {
		h := newHub(nil, j)
		waiting := make(chan struct{}, 300)
		for {
			e, i := h.open(h.press(fmt.Sprintf("s-%d", h.seq%3), "b", pressID(int(h.seq))), opening())
			for _, e := range []Entry{e, h.command(i, alerting.VerbNote), h.command(i, alerting.VerbReset), h.command(i, alerting.VerbResolve)} {
				waiting <- struct{}{}
				e.Done = func(o Outcome) {
					fmt.Printf("%d\n", e.Event.Seq)
					<-waiting
				}
				e.Tellings = telling(*i, alerting.Handed)
				if err := j.Append(e); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
			}
		}
	}()
	if err := j.Run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return 1
}

func TestNothingStoredIsLostByKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	var printed []int64
	for range 20 {
		printed = append(printed, runAndKill(t, path, 1+rand.IntN(2500))...)

		j, _ := openJournal(t, Config{Path: path})
		stored, err := collect(t.Context(), j.db, scanText, `SELECT seq FROM events ORDER BY seq`)
		require.NoError(t, err)
		in := map[string]bool{}
		for _, s := range stored {
			in[s] = true
		}
		for _, seq := range printed {
			require.True(t, in[strconv.FormatInt(seq, 10)], "event %d was said to be stored", seq)
		}
		require.GreaterOrEqual(t, j.LastSeq(), printed[len(printed)-1])
		require.NoError(t, j.Close())
		report, err := Verify(t.Context(), path)
		require.NoError(t, err)
		require.True(t, report.OK(), "%+v", report)
	}
	assert.Greater(t, len(printed), 20)
}

// runAndKill lets a hub write until it has printed so many numbers, and kills
// it where it stands.
func runAndKill(t *testing.T, path string, lines int) []int64 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var printed []int64
	scanner := bufio.NewScanner(out)
	for scanner.Scan() {
		seq, err := strconv.ParseInt(scanner.Text(), 10, 64)
		if err != nil {
			break // the last line may be cut short
		}
		printed = append(printed, seq)
		if len(printed) == lines {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.Error(t, cmd.Wait(), "killed")
	require.GreaterOrEqual(t, len(printed), lines, "the hub ended by itself")
	return printed
}
