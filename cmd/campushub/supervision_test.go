package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/firmware-sim/campus/load"
	"example.org/campushub/firmware-sim/campus/load/packet"
)

// impatient has devices lost sooner, so that a story is short.
func impatient(lost, settle string) func(yaml string) string {
	return func(yaml string) string {
		return strings.Replace(yaml, "  dir: .\n", fmt.Sprintf("  dir: .\n  supervision: {mains_lost: %s, settle: %s}\n", lost, settle), 1)
	}
}

// link is a school's devices, all of which say something now and then.
type link struct {
	s      *served
	all    []*rawClient
	stop   chan struct{}
	ended  sync.WaitGroup
	topics []string
}

// plug connects every device that is not, as many at a time as a hub lets one
// address have before they have signed in.
func (l *link) plug(ctx context.Context, t *testing.T) {
	t.Helper()
	var calls sync.WaitGroup
	room := make(chan struct{}, 24)
	errs := make([]error, len(l.all))
	for n := range l.all {
		if l.all[n] != nil {
			continue
		}
		room <- struct{}{}
		calls.Go(func() {
			defer func() { <-room }()
			user, password := credentials(l.s.handout, fmt.Sprintf("x-%d", n+1))
			l.topics[n] = "campus/" + user + "/reading"
			if l.all[n], errs[n] = dialRaw(ctx, l.s.address(), user, password); errs[n] == nil {
				_ = l.all[n].SetDeadline(time.Time{})
			}
		})
	}
	calls.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

// everybody says something, once.
func (l *link) everybody() {
	for n, c := range l.all {
		_, _ = c.Write(packet.AppendPublish(nil, packet.Message{Topic: l.topics[n], Payload: []byte(`{"values":{"level":1}}`)}))
	}
}

// live has everybody heard until unplug.
func (l *link) live() {
	l.stop = make(chan struct{})
	l.ended.Go(func() {
		tick := time.NewTicker(800 * time.Millisecond)
		defer tick.Stop()
		for {
			l.everybody()
			select {
			case <-tick.C:
			case <-l.stop:
				return
			}
		}
	})
}

// quiet ends live.
func (l *link) quiet() {
	close(l.stop)
	l.ended.Wait()
}

// heardAtOnce has everybody heard within a second, as often as that takes: the
// silence of all of them begins together then, while nobody is missed.
func (l *link) heardAtOnce(t *testing.T, officer session) {
	t.Helper()
	hub := &hubProcess{handout: l.s.handout}
	heard := func() float64 { return metric(t, hub, `campushub_hub_signals_total{kind="reading"}`) }
	require.Eventually(t, func() bool {
		before, began := heard(), time.Now()
		l.everybody()
		for heard() < before+float64(len(l.all)) {
			if time.Since(began) > patience {
				return false
			}
		}
		return time.Since(began) < time.Second && len(since(officer.incidents(t), nil, true)) == 0
	}, patience, time.Millisecond)
}

// cut resets every other connection; of the rest nothing is heard any more.
func (l *link) cut() {
	for n := 0; n < len(l.all); n += 2 {
		if tcp, ok := l.all[n].Conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = l.all[n].Close()
		l.all[n] = nil
	}
}

// standing counts devices by what supervision knows of them.
func (s *served) standing(t *testing.T, state string) int {
	t.Helper()
	return int(metric(t, &hubProcess{handout: s.handout}, fmt.Sprintf("campushub_supervision_devices{school=%q,state=%q}", s.School, state)))
}

// since lists the incidents that are not among those, as kind and device.
func since(all, before []incident, unresolved bool) []string {
	out := []string{}
	for _, i := range all {
		known := slices.ContainsFunc(before, func(b incident) bool { return b.ID == i.ID })
		if !known && (!unresolved || i.State != "resolved") {
			out = append(out, i.Kind+" "+i.Device)
		}
	}
	return out
}

// Two thousand devices of a school are silent from one moment on, half of them
// with their connections reset: that is one incident, however long it lasts,
// and it ends when they are back.
func TestALinkOf2000DevicesThatIsCutIsOneIncident(t *testing.T) {
	const n = 2000
	s := provisionWith(t, n, impatient("4s", "1s"))
	s.start()
	ctx, _ := signUp(t)
	l := &link{s: s, all: make([]*rawClient, n), topics: make([]string, n)}
	t.Cleanup(func() {
		for _, c := range l.all {
			if c != nil {
				_ = c.Close()
			}
		}
	})
	l.plug(ctx, t)
	l.live()
	officer := (&hubProcess{handout: s.handout}).signIn(t, "officer")
	require.Eventually(t, func() bool { return s.standing(t, "present") == n && len(since(officer.incidents(t), nil, true)) == 0 },
		patience, 50*time.Millisecond)
	l.quiet()

	l.heardAtOnce(t, officer)
	before := officer.incidents(t)
	l.cut()
	require.Eventually(t, func() bool { return s.standing(t, "lost") == n }, patience, 50*time.Millisecond, "each is known to be lost")
	require.Equal(t, []string{"uplink-lost uplink"}, since(officer.incidents(t), before, false), "and all of them are one incident")

	l.plug(ctx, t)
	l.live()
	defer l.quiet()
	require.Eventually(t, func() bool {
		return s.standing(t, "present") == n && len(since(officer.incidents(t), nil, true)) == 0
	}, patience, 50*time.Millisecond, "it ends when they are back")
}

// blow has devices send readings, by the thousand a second, until what it
// gives ends it.
func (s *served) blow(ctx context.Context, t *testing.T, n int) (end func()) {
	t.Helper()
	c := load.StormConfig{Address: s.address(), Rate: 3000, Count: 1 << 30}
	for i := range n {
		user, password := credentials(s.handout, fmt.Sprintf("x-%d", i+1))
		c.Devices = append(c.Devices, load.Device{School: s.School, ID: fmt.Sprintf("x-%d", i+1), Username: user, Password: password})
	}
	ctx, cancel := context.WithCancel(ctx)
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := load.Storm(ctx, c, func() { close(ready) })
		done <- err
	}()
	select {
	case <-ready:
	case err := <-done:
		require.NoError(t, err)
	}
	return func() { cancel(); <-done }
}

// A hub is stopped, and then killed under a storm of readings: who comes back
// after its start is not missed, and the one who does not is.
func TestAHubThatIsKilledInAStormMissesWhoIsMissing(t *testing.T) {
	const n = 300
	const lost = 5 * time.Second
	s := provisionWith(t, n, impatient(lost.String(), "3s"))
	ctx, _ := signUp(t)
	storm := func() func() {
		s.start()
		end := s.blow(ctx, t, n)
		require.Eventually(t, func() bool { return s.standing(t, "present") == n }, patience, 50*time.Millisecond)
		return end
	}
	end := storm()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM)) // it writes down whom it has heard
	_ = s.cmd.Wait()
	written := time.Now()
	end()
	end = storm()
	require.Eventually(t, func() bool { return time.Since(written) > lost }, patience, 50*time.Millisecond, "by what it wrote down all are silent for too long")
	s.kill()
	end()

	s.start()
	t.Cleanup(s.blow(ctx, t, n-1))
	officer := (&hubProcess{handout: s.handout}).signIn(t, "officer")
	require.Eventually(t, func() bool { return len(officer.incidents(t)) > 0 }, patience, 50*time.Millisecond)
	require.Eventually(t, func() bool { return s.standing(t, "lost") == 1 && s.standing(t, "present") == n-1 }, patience, 50*time.Millisecond)
	assert.Equal(t, []string{fmt.Sprintf("button-lost x-%d", n)}, since(officer.incidents(t), nil, false))
}
