package supervision

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// life is a fleet and who is alive in it: each device of which silent does not
// say otherwise is heard by its keep-alive, each at a moment of its own.
type life struct {
	t      *testing.T
	fleet  *Fleet
	all    []Device
	last   map[devices.Address]time.Time
	silent func(d Device, at time.Time) bool
	found  []Finding
	now    time.Time
	open   bool // school hours
}

func mains(school string, n int) []Device { return many(school, n, devices.PowerMains) }

func many(school string, n int, p devices.Power) []Device {
	out := make([]Device, n)
	for i := range out {
		out[i] = Device{Address: devices.Address{School: school, Device: fmt.Sprintf("%s-%d", p, i+1)}, Kind: devices.KindButton, Power: p}
	}
	return out
}

func newLife(t *testing.T, all ...Device) *life {
	l := &life{t: t, all: all, last: map[devices.Address]time.Time{}, silent: func(Device, time.Time) bool { return false }, now: zero}
	l.fleet = New(Defaults(), func(string, time.Time) bool { return l.open }, nil)
	l.fleet.Know(all, zero)
	return l
}

// run lets time pass, in steps as the fleet asks for them.
func (l *life) run(d time.Duration) []Finding {
	l.t.Helper()
	var out []Finding
	for end := l.now.Add(d); l.now.Before(end); {
		for i, v := range l.all {
			every := v.Power.KeepAlive()
			offset := every * time.Duration(i) / time.Duration(len(l.all))
			first := zero.Add(offset - time.Hour)
			if at := first.Add(l.now.Sub(first).Truncate(every)); !at.Before(zero) && !l.silent(v, at) {
				l.last[v.Address] = at
			}
		}
		out = append(out, l.fleet.Step(l.now, func(a devices.Address) time.Time { return l.last[a] })...)
		require.True(l.t, l.fleet.Due().After(l.now), "there is always a next step")
		l.now = l.fleet.Due()
	}
	l.found = append(l.found, out...)
	return out
}

func kinds(all []Finding) []What {
	var out []What
	for _, f := range all {
		out = append(out, f.What)
	}
	return out
}

func cutAt(at time.Time) func(Device, time.Time) bool {
	return func(_ Device, p time.Time) bool { return !p.Before(at) }
}

func TestOneSilentButtonIsOneLoss(t *testing.T) {
	for name, all := range map[string][]Device{
		"alone":                 mains("a", 1),
		"beside one":            mains("a", 2),
		"among many":            mains("a", 40),
		"among battery devices": append(mains("a", 1), many("a", 4, devices.PowerBattery)...),
		"in a silent night":     many("a", 6, devices.PowerBattery),
	} {
		l := newLife(t, all...)
		require.Empty(t, l.run(5*time.Minute), name)
		at := l.now
		l.silent = func(d Device, p time.Time) bool { return d.Address == all[0].Address && !p.Before(at) }
		out := l.run(3 * time.Minute)
		require.Equal(t, []What{DeviceLost}, kinds(out), name)
		assert.Equal(t, all[0].Address, out[0].Device.Address)
		assert.LessOrEqual(t, out[0].At.Sub(out[0].Since), all[0].Power.LostAfter()+Gap, "%s: in time", name)
		l.silent = func(Device, time.Time) bool { return false }
		assert.Equal(t, []What{DeviceBack}, kinds(l.run(3*time.Minute)), name)
	}
}

func TestACutLinkIsOneFinding(t *testing.T) {
	for name, all := range map[string][]Device{
		"three": mains("a", 3), "forty": mains("a", 40), "two thousand": mains("a", 2000),
		"all on battery":   many("a", 30, devices.PowerBattery),
		"of both supplies": append(mains("a", 5), many("a", 20, devices.PowerBattery)...),
	} {
		l := newLife(t, append(all, mains("b", 5)...)...)
		require.Empty(t, l.run(4*time.Minute), name)
		at := l.now
		l.silent = func(d Device, p time.Time) bool { return d.Address.School == "a" && !p.Before(at) }
		out := l.run(6 * time.Minute)
		require.Equal(t, []What{Cut}, kinds(out), name)
		assert.Equal(t, "a", out[0].School)
		assert.WithinDuration(t, at, out[0].At, 90*time.Second)
		l.silent = func(Device, time.Time) bool { return false }
		require.Equal(t, []What{CutOver}, kinds(l.run(6*time.Minute)), "%s: and nobody is lost or found by itself", name)
	}
}

