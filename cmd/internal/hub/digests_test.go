package hub

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// post is a nudger that takes everything down.
type post struct {
	mu   sync.Mutex // guards got
	got  []watch.Nudge
	fail error
}

// told is what it took down until now.
func (p *post) told() []watch.Nudge {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

func (p *post) Nudge(n watch.Nudge, done func(error)) error {
	p.mu.Lock()
	p.got = append(p.got, n)
	p.mu.Unlock()
	go done(p.fail)
	return nil
}

// shelf is what the disk takes of it.
type shelf struct {
	*office.Store
	broken atomic.Bool
}

func (s *shelf) SaveErrand(ctx context.Context, e office.Errand) error {
	if s.broken.Load() {
		return errors.New("the disk is full")
	}
	return s.Store.SaveErrand(ctx, e)
}

// summary is a school with an officer, a duty leader and a lost device, in a
// bubble that begins on a Saturday, 8 o'clock by the school's clock.
type summary struct {
	*post
	book  *shelf
	path  string
	open  atomic.Pointer[[]alerting.Incident]
	stops context.CancelFunc
}

func summarised(t *testing.T, f func(t *testing.T, s *summary)) {
	path := filepath.Join(t.TempDir(), "office.db")
	synctest.Test(t, func(t *testing.T) {
		s := &summary{post: &post{}, path: path}
		s.open.Store(&[]alerting.Incident{{
			ID: "1", School: "ziwei", Kind: "device-lost", Severity: alerting.Low, Mode: devices.Live, State: alerting.StateOpen,
			OpenedAt: time.Now(), RoundAt: time.Now(), Place: alerting.Place{Name: alerting.Text{ZH: "北门", EN: "North gate"}},
		}})
		f(t, s)
	})
}

// run starts the errands of a hub; stop ends them.
func (s *summary) run(t *testing.T) {
	t.Helper()
	phone := func(name, number string, duty people.Duty) people.Contact {
		return people.Contact{
			Name: name, Audience: alerting.School, Duties: []people.Duty{duty}, Schools: []string{"ziwei"},
			Paths: []people.Path{{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: number, Gateway: "g"}},
		}
	}
	dir := people.New(people.Lists{
		Schools:  []people.School{{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Zone: time.FixedZone("CST", 8*3600)}},
		Contacts: []people.Contact{phone("safety", "+8613800000001", people.DutyOfficer), phone("head", "+8613800000002", people.DutyPrincipal)},
		Accounts: []people.Account{{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}}},
	})
	dir = dir.WithPolicy(policy.Compile(dir, nil))
	store, err := office.Open(t.Context(), s.path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	s.book = &shelf{Store: store}
	e := newErrands(s.book, s.post, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	weekend := func(_ string, at time.Time) bool {
		d := at.In(time.FixedZone("CST", 8*3600)).Weekday()
		return d == time.Saturday || d == time.Sunday
	}
	who := func() *people.Directory { return dir }
	e.due = append(e.due, digests{func() []alerting.Incident { return *s.open.Load() }, who, weekend, e}.due)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- e.run(ctx) }()
	s.stops = func() {
		cancel()
		assert.NoError(t, <-done)
		assert.NoError(t, store.Close())
	}
}

func until(day int, clock string) {
	at, _ := time.Parse("15:04:05", clock)
	want := time.Date(2000, 1, day, at.Hour(), at.Minute(), at.Second(), 0, time.FixedZone("CST", 8*3600))
	time.Sleep(time.Until(want))
	synctest.Wait()
}

func TestTheDailySummaryGoesOutOnceAtItsTimeOnDaysWithPeopleAtSchool(t *testing.T) {
	summarised(t, func(t *testing.T, s *summary) {
		s.run(t)
		until(3, "08:29:59")
		assert.Empty(t, s.told(), "the weekend is over, and nobody was told on it")
		until(3, "08:30:06")
		require.Len(t, s.told(), 2, "the officer, and the officer's page; not the principal")
		assert.Equal(t, "officer", s.told()[0].Account, "whose browsers may be reached")
		assert.Equal(t, "safety", s.told()[1].Contact)
		assert.Equal(t, "【每日汇总】01-03 紫薇小学:1 件无人接手,设备失联 1(北门)。请登录处理", s.told()[0].Text.ZH)
		assert.NotEqual(t, s.told()[0].ID, s.told()[1].ID)
		until(3, "09:00:00")
		s.stops()
		s.run(t)
		until(3, "18:00:00")
		assert.Len(t, s.told(), 2, "once, over a restart")
		s.open.Store(&[]alerting.Incident{})
		until(4, "08:31:00")
		s.open.Store(&[]alerting.Incident{{ID: "2", School: "ziwei", Kind: "device-lost", Mode: devices.Live, State: alerting.StateOpen}})
		until(4, "12:00:00")
		assert.Len(t, s.told(), 2, "there was nothing to say at its time")
		until(5, "08:31:00")
		assert.Len(t, s.told(), 4, "the next day there is")
		s.stops()
	})
}

func TestASummaryThatAnOutageHeldUpStillGoesOutAndNotInTheAfternoon(t *testing.T) {
	summarised(t, func(t *testing.T, s *summary) {
		until(3, "10:00:00")
		s.run(t)
		until(3, "10:00:10")
		assert.Len(t, s.told(), 2)
		s.stops()
		until(4, "14:00:00")
		s.run(t)
		until(4, "15:00:00")
		assert.Len(t, s.told(), 2, "what is open stands in the next one")
		s.stops()
	})
}

// Nobody is told before it is on the disk that they are, with what: else a
// restart would tell them something else.
func TestASummaryWaitsForTheDisk(t *testing.T) {
	summarised(t, func(t *testing.T, s *summary) {
		s.run(t)
		s.book.broken.Store(true)
		until(3, "08:40:00")
		assert.Empty(t, s.told())
		s.book.broken.Store(false)
		until(3, "08:40:10")
		assert.Len(t, s.told(), 2)
		s.stops()
	})
}
