package schoolday

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/day"
)

// The oldest of a device may be missing; what is missing behind one that is
// stored is lost, and what the killed hub had acknowledged and not yet spooled
// is neither.
func TestWhatAFullSpoolLetGoIsToldFromWhatIsLost(t *testing.T) {
	killed := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	f := &flood{killedAt: killed, inSpool: map[string]int{"x-1": 6}}
	sent, s := &day.Ledger{}, store{readings: map[string][]point{}}
	for seq := uint64(1); seq <= 10; seq++ {
		acked := killed.Add(time.Duration(seq)*time.Second - 8500*time.Millisecond) // 9 and 10 after it
		if seq == 10 {
			acked = time.Time{}
		}
		r := &day.Report{Kind: day.Reading, From: devices.Address{School: "s", Device: "x-1"}, Boot: "only", Seq: seq, Attempts: []day.Attempt{{At: killed, Acked: acked}}}
		sent.Reports = append(sent.Reports, r)
	}
	for seq, n := range map[string]int{"3": 1, "4": 2, "6": 1, "9": 1} {
		s.readings[readingKey("x-1", "only", seq)] = make([]point, n)
	}
	s.readings[readingKey("x-1", "only", "99")] = make([]point, 1)

	out := f.compare(sent, s)
	assert.Equal(t, []int{10, 4, 2, 1, 3, 1, 1},
		[]int{out.Sent, out.Written, out.Dropped, out.Lost, out.Open, out.Twice, out.Unsent}, "1 and 2 let go, 5 lost; 7, 8 and 10 not promised")
	assert.Len(t, out.Faults, 2)
}

func TestAReadingIsKnownInTheSpool(t *testing.T) {
	device, seq, ok := readingIn(`reading,device=x-12,kind=button,place=p,school=s boot="a",level=1,seq=345i 17`)
	assert.True(t, ok)
	assert.Equal(t, "x-12", device)
	assert.Equal(t, 345, seq)
	_, _, ok = readingIn(`device,device=x-12,kind=button online=true 17`)
	assert.False(t, ok)
}