// Some devices hang on another line, and go on speaking.
func TestACutThatSomeEscapeIsACutAllTheSame(t *testing.T) {
	all := mains("a", 100)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	at := l.now
	l.silent = func(d Device, p time.Time) bool {
		return slices.IndexFunc(all, func(o Device) bool { return o.Address == d.Address })%10 > 0 && !p.Before(at)
	}
	require.Equal(t, []What{Cut}, kinds(l.run(5*time.Minute)))
	l.silent = func(Device, time.Time) bool { return false }
	require.Equal(t, []What{CutOver}, kinds(l.run(5*time.Minute)))
}

func TestWhoDoesNotComeBackWithTheLinkIsLostByItself(t *testing.T) {
	all := mains("a", 20)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	l.silent = cutAt(l.now)
	require.Equal(t, []What{Cut}, kinds(l.run(time.Minute)))
	l.silent = func(d Device, _ time.Time) bool { return d.Address == all[3].Address }
	out := l.run(5 * time.Minute)
	require.Equal(t, []What{CutOver, DeviceLost}, kinds(out))
	assert.Equal(t, all[3].Address, out[1].Device.Address)
}

func TestAFloodOfSinglesIsToldAsOne(t *testing.T) {
	all := mains("a", 100)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	at := l.now
	l.silent = func(d Device, p time.Time) bool { // a floor of the school: 30 of 100
		return slices.IndexFunc(all, func(o Device) bool { return o.Address == d.Address })%10 < 3 && !p.Before(at)
	}
	out := l.run(5 * time.Minute)
	want := append(slices.Repeat([]What{DeviceLost}, Defaults().Single), Several)
	require.Equal(t, want, kinds(out))
	l.silent = func(Device, time.Time) bool { return false }
	out = l.run(5 * time.Minute)
	assert.ElementsMatch(t, append(slices.Repeat([]What{DeviceBack}, Defaults().Single), SeveralOver), kinds(out))
}

// Half of a school silent at once is a cut, and one device less is not; of three
// the others are too few to say so.
func TestHalfOfASchoolIsACut(t *testing.T) {
	for _, c := range []struct {
		of, silent int
		cut        bool
	}{{20, 9, false}, {20, 10, true}, {21, 10, false}, {21, 11, true}, {7, 3, false}, {6, 3, true}, {4, 2, false}} {
		all := mains("a", c.of)
		l := newLife(t, all...)
		l.run(2 * time.Minute)
		at := l.now
		l.silent = func(d Device, p time.Time) bool { // spread over the school, so that the others are heard in between
			i := slices.IndexFunc(all, func(o Device) bool { return o.Address == d.Address })
			return i*c.silent/c.of != (i+1)*c.silent/c.of && !p.Before(at)
		}
		assert.Equal(t, c.cut, slices.Contains(kinds(l.run(5*time.Minute)), Cut), "%d of %d", c.silent, c.of)
	}
}

func TestAStallOfTheHubLosesNobody(t *testing.T) {
	l := newLife(t, mains("a", 50)...)
	l.run(2 * time.Minute)
	from := l.now
	l.silent = cutAt(from)
	l.now = l.now.Add(5 * time.Minute) // nobody stepped
	back := l.now.Add(25 * time.Second)
	l.silent = func(_ Device, p time.Time) bool { return !p.Before(from) && p.Before(back) }
	out := l.run(3 * time.Minute)
	require.Equal(t, []What{Stall}, kinds(out))
	assert.Greater(t, out[0].For, 4*time.Minute)
}

func TestARestartLosesNobody(t *testing.T) {
	all := mains("a", 500)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	records := l.fleet.Records()
	require.Len(t, records, 500)
	zeroAfter := l.now.Add(10 * time.Minute)
	next := newLife(t, all...)
	next.now = zeroAfter
	next.fleet = New(Defaults(), func(string, time.Time) bool { return false }, records)
	next.fleet.Know(all, zeroAfter)
	comeBack := map[devices.Address]time.Time{}
	for i, d := range all { // one after another, the last after 35 s
		comeBack[d.Address] = zeroAfter.Add(time.Duration(i) * 70 * time.Millisecond)
	}
	next.silent = func(d Device, p time.Time) bool { return p.Before(comeBack[d.Address]) }
	require.Empty(t, next.run(5*time.Minute))
}

