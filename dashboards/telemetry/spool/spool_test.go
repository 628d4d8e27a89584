package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var day = time.Date(2026, 9, 1, 7, 30, 0, 0, time.UTC)

func open(t *testing.T, c Config) *Spool {
	t.Helper()
	s, err := Open(c, day)
	require.NoError(t, err)
	return s
}

// write appends records from a to before b, ten at a time.
func write(t *testing.T, s *Spool, c Class, a, b int, now time.Time) {
	t.Helper()
	for a < b {
		var batch [][]byte
		for range min(10, b-a) {
			batch = append(batch, fmt.Appendf(nil, "%s %06d", c, a))
			a++
		}
		require.NoError(t, s.Append(c, batch, now))
	}
}

// read returns every record of a class from an index on.
func read(t *testing.T, s *Spool, c Class, from uint64, limit int) (all []string, damaged uint64) {
	t.Helper()
	r := s.NewReader(c)
	defer r.Close()
	_, end := s.Bounds(c)
	for from < end {
		b, err := r.Read(from, end, limit)
		require.NoError(t, err)
		for _, one := range b.Records {
			all = append(all, string(one))
		}
		damaged += b.Damaged
		require.Greater(t, b.Next, from, "a reader goes on")
		from = b.Next
	}
	return all, damaged
}

func lines(c Class, a, b int) (out []string) {
	for ; a < b; a++ {
		out = append(out, fmt.Sprintf("%s %06d", c, a))
	}
	return out
}

func TestWhatIsWrittenIsReadInItsOrder(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir(), MaxBytes: 1 << 20, Segment: 4 << 10})
	write(t, s, Reading, 0, 2000, day)
	write(t, s, Alarm, 0, 15, day)
	for _, limit := range []int{1, 7, 5000} {
		all, damaged := read(t, s, Reading, 0, limit)
		assert.Equal(t, lines(Reading, 0, 2000), all)
		assert.Zero(t, damaged)
	}
	all, _ := read(t, s, Reading, 1234, 10)
	assert.Equal(t, lines(Reading, 1234, 2000), all)
	all, _ = read(t, s, Alarm, 0, 4)
	assert.Equal(t, lines(Alarm, 0, 15), all)
	require.NoError(t, s.Close())
}

func TestNewestRecordIsReadWhereTheReaderStood(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir()})
	r := s.NewReader(Reading)
	defer r.Close()
	b, err := r.Read(0, ^uint64(0), 10)
	require.NoError(t, err)
	assert.Empty(t, b.Records)
	assert.Zero(t, b.Next)
	write(t, s, Reading, 0, 3, day)
	<-s.Grown()
	b, err = r.Read(0, ^uint64(0), 10)
	require.NoError(t, err)
	assert.Len(t, b.Records, 3)
	write(t, s, Reading, 3, 4, day)
	b, err = r.Read(b.Next, ^uint64(0), 10)
	require.NoError(t, err)
	assert.Equal(t, "reading 000003", string(b.Records[0]))
	assert.EqualValues(t, 4, b.Next)
	require.NoError(t, s.Close())
}

// A kill leaves what Append returned for, a power cut may leave half a record
// behind it.
func TestTornTailIsCutOff(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	s := open(t, c)
	write(t, s, Reading, 0, 25, day)
	require.NoError(t, s.SetProgress(Reading, Progress{Live: 20}, true))
	require.NoError(t, s.lock.Close(), "as a kill does it")
	path := s.logs[Reading].active().path
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, tail := range [][]byte{whole[headerSize : headerSize+5], whole[headerSize : headerSize+17], make([]byte, 300), {0xff, 0xff, 0xff, 0xff, 1}} {
		require.NoError(t, os.WriteFile(path, append(whole[:len(whole):len(whole)], tail...), 0o600))
		s = open(t, c)
		all, damaged := read(t, s, Reading, 0, 100)
		assert.Equal(t, lines(Reading, 0, 25), all)
		assert.Zero(t, damaged)
		assert.Equal(t, Progress{Live: 20}, s.Progress(Reading))
		require.NoError(t, s.Close())
	}
	s = open(t, c)
	write(t, s, Reading, 25, 30, day)
	all, _ := read(t, s, Reading, 0, 100)
	assert.Equal(t, lines(Reading, 0, 30), all)
	require.NoError(t, s.Close())
}

