package delivertest

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// SinkHarness is a Sink that is no lane as the suite needs it.
type SinkHarness struct {
	// New returns the sink and its recipients, all of them connected.
	New func(t *testing.T, r deliver.Reporter) (deliver.Sink, Peers)
	// Message is one for the first recipient; Other is another recipient.
	Message deliver.Message
	Other   string
	// Carries reports whether the sink hands the message itself over, and not
	// only that there is one.
	Carries bool
}

// Peers are a sink's recipients.
type Peers interface {
	// Stick keeps a recipient connected and from taking anything.
	Stick(recipient string)
	// Loosen lets it take what waits for it, and what comes.
	Loosen(recipient string)
	// Hang lets nothing that is written to the recipient return, against the
	// rules, until Loosen.
	Hang(recipient string)
	// Leave ends its connection, and Come makes a new one.
	Leave(recipient string)
	Come(recipient string)
	// Took lists what the recipient has taken.
	Took(recipient string) []Taken
}

// Taken is a message as its recipient took it.
type Taken struct {
	Delivery string
	Number   int64
	All      string // that could be read, "" where the sink carries nothing
}

// ConformSink runs the suite.
func ConformSink(t *testing.T, h SinkHarness) {
	for name, test := range map[string]func(*testing.T, *stage){
		"tells at once":                            h.tellsAtOnce,
		"late is told as late":                     h.late,
		"nobody there is said at once":             h.absent,
		"a stuck peer holds up nobody else":        h.stuck,
		"newer news takes the waiting one's place": h.newest,
		"the same delivery again":                  h.again,
		"tells what it is given and no more":       h.redacts,
		"confidential news reaches nobody else":    h.confidential,
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { test(t, h.stage(t)) }) })
	}
	t.Run("a peer that hangs holds up nobody else", func(t *testing.T) { h.hangs(t, h.stage(t)) })
}

// stage is a sink with its recipients and what it reports.
type stage struct {
	deliver.Sink
	Peers

	mu  sync.Mutex // guards all
	all []alerting.Progress
}

func (h SinkHarness) stage(t *testing.T) *stage {
	s := &stage{}
	s.Sink, s.Peers = h.New(t, s)
	return s
}

// Report keeps a report.
func (s *stage) Report(p alerting.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, p)
}

// of lists the reports about a delivery.
func (s *stage) of(delivery string) (out []alerting.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.all {
		if p.Delivery == delivery {
			out = append(out, p)
		}
	}
	return out
}

// got is when a delivery was first reported handed, or further; zero is never.
func (s *stage) got(delivery string) time.Time {
	for _, p := range s.of(delivery) {
		if p.State == alerting.Handed || p.State == alerting.Received {
			return p.At
		}
	}
	return time.Time{}
}

// message is one about an incident of its own, due in two seconds.
func (h SinkHarness) message(id string) deliver.Message {
	m := h.Message
	m.Delivery, m.Incident, m.Deadline = "delivery-"+id, "incident-"+id, time.Now().Add(2*time.Second)
	return m
}

func (h SinkHarness) to(recipient string, m deliver.Message) deliver.Message {
	m.Recipient = recipient
	return m
}

func (h SinkHarness) tellsAtOnce(t *testing.T, s *stage) {
	m, began := h.message("a"), time.Now()
	s.Tell(m)
	synctest.Wait()
	require.Equal(t, began, time.Now(), "Tell does not wait")
	assert.Equal(t, began, s.got(m.Delivery))
	require.Len(t, s.Took(m.Recipient), 1)
	assert.Equal(t, m.Delivery, s.Took(m.Recipient)[0].Delivery)
}

