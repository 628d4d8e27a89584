package notice_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// gateway is a sender in this process.
type gateway struct {
	mu   sync.Mutex // guards what follows
	got  []notice.Letter
	at   []time.Time // of each
	fail func(l notice.Letter, before int) error
	hold chan struct{}
}

func (g *gateway) Hand(ctx context.Context, l notice.Letter) error {
	if g.hold != nil {
		select {
		case <-g.hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fail != nil {
		if err := g.fail(l, len(g.got)); err != nil {
			return err
		}
	}
	g.got, g.at = append(g.got, l), append(g.at, time.Now())
	return nil
}

func (g *gateway) letters() []notice.Letter {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]notice.Letter{}, g.got...)
}

// posting is a post with a book on disk.
type posting struct {
	*notice.Post
	store *office.Store
	stop  func()
}

func carry(t *testing.T, path string, g *gateway, n int) *posting {
	t.Helper()
	return carryAt(t, path, g, n, -1)
}

func carryAt(t *testing.T, path string, g *gateway, n int, pace time.Duration) *posting {
	t.Helper()
	return carryBy(t, path, g, n, notice.PostConfig{Workers: 4, Batch: 10, Pace: pace})
}

func carryBy(t *testing.T, path string, g *gateway, n int, cfg notice.PostConfig) *posting {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	store, err := office.Open(t.Context(), path, log)
	require.NoError(t, err)
	if n > 0 {
		var all []people.Parent
		for k := range n {
			language := "zh"
			if k == 1 {
				language = "en"
			}
			all = append(all, people.Parent{Channel: alerting.ChannelSMS, Address: fmt.Sprintf("+86139%08d", k), Language: language})
		}
		require.NoError(t, store.ReplaceParents(t.Context(), school, all))
	}
	p := &posting{store: store, Post: notice.NewPost(cfg, store,
		func(string, alerting.Channel) (notice.Sender, bool) { return g, g != nil }, log)}
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = p.Run(ctx) })
	p.stop = sync.OnceFunc(func() {
		cancel()
		done.Wait()
		_ = store.Close()
	})
	t.Cleanup(p.stop)
	return p
}

func sent(number int) notice.Sent {
	return notice.Sent{
		ID: fmt.Sprintf("n-%d", number), School: school, Number: number, Mode: devices.Live,
		Text: alerting.Text{ZH: "通知", EN: "Notice"}, At: time.Now(),
	}
}

func (p *posting) figure(t *testing.T, id string, done func(notice.Figure) bool) notice.Figure {
	t.Helper()
	var f notice.Figure
	require.Eventually(t, func() bool {
		all := p.Figures(id)
		if len(all) == 1 {
			f = all[0]
		}
		return len(all) == 1 && done(f)
	}, 20*time.Second, time.Millisecond)
	return f
}

func over(f notice.Figure) bool { return !f.Done.IsZero() }

func TestLettersBeginEvenlyAndAlarmsFitBetweenThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{}
		began := time.Now()
		p := carryAt(t, path, g, 35, time.Second) // in tens, four at once
		p.Begin(sent(1))
		time.Sleep(time.Minute)
		p.stop()
		require.Len(t, g.at, 35)
		for k, at := range g.at {
			assert.Equal(t, time.Duration(k)*time.Second/10, at.Sub(began), "letter %d", k)
		}
	})
}

func TestASlowGatewayIsNotCaughtUpWith(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{hold: make(chan struct{})}
		p := carryAt(t, path, g, 10, time.Second)
		p.Begin(sent(1))
		time.Sleep(4 * time.Second) // the four that are under way have hung since
		close(g.hold)
		released := time.Now()
		time.Sleep(time.Minute)
		p.stop()
		require.Len(t, g.at, 10)
		for k, at := range g.at[5:] { // the fifth waited for a worker
			assert.Equal(t, time.Duration(k)*time.Second/10, at.Sub(released), "letter %d", k+5)
		}
	})
}

func TestEachParentIsHandedOneLanguageOnce(t *testing.T) {
	g := &gateway{}
	p := carry(t, filepath.Join(t.TempDir(), "office.db"), g, 25)
	p.Begin(sent(1))
	p.Begin(sent(1)) // the desk may say it again
	f := p.figure(t, "n-1", over)
	assert.Equal(t, 25, f.Handed)
	seen := map[string]int{}
	for _, l := range g.letters() {
		seen[l.ID]++
		if l.Address == "+8613900000001" {
			assert.Equal(t, alerting.Text{EN: "Notice"}, l.Text)
		} else {
			assert.Equal(t, alerting.Text{ZH: "通知"}, l.Text)
		}
	}
	assert.Len(t, seen, 25)
}

func TestWhatFailsIsTriedAgainAndThenCounted(t *testing.T) {
	tried := map[string]int{}
	g := &gateway{fail: func(l notice.Letter, _ int) error {
		tried[l.Address]++
		switch {
		case l.Address == "+8613900000000":
			return deliver.Permanent(errors.New("no such number"))
		case l.Address == "+8613900000002" && tried[l.Address] == 1:
			return errors.New("busy")
		case l.Address == "+8613900000003":
			return errors.New("busy")
		}
		return nil
	}}
	p := carry(t, filepath.Join(t.TempDir(), "office.db"), g, 5)
	p.Begin(sent(1))
	f := p.figure(t, "n-1", over)
	assert.Equal(t, [2]int{3, 2}, [2]int{f.Handed, f.Failed})
	assert.Equal(t, 1, tried["+8613900000000"], "for good is for good")
	assert.Equal(t, 2, tried["+8613900000002"])
	assert.Equal(t, 3, tried["+8613900000003"])
}

func TestAStopGoesOnWithTheRestAfterTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	g := &gateway{hold: make(chan struct{}, 100)}
	p := carry(t, path, g, 30)
	s := sent(1)
	p.Begin(s)
	for range 12 {
		g.hold <- struct{}{}
	}
	p.figure(t, s.ID, func(f notice.Figure) bool { return f.Handed == 12 })
	p.stop()

	rest := &gateway{}
	again := carry(t, path, rest, 0)
	again.Begin(s)
	f := again.figure(t, s.ID, over)
	assert.Equal(t, 30, f.Handed)
	once := map[string]bool{}
	for _, l := range append(g.letters(), rest.letters()...) {
		assert.False(t, once[l.Address], "nobody twice")
		once[l.Address] = true
	}
	assert.Len(t, once, 30)
}

func TestANewNumberStopsTheOldOne(t *testing.T) {
	g := &gateway{hold: make(chan struct{}, 100)}
	p := carry(t, filepath.Join(t.TempDir(), "office.db"), g, 30)
	p.Begin(sent(1))
	g.hold <- struct{}{}
	p.figure(t, "n-1", func(f notice.Figure) bool { return f.Handed == 1 })
	p.Begin(sent(2))
	f := p.figure(t, "n-1", over)
	assert.Equal(t, "replaced", f.Ended)
	for range 60 {
		g.hold <- struct{}{}
	}
	assert.Equal(t, 30, p.figure(t, "n-2", over).Handed)
}

func TestANoticeOfYesterdayIsNotSentAndNoGatewayIsSaid(t *testing.T) {
	p := carry(t, filepath.Join(t.TempDir(), "office.db"), nil, 3)
	old := sent(1)
	old.At = time.Now().Add(-notice.UsefulFor - time.Minute)
	p.Begin(old)
	p.Begin(sent(2))
	assert.Equal(t, "no gateway", p.figure(t, "n-2", over).Ended)
	assert.Empty(t, p.Figures("n-1"))
}
