package watch_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// lose has the readers of some posts be lost since a time of that Monday; none is
// that all are heard.
func (r *rig) lose(since string, posts ...string) {
	r.t.Helper()
	s := duty.Sight{Posts: map[string]time.Time{}}
	for _, p := range posts {
		s.Posts[p] = r.clock(since)
	}
	r.see(s)
}

func (r *rig) see(s duty.Sight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sight = s
}

// blink has the hub not know yet what can be seen, or know it again.
func (r *rig) blink(unsighted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unsighted = unsighted
}

func (r *rig) clock(clock string) time.Time {
	r.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", monday(r.t).String()+" "+clock, r.of.Zone)
	require.NoError(r.t, err)
	return at
}

// late is a card that a reader has kept since a time of that Monday.
func (r *rig) late(number, made string) {
	r.t.Helper()
	c := card(number)
	c.Age = time.Since(r.clock(made))
	require.NoError(r.t, r.CheckIn(c))
}

func (r *rig) only(kind alerting.Kind) alerting.Incident {
	r.t.Helper()
	at := slices.IndexFunc(r.engine.Unresolved(), func(i alerting.Incident) bool { return i.Kind == kind && !i.Resolved() })
	require.GreaterOrEqual(r.t, at, 0, "%v", r.open())
	i, err := r.engine.Incident(r.t.Context(), r.engine.Unresolved()[at].ID)
	require.NoError(r.t, err)
	return i
}

func (r *rig) statuses() (out []duty.Status) {
	b, ok := r.Board(school, time.Now())
	require.True(r.t, ok)
	for _, p := range b.Posts[0].Shifts[0].People {
		out = append(out, p.Status)
	}
	return out
}

// Nobody is missed at a post whose card reader is lost: that nobody can tell is raised
// once, graver when the gate opens, the same over a restart, and over when the
// reader hands in what it kept.
func TestALostReaderIsNobodysAbsence(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:10:20")
		r.lose("07:10:00", "south")
		r.until("07:25:09")
		assert.Empty(t, r.open())
		r.until("07:26:09")
		require.Equal(t, []string{"post-unseen low"}, r.open(), "within a minute of the grace")
		i := r.only(duty.KindPostUnseen)
		assert.Contains(t, i.Facts, alerting.FactReaderLost)
		assert.Equal(t, "south-gate", i.Place.ID)
		assert.True(t, r.clock("07:10:00").Equal(i.Since), "it is told since when: %v", i.Since)
		assert.Equal(t, new(0), i.Present)
		r.until("07:40:05")
		require.Equal(t, []string{"post-unseen high"}, r.open(), "the gate is open")
		assert.Contains(t, r.only(duty.KindPostUnseen).Facts, alerting.FactPupilsMoving)
		_, known := r.Manned(school, "south", time.Now())
		assert.False(t, known, "a gate's rule is told nothing")
		r.stop()

		r = startWith(t, dir, &nudger{}, func(*watch.School) {})
		defer r.stop()
		r.blink(true)
		r.until("07:43:00")
		require.Equal(t, []string{"post-unseen high"}, r.open(), "a restart raises nothing twice")
		assert.Equal(t, i.ID, r.only(duty.KindPostUnseen).ID)
		r.until("07:49:50")
		assert.Equal(t, []duty.Status{duty.Unseen, duty.Unseen}, r.statuses(), "nothing is seen again because nobody has looked")
		r.blink(false)
		r.lose("07:10:00", "south")
		r.until("07:50:00")
		r.lose("")
		r.until("07:50:20")
		require.Equal(t, []string{"post-unseen high"}, r.open(), "what the reader kept is still under way")
		r.late("04a1b2c3", "07:15:00")
		r.late("04a1b2c4", "07:16:00")
		r.until("07:50:25")
		assert.Empty(t, r.open(), "they were there all the while")
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, 2, b.Posts[0].Shifts[0].Present)
		assert.Zero(t, b.Posts[0].Shifts[0].Late)
		r.until("08:20:00")
		assert.Empty(t, r.open())
		all, err := r.engine.List(t.Context(), alerting.Query{Schools: []string{school}, Limit: 50})
		require.NoError(t, err)
		assert.Len(t, all, 1, "nobody was ever missed, and the post never uncovered")
	})
}

// Who has not held their card by the end of the grace after the reader is heard again
// is missed from then on, and the post uncovered: that is known now, also after a restart
// of a hub that has not looked yet what it can see.
func TestWhoIsNotThereWhenTheReaderIsBackIsMissed(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:10:20")
		r.lose("07:10:00", "south")
		r.until("07:42:00")
		r.lose("")
		r.until("07:43:00")
		r.stop()
		r = startWith(t, dir, &nudger{}, func(*watch.School) {})
		r.blink(true)
		r.until("07:47:00")
		require.Equal(t, []string{"post-unseen high"}, r.open())
		r.until("07:47:30")
		assert.Equal(t, []string{"post-missed low", "post-missed low", "post-uncovered high"}, r.open())
		assert.NotContains(t, r.only(duty.KindPostUncovered).Facts, alerting.FactReaderLost)
		r.stop()
		r = startWith(t, dir, &nudger{}, func(*watch.School) {})
		defer r.stop()
		r.until("07:49:00")
		assert.Len(t, r.open(), 3, "the same ones")
	})
}

