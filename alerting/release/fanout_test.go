package release_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
)

func phones(n int) []release.Recipient {
	out := make([]release.Recipient, n)
	for i := range out {
		out[i] = release.Recipient{Channel: alerting.ChannelSMS, Address: fmt.Sprintf("+86138%08d", i)}
	}
	return out
}

// The budget: 5 s to the first of 3,000, 60 s to 99 % of them.
func TestThreeThousandParentsWithinTheBudget(t *testing.T) {
	const handing = time.Second // what the gateway takes for a batch
	require.NoError(t, release.CheckPace(3000, 100, 2*time.Second, handing))
	f, err := release.Cut(phones(3000), 100, 2*time.Second, opened)
	require.NoError(t, err)
	require.Len(t, f.Batches(), 30)
	p := release.Begin(f, opened)
	now := opened
	for !f.Done() {
		next, batch, ok := f.Take(now)
		if !ok {
			now = now.Add(100 * time.Millisecond)
			continue
		}
		f = next
		p, err = p.Add(len(batch.Recipients), 0, now.Add(handing))
		require.NoError(t, err)
	}
	assert.Equal(t, 3000, p.Handed)
	assert.LessOrEqual(t, p.First.Sub(opened), release.FirstWithin)
	assert.LessOrEqual(t, p.Most.Sub(opened), release.MostWithin)
	assert.False(t, p.LateFirst(now) || p.LateMost(now))
}

func TestEachRecipientOnceAndInBoundedBatches(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n, size := r.IntN(400), 1+r.IntN(60)
		to := make([]release.Recipient, n)
		for i := range to {
			to[i] = phones(80)[r.IntN(80)]
		}
		f, err := release.Cut(to, size, time.Second, opened)
		require.NoError(t, err)
		want := map[release.Recipient]bool{}
		for _, v := range to {
			want[v] = true
		}
		got := map[release.Recipient]bool{}
		for i, b := range f.Batches() {
			require.LessOrEqual(t, len(b.Recipients), size)
			require.NotEmpty(t, b.Recipients)
			require.Equal(t, opened.Add(time.Duration(i)*time.Second), b.Due)
			for _, v := range b.Recipients {
				require.False(t, got[v], "told twice")
				got[v] = true
			}
		}
		require.Equal(t, want, got)
		require.Equal(t, n, len(got)+f.Doubled)
	}
}

func TestOneParentOfTwoIsOneMessage(t *testing.T) {
	f, err := release.Cut([]release.Recipient{
		{Channel: alerting.ChannelSMS, Address: "+86 138-0000 0001"}, {Channel: alerting.ChannelSMS, Address: "+8613800000001"},
		{Channel: alerting.ChannelMail, Address: "A@x.cn "}, {Channel: alerting.ChannelMail, Address: "a@x.cn"},
		{Channel: alerting.ChannelVoice, Address: "+8613800000001"}, // another way
		{Channel: alerting.ChannelPush, Address: "Ab"}, {Channel: alerting.ChannelPush, Address: "aB"},
		{Channel: alerting.ChannelSMS, Address: " "},
	}, 10, 0, opened)
	require.NoError(t, err)
	assert.Equal(t, 5, f.Recipients())
	assert.Equal(t, 2, f.Doubled)
	assert.Equal(t, 1, f.Unreachable)
}

func TestNeverFasterThanThePace(t *testing.T) {
	f, err := release.Cut(phones(50), 10, 2*time.Second, opened)
	require.NoError(t, err)
	_, _, ok := f.Take(opened.Add(-time.Millisecond))
	require.False(t, ok)
	now := opened.Add(time.Minute) // the hub was busy: all are overdue
	var taken []time.Time
	for !f.Done() {
		next, b, ok := f.Take(now)
		if ok {
			assert.Equal(t, len(taken), b.Index)
			taken, f = append(taken, now), next
		}
		now = now.Add(time.Second)
	}
	require.Len(t, taken, 5)
	for i := 1; i < len(taken); i++ {
		assert.Equal(t, 2*time.Second, taken[i].Sub(taken[i-1]))
	}
	_, ok = f.NextDue()
	assert.False(t, ok)
}

func TestAfterARestartTheRestFollows(t *testing.T) {
	f, err := release.Cut(phones(50), 10, 0, opened)
	require.NoError(t, err)
	f = f.Skip(3)
	f, b, ok := f.Take(opened)
	require.True(t, ok)
	assert.Equal(t, 3, b.Index)
	assert.True(t, f.Skip(99).Done())
}

func TestBoundsOfAFanout(t *testing.T) {
	for name, err := range map[string]error{
		"no batch":     second(release.Cut(nil, 0, 0, opened)),
		"large batch":  second(release.Cut(nil, release.MaxBatch+1, 0, opened)),
		"back in time": second(release.Cut(nil, 1, -1, opened)),
		"too slow":     second(release.Cut(nil, 1, release.MostWithin+1, opened)),
		"too many":     second(release.Cut(make([]release.Recipient, release.MaxRecipients+1), 1, 0, opened)),
		"pace":         release.CheckPace(3000, 50, 2*time.Second, time.Second),
		"handing":      release.CheckPace(3000, 100, 2*time.Second, 3*time.Second),
		"nobody":       release.CheckPace(0, 100, 0, 0),
	} {
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
	}
	f, err := release.Cut(nil, 1, 0, opened)
	require.NoError(t, err)
	assert.True(t, f.Done())
	assert.False(t, release.Begin(f, opened).Done.IsZero(), "nobody to tell is told at once")
}

func second[A any](_ A, err error) error { return err }

func TestProgressIsFiguresAndAddsUp(t *testing.T) {
	f, err := release.Cut(phones(200), 100, 0, opened)
	require.NoError(t, err)
	p := release.Begin(f, opened)
	at := func(s int) time.Time { return opened.Add(time.Duration(s) * time.Second) }
	assert.True(t, p.LateFirst(at(6)))
	assert.False(t, p.LateFirst(at(5)))
	p, err = p.Add(197, 3, at(5))
	require.NoError(t, err)
	assert.True(t, p.Most.IsZero(), "198 are 99 %")
	assert.True(t, p.LateMost(at(61)))
	assert.Equal(t, at(5), p.Done)
	for _, c := range [][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
		_, err = p.Add(c[0], c[1], at(6))
		require.ErrorIs(t, err, alerting.ErrInvalid)
	}
	_, err = p.Retried(4)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	p, err = p.Retried(2)
	require.NoError(t, err)
	assert.True(t, p.Done.IsZero())
	p, err = p.Add(1, 1, at(60))
	require.NoError(t, err)
	assert.Equal(t, at(60), p.Most)
	assert.False(t, p.LateMost(at(999)))

	raw, err := json.Marshal(p)
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "138")
}
