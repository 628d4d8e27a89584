package notice_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/subscribe"
)

// phone is a number behind all of the school's list.
func phone(k int) string { return fmt.Sprintf("+86139%08d", k) }

func (p *posting) subscribes(t *testing.T, number, language string) (id string) {
	t.Helper()
	s, err := p.store.Subscribe(t.Context(), subscribe.Wish{School: school, Number: number, Language: language}, time.Now())
	require.NoError(t, err)
	return s.ID
}

func TestWhoSubscribedIsToldWithTheListAndNobodyTwice(t *testing.T) {
	g := &gateway{}
	p := carry(t, filepath.Join(t.TempDir(), "office.db"), g, 3)
	p.subscribes(t, phone(0), "en") // on the list too, in Chinese
	p.subscribes(t, phone(100), "zh")
	_, err := p.store.Subscribe(t.Context(), subscribe.Wish{School: other, Number: phone(200), Language: "zh"}, time.Now())
	require.NoError(t, err)
	p.Begin(sent(1))
	f := p.figure(t, "n-1", over)
	assert.Equal(t, 4, f.Handed)
	got := map[string]string{}
	for _, l := range g.letters() {
		assert.NotContains(t, got, l.Address, "told twice")
		got[l.Address] = l.Text.ZH + l.Text.EN
	}
	assert.Equal(t, map[string]string{phone(0): "Notice", phone(1): "Notice", phone(2): "通知", phone(100): "通知"}, got,
		"each in the language that they chose, and nobody of another school")
}

// TestWhoUnsubscribesIsNotToldAnyMore ends one subscription while letters are
// going out: neither its batch nor a later one, nor a restart, tells them.
func TestWhoUnsubscribesIsNotToldAnyMore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{}
		p := carryAt(t, path, g, 25, time.Second) // in tens, evenly
		listed := p.subscribes(t, phone(24), "zh")
		soon, late := p.subscribes(t, phone(100), "zh"), p.subscribes(t, phone(101), "zh")
		stays := phone(102)
		p.subscribes(t, stays, "zh")
		p.Begin(sent(1))
		time.Sleep(2450 * time.Millisecond) // 25 of the list are out: the three wait in the batch that is running
		for _, id := range []string{listed, soon} {
			require.NoError(t, p.store.Unsubscribe(t.Context(), id, "", time.Now()))
		}
		time.Sleep(100 * time.Millisecond)
		p.stop() // one of the three is taken out by now
		p = carryAt(t, path, g, 0, time.Second)
		require.NoError(t, p.store.Unsubscribe(t.Context(), late, "", time.Now()))
		p.Begin(sent(1))
		time.Sleep(time.Minute)
		assert.True(t, over(p.Figures("n-1")[0]))
		assert.Equal(t, 26, p.Figures("n-1")[0].Total, "neither handed nor failed")
		assert.Equal(t, 26, p.Figures("n-1")[0].Handed)
		p.stop()
		got := map[string]int{}
		for _, l := range g.letters() {
			got[l.Address]++
		}
		assert.Len(t, got, 26)
		assert.Zero(t, got[phone(100)])
		assert.Zero(t, got[phone(101)])
		assert.Equal(t, 1, got[phone(24)], "the school's list is the school's")
		assert.Equal(t, 1, got[stays])
	})
}

func TestWhoUnsubscribesWhileTheGatewayFailsIsNotTriedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	synctest.Test(t, func(t *testing.T) {
		var tries atomic.Int64
		g := &gateway{fail: func(notice.Letter, int) error { tries.Add(1); return errDisk }}
		p := carryAt(t, path, g, 0, time.Second)
		id := p.subscribes(t, phone(100), "zh")
		p.Begin(sent(1))
		time.Sleep(100 * time.Millisecond) // between the first attempt and the second
		require.NoError(t, p.store.Unsubscribe(t.Context(), id, "", time.Now()))
		time.Sleep(time.Minute)
		assert.EqualValues(t, 1, tries.Load())
		assert.Zero(t, p.Figures("n-1")[0].Total)
		assert.True(t, over(p.Figures("n-1")[0]))
		p.stop()
	})
}