// A silence is known to be a loss only some time after it began: what was raised in
// between is taken back, and says why.
func TestWhatWasRaisedBeforeTheLossWasKnownIsTakenBack(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:25:20")
		require.Equal(t, []string{"post-missed low"}, r.open())
		missed := r.only(duty.KindPostMissed).ID
		r.lose("07:24:00", "south")
		r.until("07:25:30")
		assert.Equal(t, []string{"post-unseen low"}, r.open())
		i, err := r.engine.Incident(t.Context(), missed)
		require.NoError(t, err)
		assert.Contains(t, i.Timeline[len(i.Timeline)-1].Text.EN, "The card reader was lost by then and nobody can tell")
		assert.Equal(t, alerting.OutcomeDeviceFault, i.Outcome, "nobody is said to have been missing")
	})
}

// Whoever was missed before the reader was lost, and comes by telephone, has come: that
// they were missed was so.
func TestWhoWasMissedBeforeTheLossAndComesByTelephoneWasMissed(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:26:00")
		missed := r.only(duty.KindPostMissed).ID
		r.lose("07:30:00", "south")
		r.until("07:35:00")
		require.Equal(t, []string{"post-missed low"}, r.open(), "it stands")
		_, err := r.Stamp(t.Context(), watch.Stamp{ID: "in", School: school, Account: "guard", Post: "south", Code: r.of.PIN("south")})
		require.NoError(t, err)
		r.until("07:35:05")
		assert.Empty(t, r.open())
		i, err := r.engine.Incident(t.Context(), missed)
		require.NoError(t, err)
		assert.Equal(t, alerting.OutcomeReal, i.Outcome)
	})
}

// gates are two gates, and a gatehouse whose shift begins before theirs.
func gates(of *watch.School) {
	north, house := of.Setup.Posts[0], of.Setup.Posts[0]
	north.ID, north.Place = "north", "north-gate"
	house.ID, house.Place = "house", "house"
	house.Windows = []duty.Window{{ID: "day", From: 7 * 60, To: 19 * 60, Gate: -1, On: duty.Every, Need: duty.Need{duty.Guard: 1}}}
	of.Setup.Posts = append(slices.Clip(of.Setup.Posts), north, house)
}

// Where the link of the school is cut, one incident says it of all posts, and what
// somebody has closed is raised again for the next shifts alone.
func TestACutLinkIsOneIncidentForAllPosts(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{}, gates)
		defer r.stop()
		var all []duty.Entry
		for _, post := range []string{"south", "north"} {
			for _, window := range []string{"morning", "afternoon"} {
				e := owes(t, post+"-guard", duty.Guard)
				e.PostID, e.Window = post, window
				all = append(all, e)
			}
		}
		house := owes(t, "house-guard", duty.Guard)
		house.PostID, house.Window = "house", "day"
		r.roster(append(all, house)...)
		r.until("06:50:30")
		cut := duty.Sight{Link: r.clock("06:50:00"), Posts: map[string]time.Time{"south": r.clock("06:50:00")}}
		r.see(cut)
		r.until("07:06:00")
		require.Equal(t, []string{"post-unseen low"}, r.open(), "the gatehouse")
		i := r.only(duty.KindPostUnseen)
		r.until("07:26:00")
		require.Equal(t, []string{"post-unseen low"}, r.open(), "the gates with it")
		assert.Contains(t, i.Facts, alerting.FactLinkCut)
		assert.Equal(t, "campus", i.Place.ID)
		assert.Contains(t, r.notices(), "link is cut since 06:50")
		r.until("07:41:00")
		require.Equal(t, []string{"post-unseen high"}, r.open(), "one, and graver")
		assert.Equal(t, i.ID, r.only(duty.KindPostUnseen).ID)
		_, err := r.engine.Do(t.Context(), alerting.Command{
			Incident: i.ID, Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal, Actor: alerting.Actor{Name: "officer", Role: alerting.RoleOfficer},
		})
		require.NoError(t, err)
		r.until("08:30:00")
		assert.Empty(t, r.open())
		r.until("15:31:00")
		require.Equal(t, []string{"post-unseen high"}, r.open(), "the next time that pupils come and go")
		assert.NotEqual(t, i.ID, r.only(duty.KindPostUnseen).ID)
		r.until("15:35:00")
		r.see(duty.Sight{})
		r.until("15:35:05")
		assert.NotContains(t, r.notices(), "link is cut")
		require.Equal(t, []string{"post-unseen high"}, r.open(), "whoever is there has the grace to say so")
		r.until("15:40:30")
		assert.Equal(t, []string{"post-missed low", "post-missed low", "post-missed low", "post-uncovered high", "post-uncovered high", "post-uncovered low"}, r.open())
	})
}