func TestALossOutlivesARestart(t *testing.T) {
	all := mains("a", 10)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	gone := all[0].Address
	l.silent = func(d Device, _ time.Time) bool { return d.Address == gone }
	require.Equal(t, []What{DeviceLost}, kinds(l.run(time.Minute)))
	records := l.fleet.Records()
	l.fleet = New(Defaults(), func(string, time.Time) bool { return false }, records)
	l.fleet.Know(all, l.now)
	require.Empty(t, l.run(5*time.Minute), "it is told once")
	l.silent = func(Device, time.Time) bool { return false }
	require.Equal(t, []What{DeviceBack}, kinds(l.run(5*time.Minute)))
}

func TestACutOutlivesARestart(t *testing.T) {
	all := mains("a", 10)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	l.silent = cutAt(l.now)
	require.Equal(t, []What{Cut}, kinds(l.run(time.Minute)))
	l.fleet = New(Defaults(), func(string, time.Time) bool { return false }, l.fleet.Records())
	l.fleet.Know(all, l.now)
	require.Empty(t, l.run(5*time.Minute))
	l.silent = func(Device, time.Time) bool { return false }
	require.Equal(t, []What{CutOver}, kinds(l.run(5*time.Minute)))
}

func TestAButtonThatStaysLostInSchoolHoursIsGrave(t *testing.T) {
	all := mains("a", 5)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	l.silent = func(d Device, _ time.Time) bool { return d.Address == all[0].Address }
	require.Equal(t, []What{DeviceLost}, kinds(l.run(20*time.Minute)), "nobody is at school")
	l.open = true
	require.Equal(t, []What{ButtonLastly}, kinds(l.run(20*time.Minute)))
}

func TestHowLongAButtonMayBeLostIsItsSchoolsOwn(t *testing.T) {
	near, far := mains("a", 5), mains("b", 5)
	l := newLife(t, append(near, far...)...)
	limits := Defaults()
	limits.Lasting = func(school string) time.Duration {
		return map[string]time.Duration{"a": 2 * time.Minute, "b": 10 * time.Minute}[school]
	}
	l.fleet = New(limits, func(string, time.Time) bool { return true }, nil)
	l.fleet.Know(l.all, l.now)
	l.run(2 * time.Minute)
	l.silent = func(d Device, _ time.Time) bool { return d.Address == near[0].Address || d.Address == far[0].Address }
	found := l.run(20 * time.Minute)
	require.Equal(t, []What{DeviceLost, DeviceLost, ButtonLastly, ButtonLastly}, kinds(found))
	for _, f := range found[2:] {
		assert.InDelta(t, limits.Lasting(f.School).Seconds(), f.At.Sub(f.Since).Seconds(), 1, f.School)
	}
}

func TestDevicesComeAndGoWithTheConfiguration(t *testing.T) {
	all := mains("a", 5)
	l := newLife(t, all...)
	l.run(2 * time.Minute)
	l.silent = func(d Device, _ time.Time) bool { return d.Address == all[0].Address }
	require.Equal(t, []What{DeviceLost}, kinds(l.run(time.Minute)))
	fresh := Device{Address: devices.Address{School: "a", Device: "new"}, Power: devices.PowerMains}
	l.all = append(slices.Clone(all[1:]), fresh)
	l.silent = func(d Device, _ time.Time) bool { return d.Address == fresh.Address }
	assert.Equal(t, []What{DeviceBack}, kinds(l.fleet.Know(l.all, l.now)), "what is gone is missed no more")
	require.Empty(t, l.run(10*time.Minute), "what was never heard is not missed")
	assert.Equal(t, 1, l.fleet.View(l.now).Schools[0].Counts[Waiting])
}