// late holds a sink to the truth about a peer that takes nothing until the
// deadline is over: nothing is reported that did not happen, so that the next
// path begins; and the alarm goes out all the same, under the same id, with
// the time at which it did.
func (h SinkHarness) late(t *testing.T, s *stage) {
	m := h.message("a")
	s.Stick(m.Recipient)
	s.Tell(m)
	time.Sleep(time.Until(m.Deadline) + time.Second)
	assert.Zero(t, s.got(m.Delivery), "nobody took it")
	over := h.message("b")
	over.Deadline = time.Now().Add(-time.Second)
	s.Tell(over)

	s.Loosen(m.Recipient)
	synctest.Wait()

	for _, d := range []deliver.Message{m, over} {
		assert.True(t, s.got(d.Delivery).After(d.Deadline), "%s: late is told as late, and told: %v", d.Delivery, s.of(d.Delivery))
	}
	assert.Len(t, s.Took(m.Recipient), 2)
}

func (h SinkHarness) absent(t *testing.T, s *stage) {
	m, began := h.message("a"), time.Now()
	s.Leave(m.Recipient)
	s.Tell(m)
	synctest.Wait()
	require.Len(t, s.of(m.Delivery), 1)
	got := s.of(m.Delivery)[0]
	assert.Equal(t, alerting.Planned, got.State)
	assert.Equal(t, "not connected", got.Reason, "and nothing of what was to be told")
	assert.Equal(t, began, got.At, "the next path begins at once")
	assert.Empty(t, s.Took(m.Recipient))
}

// plenty is more than any recipient may owe.
const plenty = 600

func (h SinkHarness) stuck(t *testing.T, s *stage) {
	s.Stick(h.Message.Recipient)
	began := time.Now()
	for n := range plenty {
		s.Tell(h.message(fmt.Sprint(n)))
	}
	other := h.to(h.Other, h.message("other"))
	s.Tell(other)
	synctest.Wait()
	assert.Equal(t, began, s.got(other.Delivery), "told before anything else happens")
	assert.Empty(t, s.Took(h.Message.Recipient))

	s.Loosen(h.Message.Recipient)
	synctest.Wait()
	assert.Len(t, s.Took(h.Message.Recipient), plenty, "and nothing of what waited is lost")
}

// hangs is in no bubble: what waits for a lock there would never end.
func (h SinkHarness) hangs(t *testing.T, s *stage) {
	s.Hang(h.Message.Recipient)
	var waiting sync.WaitGroup
	waiting.Go(func() { s.Tell(h.message("hangs")) })
	other, told := h.to(h.Other, h.message("other")), make(chan struct{})
	waiting.Go(func() {
		defer close(told)
		s.Tell(other)
	})
	select {
	case <-told:
	case <-time.After(patience):
		require.FailNow(t, "another recipient's alarm waits for one that hangs")
	}
	s.Loosen(h.Message.Recipient)
	waiting.Wait()
	require.Eventually(t, func() bool { return !s.got(other.Delivery).IsZero() }, patience, time.Millisecond)
}

// newest lets only the latest of what waits for a recipient reach them.
func (h SinkHarness) newest(t *testing.T, s *stage) {
	s.Stick(h.Message.Recipient)
	for n := range plenty { // until nothing more is taken in
		s.Tell(h.message(fmt.Sprint(n)))
	}
	older, newer := h.message("older"), h.message("newer")
	newer.Incident, newer.Number = older.Incident, older.Number+1
	s.Tell(older)
	s.Tell(newer)
	s.Loosen(h.Message.Recipient)
	synctest.Wait()
	assert.Zero(t, s.got(older.Delivery), "what is out of date is not told")
	assert.NotZero(t, s.got(newer.Delivery))
}

// again tells once more after a new connection, as the engine does.
func (h SinkHarness) again(t *testing.T, s *stage) {
	m := h.message("a")
	s.Tell(m)
	synctest.Wait()
	s.Leave(m.Recipient)
	s.Come(m.Recipient)
	m.Again = true
	s.Tell(m)
	synctest.Wait()
	took := s.Took(m.Recipient)
	require.Len(t, took, 2)
	assert.Equal(t, m.Delivery, took[0].Delivery)
	assert.Equal(t, m.Delivery, took[1].Delivery, "the receiver can tell that it is the same one")
	for _, p := range s.all {
		assert.Equal(t, m.Delivery, p.Delivery)
	}
}
