package duty_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// nightly is a generated school with rounds, roll calls and one guard by night,
// and what of that was said and heard.
type nightly struct {
	duty.Watch
	r   *rand.Rand
	day calendar.Date
	// forgiven counts the rounds that are over with points open, of which nothing is missed.
	forgiven int
}

func (w *nightly) tens(from, to int) time.Duration {
	return time.Duration(from+w.r.IntN(to-from)) * 10 * time.Second
}

// heard is when the hub hears of what was said at an instant, and when its
// device says that it was.
func (w *nightly) heard(at time.Time) (said, received time.Time) {
	switch w.r.IntN(5) {
	case 0: // an outage
		return at, at.Add(w.tens(1, 400))
	case 1: // a clock that is ahead
		return at.Add(w.tens(1, 100)), at
	}
	return at, at
}

func generateNight(t testing.TB, seed uint64) *nightly {
	w := &nightly{r: rand.New(rand.NewPCG(seed, 28))}
	w.Zone = zone(t, zones[w.r.IntN(len(zones))])
	w.day = date(t, moments[w.r.IntN(len(moments))]).Add(w.r.IntN(3) - 1)
	w.Calendar = days(t, "{}")
	with := []string{"", "with: [boarding]\n"}[w.r.IntN(2)]
	w.Setup = setup(t, "pattern: primary\n"+with+"points: [p1, p2, p3]\n"+posts("gatehouse"))
	w.Puts, w.Lost = map[string]time.Time{}, map[string]bool{}
	w.walks()
	w.calls()
	w.watched()
	return w
}

// watched draws from when on the hub watches which point and which day: mostly
// since ever, now and then around a round.
func (w *nightly) watched() {
	r := rand.New(rand.NewPCG(w.r.Uint64(), 22))
	rounds := roundsOf(w)
	around := func() time.Time {
		return rounds[r.IntN(len(rounds))].from.Add(time.Duration(r.IntN(5)-2) * 10 * time.Minute)
	}
	w.Since = duty.Marks{}
	for _, p := range w.Setup.Points {
		if r.IntN(3) == 0 {
			w.Since["point/"+p] = around()
		}
	}
	for i := -1; i <= 1; i++ {
		if r.IntN(6) == 0 {
			w.Since["day/"+w.day.Add(i).String()] = around()
		}
	}
}

// walks scans points around the rounds, some twice, some late, some not at all.
func (w *nightly) walks() {
	for _, r := range roundsOf(w) {
		care := 1 + w.r.IntN(8) // how seldom a point is left out
		for _, p := range w.Setup.Points {
			if w.r.IntN(care) == 0 {
				continue
			}
			at := r.start.Add(w.tens(-110, 200))
			for range 1 + w.r.IntN(2) {
				said, received := w.heard(at)
				w.Scans = append(w.Scans, duty.Scan{Point: p, Person: "a", At: said, Received: received})
				at = at.Add(w.tens(30, 200))
			}
		}
	}
	w.r.Shuffle(len(w.Scans), func(i, j int) { w.Scans[i], w.Scans[j] = w.Scans[j], w.Scans[i] })
}

// calls calls the roll a few times; not everybody is reached, and who is may
// answer, hold a card to a reader, ask for help, or say nothing.
func (w *nightly) calls() {
	for n := range 3 {
		c := duty.Call{ID: fmt.Sprint("call-", n), At: w.day.At(10*60+n*50, w.Zone)}
		for p := range 4 {
			who := fmt.Sprint("p", n, p)
			c.People = append(c.People, who)
			at := c.At.Add(w.tens(-3, 40))
			switch said, received := w.heard(at); w.r.IntN(4) {
			case 0:
				c.Replies = append(c.Replies, duty.Reply{Person: who, Help: w.r.IntN(3) == 0, At: at, Received: at})
			case 1:
				w.Answers = append(w.Answers, duty.Answer{Person: who, At: said, Received: received})
			}
		}
		w.Calls = append(w.Calls, c)
	}
	for _, c := range w.Calls {
		for _, q := range w.Questions(c.At) {
			switch {
			case q.Call != c.ID:
			case w.r.IntN(4) > 0:
				w.Puts[q.Key] = c.At.Add(w.tens(0, 15))
			default:
				w.Lost[q.Key] = w.r.IntN(2) == 0
			}
		}
	}
}