func TestHealthHasTwoThresholds(t *testing.T) {
	of := func(v float64) *float64 { return &v }
	l := Defaults()
	l.Firmware = "1.2.0"
	f := New(l, func(string, time.Time) bool { return false }, nil)
	d := mains("a", 1)
	f.Know(d, zero)
	say := func(s devices.State) []What {
		s.From, s.Status, s.ReceivedAt = d[0].Address, devices.Online, zero
		return kinds(f.Report(s))
	}
	assert.Equal(t, []What{ServiceOver}, say(devices.State{Battery: of(0.9), Firmware: "1.2.0", RSSI: of(-60)}), "whatever an earlier start had found")
	assert.Equal(t, []What{Service}, say(devices.State{Battery: of(0.2)}))
	assert.Empty(t, say(devices.State{Battery: of(0.25)}))
	assert.Equal(t, []What{ServiceOver}, say(devices.State{Battery: of(0.3)}))
	assert.Equal(t, []What{Service}, say(devices.State{RSSI: of(-82)}))
	assert.Empty(t, say(devices.State{RSSI: of(-80), Firmware: "1.1.9"}))
	assert.Equal(t, []Need{NeedFirmware, NeedRadio}, f.View(zero).Devices[0].Health.Needs)
	assert.Equal(t, []What{Tamper}, say(devices.State{Tamper: true}))
	assert.Empty(t, say(devices.State{Tamper: true}))
	assert.Empty(t, f.Report(devices.State{From: d[0].Address, Status: devices.Offline}), "a last word says nothing")
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		version, than string
		older         bool
	}{
		{"1.2.0", "1.10.0", true}, {"1.2", "1.2.0", false}, {"v1.1.9-rc1", "1.2", true}, {"2", "1.9.9", false},
		{"", "1.0", false}, {"1.0.0+virtual", "1.0.1", true}, {"nightly", "1.0", false}, {"1.0", "", false}, {"1.-1", "2", false},
	} {
		assert.Equal(t, c.older, Older(c.version, c.than), "%s %s", c.version, c.than)
	}
}

func TestAvailabilityIsBoundedAndByDay(t *testing.T) {
	var d Days
	for i := range 100 {
		day := DateOf(zero.AddDate(0, 0, i))
		d = d.Add(day, 20*time.Hour, 2*time.Hour)
	}
	require.Len(t, d, KeepDays)
	today := DateOf(zero.AddDate(0, 0, 99))
	observed, down := d.Sum(today)
	part, ok := Availability(observed, down)
	require.True(t, ok)
	assert.InDelta(t, 0.9, part, 1e-9)
	observed, _ = d.Sum(DateOf(zero.AddDate(0, 0, 114)))
	assert.Equal(t, 15*20*time.Hour, observed, "what is older has left")
	_, ok = Availability(0, 0)
	assert.False(t, ok, "who was not watched was not there, and not away")
	assert.Equal(t, time.Hour, d.Add("2099-01-01", time.Hour, 9*time.Hour)[0].Down, "no day is longer than it was watched")
}

func TestALossCountsFromTheLastPacket(t *testing.T) {
	all := mains("a", 5)
	l := newLife(t, all...)
	l.run(10 * time.Minute)
	at := l.now
	l.silent = func(d Device, p time.Time) bool { return d.Address == all[0].Address && !p.Before(at) }
	l.run(10 * time.Minute)
	s := l.fleet.View(l.now).Devices[0]
	assert.InDelta(t, l.now.Sub(s.Last).Seconds(), s.Down.Seconds(), 2)
	assert.InDelta(t, l.now.Sub(zero).Seconds(), s.Observed.Seconds(), 10)
	assert.Zero(t, l.fleet.View(l.now).Devices[1].Down)
}

func BenchmarkStep2000(b *testing.B) {
	all := mains("a", 2000)
	f := New(Defaults(), func(string, time.Time) bool { return false }, nil)
	f.Know(all, zero)
	now := zero
	for b.Loop() {
		now = now.Add(time.Second)
		f.Step(now, func(devices.Address) time.Time { return now })
	}
}

// What is not heard is known by when it was last heard; one that never was by nothing,
// and a link that is cut by the last packet of its school.
func TestSilenceSaysSinceWhenNothingIsHeard(t *testing.T) {
	all := mains("a", 4)
	waits := Device{Address: devices.Address{School: "a", Device: "new"}, Kind: devices.KindReader, Power: devices.PowerMains}
	l := newLife(t, append(slices.Clone(all), waits)...)
	lost := zero.Add(time.Minute)
	cut := zero.Add(5 * time.Minute)
	l.silent = func(d Device, at time.Time) bool {
		return d == waits || d.Address == all[0].Address && at.After(lost) || at.After(cut)
	}
	l.run(50 * time.Second)
	assert.Equal(t, Silence{Devices: map[devices.Address]time.Time{waits.Address: {}}, Links: map[string]time.Time{}}, l.fleet.Silence())
	l.run(2 * time.Minute)
	assert.Equal(t, map[devices.Address]time.Time{waits.Address: {}, all[0].Address: l.last[all[0].Address]}, l.fleet.Silence().Devices)
	assert.Empty(t, l.fleet.Silence().Links, "one reader is no link")
	l.run(5 * time.Minute)
	link := l.fleet.Silence().Links["a"]
	assert.True(t, !link.After(cut) && link.After(cut.Add(-10*time.Second)), "%v", link)
}