func TestDeliveryNotedBeyondWhatAPowerCutLeftIsSetBack(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	s := open(t, c)
	write(t, s, Reading, 0, 25, day)
	require.NoError(t, s.SetProgress(Reading, Progress{Live: 25}, true))
	path := s.logs[Reading].active().path
	require.NoError(t, s.Close())
	require.NoError(t, os.Truncate(path, headerSize+3*(frameSize+14)))
	s = open(t, c)
	assert.Equal(t, Progress{Fill: 0, FillEnd: 0, Live: 3}, s.Progress(Reading))
	write(t, s, Reading, 100, 101, day)
	assert.EqualValues(t, 1, s.Stats().Waiting[Reading])
	require.NoError(t, s.Close())
}

func TestDamageCostsOneSegmentAndIsCounted(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir(), MaxBytes: 1 << 20, Segment: 4 << 10})
	write(t, s, Reading, 0, 1000, day)
	first, second := s.logs[Reading].segments[0], s.logs[Reading].segments[1]
	b, err := os.ReadFile(second.path)
	require.NoError(t, err)
	b[headerSize+10*(frameSize+14)+frameSize+2] ^= 1 // the eleventh record
	require.NoError(t, os.WriteFile(second.path, b, 0o600))
	all, damaged := read(t, s, Reading, 0, 5000)
	good := int(first.next) + 10
	assert.Equal(t, lines(Reading, 0, good), all[:good])
	assert.Equal(t, lines(Reading, int(second.next), 1000), all[good:])
	assert.Equal(t, second.next-second.first-10, damaged)
	require.NoError(t, s.Close())
}

func TestOldestReadingsGoFirstAndAlarmsLast(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir(), MaxBytes: 128 << 10, Segment: 8 << 10})
	write(t, s, Alarm, 0, 1000, day)
	write(t, s, Reading, 0, 20_000, day)
	st := s.Stats()
	assert.LessOrEqual(t, st.Bytes, int64(128<<10))
	assert.EqualValues(t, 1000, st.Waiting[Alarm], "no alarm was given up")
	assert.Positive(t, st.Dropped[Reading])
	assert.EqualValues(t, 20_000, st.Waiting[Reading]+st.Dropped[Reading])
	all, _ := read(t, s, Reading, 0, 5000)
	assert.Equal(t, lines(Reading, int(st.Dropped[Reading]), 20_000), all, "the oldest went")

	write(t, s, Alarm, 1000, 20_000, day)
	st = s.Stats()
	assert.LessOrEqual(t, st.Bytes, int64(128<<10))
	assert.Positive(t, st.Dropped[Alarm])
	assert.EqualValues(t, 20_000, st.Waiting[Alarm]+st.Dropped[Alarm])
	require.NoError(t, s.Close())
}

func TestAReadingCostsNoAlarmsPoint(t *testing.T) {
	const bound = 128 << 10
	s := open(t, Config{Dir: t.TempDir(), MaxBytes: bound, Segment: 8 << 10})
	write(t, s, Reading, 0, 100, day)
	write(t, s, Alarm, 0, 6300, day) // it is full of them
	require.Zero(t, s.Stats().Dropped[Alarm])
	require.Greater(t, s.logs[Alarm].bytes(), int64(bound-5<<10))
	write(t, s, Reading, 100, 20_000, day)
	st := s.Stats()
	assert.EqualValues(t, 6300, st.Waiting[Alarm])
	assert.Zero(t, st.Dropped[Alarm])
	assert.EqualValues(t, 20_000, st.Waiting[Reading]+st.Dropped[Reading])
	assert.LessOrEqual(t, st.Bytes, int64(bound)+10*(frameSize+14), "over by one write at most")
	write(t, s, Alarm, 6300, 6310, day)
	assert.EqualValues(t, 10, s.Stats().Waiting[Alarm]+s.Stats().Dropped[Alarm]-6300)
	require.NoError(t, s.Close())
}