// at is what is known by now.
func (w *nightly) at(now time.Time) duty.Watch {
	known := w.Watch
	known.Puts = map[string]time.Time{}
	for key, at := range w.Puts {
		if !at.After(now) {
			known.Puts[key] = at
		}
	}
	return known
}

func TestNightlyWorlds(t *testing.T) {
	var n uint64 = min(300, worlds)
	if testing.Short() {
		n = 30
	}
	var missed, again, silent, forgiven, unreached int
	for seed := range n {
		w := generateNight(t, seed)
		for _, now := range w.instants(8) {
			want := missedRounds(w, now)
			for _, c := range w.Calls {
				want = append(want, silentAt(w, c, now)...)
				want = append(want, unreachedAt(w, c, now)...)
			}
			var got []string
			for _, r := range w.at(now).Raises(now) {
				if r.Kind == duty.KindPatrolMissed || r.Call != "" {
					got = append(got, fmt.Sprint(r.Kind, " ", r.Object, " ", r.Due.UTC(), " ", r.Severity, " ", r.Again))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			require.Equal(t, want, got, "seed %d, at %v", seed, now.In(w.Zone))
			for _, line := range got {
				switch {
				case strings.Contains(line, "/unreached"):
					unreached++
				case line[len(line)-4:] == "true":
					again++
				case line[:len(duty.KindPatrolMissed)] == string(duty.KindPatrolMissed):
					missed++
				default:
					silent++
				}
			}
		}
		forgiven += w.forgiven
	}
	least := int(n) / 6
	require.Greater(t, missed, least, "worlds in which every round is walked prove nothing")
	require.Greater(t, again, least)
	require.Greater(t, silent, least)
	require.Greater(t, forgiven, least, "rounds that the hub did not watch from their beginning")
	require.Greater(t, unreached, least)
}

// instants draws when to look.
func (w *nightly) instants(n int) []time.Time {
	var all []time.Time
	for _, r := range roundsOf(w) {
		all = append(all, r.until, r.until.Add(10*time.Second), r.until.Add(12*time.Hour))
	}
	for _, c := range w.Calls {
		all = append(all, c.At.Add(time.Minute), c.At.Add(3*time.Minute), c.At.Add(4*time.Minute), c.At.Add(63*time.Minute))
	}
	for _, s := range w.Scans {
		all = append(all, s.Received)
	}
	var out []time.Time
	for range n {
		out = append(out, all[w.r.IntN(len(all))].Add(time.Duration(w.r.IntN(3)-1)*10*time.Second))
	}
	return out
}

// walkedRound is a round as the reference has it.
type walkedRound struct {
	id                 string
	date               calendar.Date
	start, from, until time.Time
}

// roundsOf lists the rounds of three days, one after the other.
func roundsOf(w *nightly) []walkedRound { return roundsAround(w, w.day) }

func roundsAround(w *nightly, day calendar.Date) (out []walkedRound) {
	for i := -1; i <= 1; i++ {
		d := day.Add(i)
		for _, r := range w.Setup.Rounds {
			if sleeps := slices.Contains(w.Setup.With, duty.Boarding) && w.Calendar.Slept(d); r.If == duty.Boarding && !sleeps {
				continue
			}
			minute := r.At
			if r.Next {
				minute += 24 * 60
			}
			start := clockAt(d, minute, w.Zone)
			out = append(out, walkedRound{r.ID, d, start, start.Add(-15 * time.Minute), start.Add(30 * time.Minute)})
		}
	}
	slices.SortFunc(out, func(a, b walkedRound) int { return a.start.Compare(b.start) })
	return out
}

// missedRounds says which rounds are missed at now: a point is open that nobody
// stood at within the round's time, as far as anybody has heard. A second scan
// of a point within twenty minutes of one that counts is none.
func missedRounds(w *nightly, now time.Time) (out []string) {
	before := false
	for i, r := range roundsAround(w, calendar.On(now, w.Zone)) {
		open, unwatched := false, false
		for _, p := range w.Setup.Points {
			missing := !slices.ContainsFunc(stood(w, p, now), func(at time.Time) bool { return !at.Before(r.from) && !at.After(r.until) })
			watched := !r.from.Before(w.Since["point/"+p]) && !r.from.Before(w.Since["day/"+r.date.String()])
			open = open || missing && watched
			unwatched = unwatched || missing
		}
		if !open && unwatched && !now.Before(r.until.Add(10*time.Second)) {
			w.forgiven++
		}
		due := r.until.Add(10 * time.Second)
		missed := open && !now.Before(due)
		if missed && now.Before(due.Add(12*time.Hour)) {
			out = append(out, fmt.Sprint(duty.KindPatrolMissed, " ", r.date, "/", r.id, " ", due.UTC(), " ", alerting.Low, " ", i > 0 && before))
		}
		before = missed
	}
	return out
}

// stood lists when somebody stood at a point.
func stood(w *nightly, point string, now time.Time) (out []time.Time) {
	var all []time.Time
	for _, s := range w.Scans {
		if s.Point == point && !s.Received.After(now) {
			at := s.At
			if s.Received.Before(at) {
				at = s.Received
			}
			all = append(all, at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	for _, at := range all {
		if len(out) == 0 || at.Sub(out[len(out)-1]) >= 20*time.Minute {
			out = append(out, at)
		}
	}
	return out
}

// silentAt lists who of a roll call was asked, and has said nothing three
// minutes later; for an hour.
func silentAt(w *nightly, c duty.Call, now time.Time) (out []string) {
	for _, who := range c.People {
		put := putAt(w, c, who, now)
		due := put.Add(3 * time.Minute)
		if !put.IsZero() && !spokeBy(w, c, who, now) && !now.Before(due) && now.Before(due.Add(time.Hour)) {
			out = append(out, fmt.Sprint(duty.KindLoneWorker, " roll-call/", c.ID, "/", who, " ", c.At.UTC(), " ", alerting.High, " false"))
		}
	}
	return out
}

// unreachedAt says whether there is anybody, a minute after a roll call and for
// an hour, to whom it was not put: it is known not to have reached them, or has
// not for three minutes.
func unreachedAt(w *nightly, c duty.Call, now time.Time) (out []string) {
	since := now.Sub(c.At)
	for _, end := range []string{"/unreached ", "/unreached-later "} {
		if slices.ContainsFunc(c.People, func(who string) bool {
			if !putAt(w, c, who, now).IsZero() || spokeBy(w, c, who, now) || since >= 61*time.Minute {
				return false
			}
			if w.Lost["question/roll-call/"+c.ID+"/"+who] {
				return end == "/unreached " && since >= time.Minute
			}
			return end == "/unreached-later " && since >= 3*time.Minute
		}) {
			out = append(out, fmt.Sprint(duty.KindLoneWorker, " roll-call/", c.ID, end, c.At.UTC(), " ", alerting.Low, " false"))
		}
	}
	return out
}

// putAt is when a roll call was put to somebody, by now; zero where it was not.
func putAt(w *nightly, c duty.Call, who string, now time.Time) (put time.Time) {
	for key, at := range w.Puts {
		if key == "question/roll-call/"+c.ID+"/"+who && !at.After(now) {
			put = at
		}
	}
	return put
}

// spokeBy reports whether somebody has answered a roll call by now, or held a
// card to a reader since.
func spokeBy(w *nightly, c duty.Call, who string, now time.Time) bool {
	return slices.ContainsFunc(c.Replies, func(r duty.Reply) bool {
		return r.Person == who && !r.At.Before(c.At) && !r.Received.After(now)
	}) || slices.ContainsFunc(w.Answers, func(a duty.Answer) bool {
		return a.Person == who && a.At.After(c.At) && !a.At.After(a.Received) && !a.Received.After(now)
	})
}

// A guard alone by night is asked an hour after they came, the night began or
// they last gave a word of life; silence is high after one minute and critical
// after two, until they are heard of. The reference walks through the night and
// keeps a watch of its own.
func TestNightsOfOneGuard(t *testing.T) {
	n := uint64(40)
	if testing.Short() {
		n = 4
	}
	var high, critical int
	for seed := range n {
		w := generateNight(t, seed)
		w.Calls, w.Scans, w.Setup.Points, w.Answers, w.Puts, w.Lost = nil, nil, nil, nil, map[string]time.Time{}, nil
		h, c := w.night(t, seed)
		high, critical = high+h, critical+c
	}
	require.Greater(t, high, int(n)/4, "nights in which everybody answers prove nothing")
	require.Greater(t, critical, int(n)/4)
}

func (w *nightly) night(t *testing.T, seed uint64) (high, critical int) {
	t.Helper()
	key := duty.ShiftKey{Date: w.day, PostID: "gatehouse", Window: "night"}
	var err error
	w.Roster, err = duty.NewRoster([]duty.Entry{{ShiftKey: key, Person: "a", Role: duty.Guard}})
	require.NoError(t, err)
	from, to := clockAt(w.day, 19*60, w.Zone), clockAt(w.day.Add(1), 7*60, w.Zone)
	dusk, dawn := clockAt(w.day, 22*60, w.Zone), clockAt(w.day.Add(1), 6*60, w.Zone)
	came := from.Add(w.tens(-60, 1300))
	w.Checkins = []duty.Checkin{{ID: "in", Person: "a", Post: "gatehouse", At: came, Received: came}}
	put, deaf := map[time.Time]time.Time{}, w.r.IntN(3) == 0
	for now := from; now.Before(to); now = now.Add(20 * time.Second) {
		if w.r.IntN(200) == 0 { // a word of life that is heard at once, or later
			at, received := w.heard(now)
			w.Answers = append(w.Answers, duty.Answer{Person: "a", At: at, Received: received})
		}
		last := dusk
		if came.After(last) {
			last = came
		}
		for _, a := range w.Answers {
			if !a.Received.After(now) && !a.At.After(a.Received) && a.At.After(last) {
				last = a.At
			}
		}
		due := last.Add(time.Hour)
		asks := !now.Before(came) && due.Before(dawn) && !now.Before(due)
		_, known := put[due]
		open := asks && (now.Before(dawn) || known)
		questions := w.Questions(now)
		require.Equal(t, open, len(questions) == 1, "seed %d, at %v: asked", seed, now.In(w.Zone))
		if open && !known && !deaf {
			put[due], w.Puts[questions[0].Key] = now, now
		}
		var want []string
		if at, ok := put[due]; asks && ok && !now.Before(at.Add(time.Minute)) {
			grade := alerting.High
			if high++; !now.Before(at.Add(2 * time.Minute)) {
				grade = alerting.Critical
				critical++
			}
			want = append(want, fmt.Sprint(at.Add(time.Minute).UTC(), " ", grade))
		}
		var got []string
		for _, r := range w.Raises(now) {
			if r.Kind == duty.KindLoneWorker {
				got = append(got, fmt.Sprint(r.Due.UTC(), " ", r.Severity))
			}
		}
		require.Equal(t, want, got, "seed %d, at %v", seed, now.In(w.Zone))
	}
	return high, critical
}