func TestWhatIsDeliveredGoesBeforeWhatIsNot(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir(), MaxBytes: 128 << 10, Segment: 8 << 10})
	write(t, s, Reading, 0, 3000, day)
	// 0 to 1000 wait to be filled in, the rest has been delivered.
	require.NoError(t, s.SetProgress(Reading, Progress{Fill: 0, FillEnd: 1000, Live: 3000}, false))
	write(t, s, Reading, 3000, 5000, day)
	assert.Zero(t, s.Stats().Dropped[Reading])
	require.NoError(t, s.SetProgress(Reading, Progress{Fill: 0, FillEnd: 1000, Live: 5000}, false))
	write(t, s, Reading, 5000, 7500, day)
	st := s.Stats()
	assert.Zero(t, st.Dropped[Reading])
	assert.EqualValues(t, 3500, st.Waiting[Reading])
	all, damaged := read(t, s, Reading, 0, 5000)
	assert.Equal(t, lines(Reading, 0, 1000), all[:1000])
	assert.Equal(t, lines(Reading, 5000, 7500), all[len(all)-2500:])
	assert.Zero(t, damaged)
	c := s.config
	require.NoError(t, s.Close())
	s = open(t, c)
	again, damaged := read(t, s, Reading, 0, 5000)
	assert.Equal(t, all, again, "a hole in the middle is a hole after a start, too")
	assert.Zero(t, damaged)
	require.NoError(t, s.Close())
}

func TestAge(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir(), MaxAge: 72 * time.Hour})
	write(t, s, Reading, 0, 10, day)
	write(t, s, Alarm, 0, 10, day)
	write(t, s, Reading, 10, 20, day.Add(2*time.Hour))
	write(t, s, Alarm, 10, 20, day.Add(2*time.Hour))
	s.Expire(day.Add(75 * time.Hour))
	st := s.Stats()
	assert.EqualValues(t, 10, st.Dropped[Reading])
	assert.EqualValues(t, 10, st.Waiting[Reading])
	assert.EqualValues(t, 20, st.Waiting[Alarm], "an alarm's points wait for as long as there is room")
	require.NoError(t, s.SetProgress(Alarm, Progress{Live: 20}, false))
	s.Expire(day.Add(200 * time.Hour))
	st = s.Stats()
	assert.EqualValues(t, 20, st.Dropped[Reading])
	assert.Zero(t, st.Records[Reading]+st.Records[Alarm])
	assert.Zero(t, st.Dropped[Alarm])
	write(t, s, Reading, 20, 21, day.Add(200*time.Hour))
	all, _ := read(t, s, Reading, 0, 10)
	assert.Equal(t, lines(Reading, 20, 21), all)
	require.NoError(t, s.Close())
}

func TestWhatIsOnlyKeptIsNotDropped(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir(), MaxBytes: 64 << 10, Segment: 4 << 10, KeepOnly: true})
	write(t, s, Reading, 0, 10_000, day)
	assert.Equal(t, [2]uint64{}, [2]uint64(s.Stats().Dropped))
	require.NoError(t, s.Close())
}

func TestOneHubAFolder(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	s := open(t, c)
	_, err := Open(c, day)
	require.ErrorContains(t, err, "in use by another hub")
	require.NoError(t, s.Close())
}

func TestTornBirthOfASegment(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	s := open(t, c)
	write(t, s, Reading, 0, 5, day)
	require.NoError(t, s.Close())
	require.NoError(t, os.WriteFile(filepath.Join(c.Dir, "reading", fmt.Sprintf("%020d.seg", 5)), []byte("CHSP"), 0o600))
	s = open(t, c)
	assert.Equal(t, 1, s.Stats().Damaged)
	write(t, s, Reading, 5, 6, day)
	all, _ := read(t, s, Reading, 0, 10)
	assert.Equal(t, lines(Reading, 0, 6), all)
	require.NoError(t, s.Close())
}

func TestProgress(t *testing.T) {
	p := Progress{Live: 100}
	assert.EqualValues(t, 50, p.Waiting(0, 150))
	p = p.Jump(150)
	assert.Equal(t, Progress{100, 150, 150}, p)
	assert.EqualValues(t, 60, p.Waiting(0, 160))
	p.Fill = 120
	assert.EqualValues(t, 30, p.Waiting(0, 150))
	p.Live = 180
	assert.Equal(t, Progress{120, 200, 200}, p.Jump(200), "a second gap while the first is filled")
}

func FuzzNextFrame(f *testing.F) {
	f.Add(appendFrame(nil, []byte("reading,device=gate-1 open=1 1")))
	f.Add(appendFrame(nil, []byte("x"))[:5])
	f.Fuzz(func(t *testing.T, b []byte) {
		record, n, err := nextFrame(b)
		if n == 0 || err != nil {
			return
		}
		assert.Equal(t, b[:n], appendFrame(nil, record))
	})
}
