package watch_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // the school's own zone

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

const school = "ziwei"

// rig is a watch on a real engine, journal and office.
type rig struct {
	*watch.Watcher
	t      *testing.T
	dir    string
	engine *engine.Engine
	office *office.Store
	mu     sync.Mutex // guards changes of of and sight
	of     watch.School
	sight  duty.Sight
	// unsighted is a hub that has not looked yet what can be seen.
	unsighted bool
	stop      func()
	halt      func() // stops the watch alone
	nudger    *nudger
}

// told is nobody: what is told is the engine's own tests' business.
type told struct{}

func (told) Tell(deliver.Message)                     {}
func (told) Command(devices.Address, devices.Command) {}
func (told) Forget(string)                            {}

func directory() *people.Directory {
	return people.New(people.Lists{
		Schools:   []people.School{{ID: school, Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}}},
		Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{school}}},
		Accounts: []people.Account{
			{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{school}},
			{Name: "liaison", Role: alerting.RoleLiaison, Schools: []string{school}},
		},
	})
}

func node(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	return doc.Content[0]
}

func ziwei(t *testing.T) watch.School {
	t.Helper()
	setup, faults := duty.ReadSetup(node(t, `
pattern: primary
posts:
  - {id: south, kind: second-gate, place: south-gate, name: {zh: 南门护学岗, en: South gate}}
`), "")
	require.Empty(t, faults)
	setup.School, setup.Seed = school, []byte("a secret of the hub")
	days, faults := calendar.ReadSchool(node(t, "{}"), "")
	require.Empty(t, faults)
	c, faults := calendar.Build(nil, days)
	require.Empty(t, faults)
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	return watch.School{
		Setup: setup, Calendar: c, Zone: zone,
		People: []watch.Person{{Name: "zhao", Account: "guard", Card: "04a1b2c3"}, {Name: "qian", Account: "staff", Card: "04a1b2c4"}},
	}
}

// start runs a watch on what lies in a folder.
func start(t *testing.T, dir string) *rig {
	t.Helper()
	return startWith(t, dir, &nudger{})
}

func startWith(t *testing.T, dir string, n *nudger, change ...func(of *watch.School)) *rig {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	j, err := journal.Open(t.Context(), journal.Config{Path: filepath.Join(dir, "journal.db")}, log, prometheus.NewRegistry())
	require.NoError(t, err)
	r := &rig{t: t, dir: dir, of: ziwei(t), nudger: n}
	for _, c := range change {
		c(&r.of)
	}
	r.office, err = office.Open(t.Context(), filepath.Join(dir, "office.db"), log)
	require.NoError(t, err)
	r.engine = engine.New(engine.Deps{Journal: j, People: directory, Log: log, Registry: prometheus.NewRegistry()})
	r.engine.Connect(told{}, told{}, told{})
	require.NoError(t, r.engine.Load(t.Context()))
	r.Watcher = watch.New(watch.Deps{
		Store: r.office, Alarms: r.engine, Nudger: n, Log: log,
		Schools: func() map[string]watch.School {
			r.mu.Lock()
			defer r.mu.Unlock()
			return map[string]watch.School{school: r.of}
		},
		Sight: func(string) (duty.Sight, bool) {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.sight, !r.unsighted
		},
	})
	require.NoError(t, r.Load(t.Context()))
	var parts []func()
	for _, run := range []func(context.Context) error{j.Run, r.engine.Run, r.Run} {
		ctx, cancel := context.WithCancel(context.Background())
		var done sync.WaitGroup
		done.Go(func() { _ = run(ctx) })
		parts = append(parts, func() { cancel(); done.Wait() })
	}
	r.halt = parts[len(parts)-1]
	r.stop = sync.OnceFunc(func() {
		for _, stop := range slices.Backward(parts) {
			stop()
		}
		_ = r.office.Close()
	})
	t.Cleanup(r.stop)
	return r
}

// reload changes the configuration.
func (r *rig) reload(change func(of *watch.School)) {
	r.mu.Lock()
	change(&r.of)
	r.mu.Unlock()
	r.Reloaded()
}

// open lists the open incidents: "kind severity".
func (r *rig) open() []string {
	r.t.Helper()
	synctest.Wait()
	out := []string{}
	for _, i := range r.engine.Unresolved() {
		if !i.Resolved() {
			out = append(out, string(i.Kind)+" "+string(i.Severity))
		}
	}
	slices.Sort(out)
	return out
}

// monday is the first school day of a bubble, which begins on Saturday, 1 January
// 2000, at midnight UTC.

func monday(t *testing.T) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate("2000-01-03")
	require.NoError(t, err)
	return d
}

func (r *rig) until(clock string) {
	r.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", monday(r.t).String()+" "+clock, r.of.Zone)
	require.NoError(r.t, err)
	time.Sleep(time.Until(at))
	synctest.Wait()
}

func (r *rig) roster(entries ...duty.Entry) {
	r.t.Helper()
	day := monday(r.t)
	_, err := r.Import(r.t.Context(), school, "officer", calendar.Span{From: day, To: day}, entries)
	require.NoError(r.t, err)
}

func owes(t *testing.T, person string, role duty.Role) duty.Entry {
	t.Helper()
	return duty.Entry{ShiftKey: duty.ShiftKey{Date: monday(t), PostID: "south", Window: "morning"}, Person: person, Role: role}
}

func card(number string) devices.CheckIn {
	return devices.CheckIn{
		ID: "0192-" + number, From: devices.Address{School: school, Device: "r-1"}, Post: "south", Card: number, ReceivedAt: time.Now(),
	}
}

// bubble runs a story whose files are made outside of its clock.
func bubble(t *testing.T, story func(t *testing.T, dir string)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { story(t, dir) })
}

func TestAMissedShiftIsRaisedWithinAMinuteOnceAndIsOverWhenTheyCome(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:19:00")
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		r.until("07:25:00") // the grace is over
		assert.Empty(t, r.open())
		r.until("07:25:59")
		assert.Equal(t, []string{"post-missed low"}, r.open())
		missed := r.engine.Unresolved()[0]
		assert.NotContains(t, missed.Device, "zhao", "nobody is named beyond the school")
		r.stop()

		r = start(t, dir)
		defer r.stop()
		r.until("07:39:00")
		require.Equal(t, []string{"post-missed low"}, r.open(), "a restart raises nothing twice")
		assert.Equal(t, missed.ID, r.engine.Unresolved()[0].ID)
		r.until("07:40:30") // the gate is open, and no guard stands there
		assert.Equal(t, []string{"post-missed low", "post-uncovered high"}, r.open())
		at := slices.IndexFunc(r.engine.Unresolved(), func(i alerting.Incident) bool { return i.Kind == duty.KindPostUncovered })
		assert.Equal(t, new(1), r.engine.Unresolved()[at].Present, "the teacher")

		require.NoError(t, r.CheckIn(card("04a1b2c3")))
		time.Sleep(3 * time.Second)
		assert.Empty(t, r.open(), "came")
		b, ok := r.Board(school, time.Now())
		require.True(t, ok)
		assert.Equal(t, 2, b.Posts[0].Shifts[0].Present)
		assert.False(t, b.NoRoster)
	})
}

func TestThePoliceSeeWhoOfThemIsMissedAndNobodyElse(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "he", duty.Volunteer), owes(t, "sun", duty.Police))
		r.until("07:26:00")
		require.Equal(t, []string{"post-missed low", "post-missed low"}, r.open())
		liaison, ok := directory().Account("liaison")
		require.True(t, ok)
		seen := 0
		for _, i := range r.engine.Unresolved() {
			slot := slices.Contains(i.Facts, alerting.FactPoliceSlot)
			assert.Equal(t, slot, liaison.MaySee(i), "facts %v", i.Facts)
			if slot {
				seen++
			}
		}
		assert.Equal(t, 1, seen)
	})
}

func TestAnIncidentKeepsItsNameOverARestartWhateverTheFractionOfTheSecond(t *testing.T) {
	for by, leave := range map[string]func(*rig){
		"stamp": func(r *rig) {
			_, err := r.Stamp(r.t.Context(), watch.Stamp{ID: "out", School: school, Account: "guard", Post: "south", Out: true})
			require.NoError(r.t, err)
		},
		"word": func(r *rig) {
			require.NoError(r.t, r.Away(r.t.Context(), school, "officer", "zhao", "", false, func(duty.Entry) bool { return true }))
		},
	} {
		t.Run(by, func(t *testing.T) {
			bubble(t, func(t *testing.T, dir string) {
				r := start(t, dir)
				r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
				r.until("07:19:00")
				require.NoError(t, r.CheckIn(card("04a1b2c3")))
				require.NoError(t, r.CheckIn(card("04a1b2c4")))
				r.until("07:45:00")
				time.Sleep(123456789)
				leave(r)
				r.until("07:46:00")
				require.Equal(t, []string{"post-uncovered high"}, r.open())
				named := r.engine.Unresolved()[0].ID
				r.stop()
				r = start(t, dir)
				defer r.stop()
				r.until("07:50:00")
				require.Equal(t, []string{"post-uncovered high"}, r.open())
				assert.Equal(t, named, r.engine.Unresolved()[0].ID)
			})
		})
	}
}

func TestALateCardCountsFromTheMillisecondThatTheFileKeeps(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:19:00")
		c := card("04a1b2c3")
		c.ReceivedAt, c.Age = c.ReceivedAt.Add(123456789), 1234567
		require.NoError(t, r.CheckIn(c))
		r.until("07:30:00")
		since := func() time.Time {
			b, ok := r.Board(school, time.Now())
			require.True(t, ok)
			return b.Posts[0].Shifts[0].People[0].Since
		}
		before := since()
		require.False(t, before.IsZero())
		r.stop()
		r = start(t, dir)
		defer r.stop()
		r.until("07:31:00")
		assert.True(t, before.Equal(since()), "%v and %v", before, since())
	})
}

func TestWhatSomebodyHasClosedIsNotRaisedAgainAfterARestart(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:26:00")
		require.Equal(t, []string{"post-missed low"}, r.open())
		_, err := r.engine.Do(t.Context(), alerting.Command{
			Incident: r.engine.Unresolved()[0].ID, Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal,
			Actor: alerting.Actor{Name: "officer", Role: alerting.RoleOfficer},
		})
		require.NoError(t, err)
		r.stop()
		r = start(t, dir)
		defer r.stop()
		r.until("07:35:00")
		assert.Empty(t, r.open())
	})
}

func TestWhereNobodyCameAPersonSettlesIt(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:19:00")
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		r.until("09:00:00")
		assert.Equal(t, []string{"post-missed low", "post-uncovered high"}, r.open(), "the shift is over, and it has not ended well")
	})
}

func TestASchoolWithoutARosterAccusesNobodyAndIsToldSo(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.until("07:19:50")
		assert.Empty(t, r.open())
		r.until("08:00:00")
		assert.Equal(t, []string{"post-uncovered low"}, r.open(), "one for the day, from its first shift on")
		b, ok := r.Board(school, time.Now())
		require.True(t, ok)
		assert.True(t, b.NoRoster)
		assert.Equal(t, 3, b.Posts[0].Shifts[0].Required, "what is wanted is shown all the same")
		i := r.engine.Unresolved()[0]
		assert.Equal(t, []string{alerting.FactNoRoster}, i.Facts)
		assert.Nil(t, i.Present, "nobody was counted")
		r.until("15:20:00")
		assert.Equal(t, []string{"post-uncovered low"}, r.open(), "once a day")
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("15:20:30")
		assert.Empty(t, r.open(), "somebody is on the roster")
	})
}

// Nothing is said of a day without lessons, nor of one whose first shift was over
// before the hub was there; and a person settles what nobody was put on the
// roster for.
func TestADayWithoutARosterIsRaisedOnSchoolDaysAlone(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		time.Sleep(time.Until(monday(t).At(9*60, ziwei(t).Zone)))
		r := startWith(t, dir, &nudger{}, func(of *watch.School) {
			days, faults := calendar.ReadSchool(node(t, "closed: [{date: "+monday(t).Add(1).String()+", reason: weather}]"), "")
			require.Empty(t, faults)
			c, faults := calendar.Build(nil, days)
			require.Empty(t, faults)
			of.Calendar = c
		})
		defer func() { r.stop() }()
		r.until("23:59:00")
		assert.Empty(t, r.open(), "the hub came later")
		day := func(n int, clock int) { time.Sleep(time.Until(monday(t).Add(n).At(clock, r.of.Zone))); synctest.Wait() }
		day(1, 18*60)
		assert.Empty(t, r.open(), "closed")
		day(2, 18*60)
		assert.Equal(t, []string{"post-uncovered low"}, r.open())
		day(3, 18*60)
		assert.Equal(t, []string{"post-uncovered low", "post-uncovered low"}, r.open(), "a day has one of its own, and that of the day before is a person's to close")
		assert.Contains(t, r.notices(), monday(t).Add(4).String()+" is a school day without a roster")
		assert.Contains(t, r.notices(), "No points of the patrol rounds are set")
	})
}

func TestAPhoneChecksInByThePostsCodeAndOutWithoutIt(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		stamp := watch.Stamp{ID: "1", School: school, Account: "guard", Post: "south", Code: r.of.Code("south")}
		r.until("06:50:00")
		_, err := r.Stamp(t.Context(), stamp)
		require.ErrorIs(t, err, alerting.ErrConflict, "too early")
		r.until("07:10:00")
		_, err = r.Stamp(t.Context(), watch.Stamp{ID: "2", School: school, Account: "stranger", Post: "south", Code: stamp.Code})
		require.ErrorIs(t, err, alerting.ErrForbidden)
		shift, err := r.Stamp(t.Context(), stamp)
		require.NoError(t, err)
		assert.Equal(t, "morning", shift.Window)
		require.NoError(t, r.Call(t.Context(), school, "c-1", "officer"))
		require.NoError(t, r.Reply(t.Context(), school, "c-1", alerting.Actor{Name: "guard", Role: alerting.RoleGuard}, false))
		stamp.ID, stamp.Code, stamp.Out = "3", "", true
		_, err = r.Stamp(t.Context(), stamp)
		require.NoError(t, err)
		stamp.ID, stamp.Out = "4", false
		for range 5 {
			_, err = r.Stamp(t.Context(), stamp)
			require.ErrorIs(t, err, alerting.ErrForbidden, "no code")
		}
		stamp.Code = r.of.PIN("south")
		_, err = r.Stamp(t.Context(), stamp)
		require.ErrorIs(t, err, alerting.ErrConflict, "too many wrong ones")
		time.Sleep(10*time.Minute + time.Second)
		_, err = r.Stamp(t.Context(), stamp)
		require.NoError(t, err)
		r.stop()
		r = start(t, dir)
		defer r.stop()
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, duty.Present, b.Posts[0].Shifts[0].People[0].Status, "on the disk")
		require.Len(t, b.Calls, 1)
		assert.Equal(t, map[string]duty.Called{"zhao": duty.Well}, b.Calls[0].People)
	})
}

// A second gap is told although somebody still works on the first, and the
// first says that it was over.
func TestAPostThatIsUncoveredAgainIsAnotherIncident(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		in := watch.Stamp{School: school, Account: "guard", Post: "south", Code: r.of.Code("south")}
		check := func(clock, id string, out bool) {
			r.until(clock)
			in.ID, in.Out = id, out
			_, err := r.Stamp(t.Context(), in)
			require.NoError(t, err)
		}
		r.until("07:15:00")
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		check("07:16:00", "1", false)
		check("07:50:00", "2", true)
		r.until("07:50:11")
		require.Equal(t, []string{"post-uncovered high"}, r.open())
		_, err := r.engine.Do(t.Context(), alerting.Command{
			Incident: r.engine.Unresolved()[0].ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: "officer", Role: alerting.RoleOfficer},
		})
		require.NoError(t, err)
		check("07:55:00", "3", false)
		require.Equal(t, []string{"post-uncovered high"}, r.open(), "taken on: a person closes it")
		check("08:00:00", "4", true)
		r.until("08:00:12")
		assert.Equal(t, []string{"post-uncovered high", "post-uncovered high"}, r.open())
	})
}

func TestACardWaitsForNobody(t *testing.T) {
	w := watch.New(watch.Deps{Log: slog.New(slog.DiscardHandler)}) // and nobody runs it
	for range 4096 {
		require.NoError(t, w.CheckIn(devices.CheckIn{}))
	}
	require.ErrorIs(t, w.CheckIn(devices.CheckIn{}), watch.ErrBusy, "refused, and at once")
}

// A roster that a later version wrote, or a hand, keeps nobody from starting.
func TestARosterThatCannotBeReadIsNone(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		store, err := office.Open(t.Context(), filepath.Join(dir, "office.db"), slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		day := monday(t)
		require.NoError(t, store.SaveRoster(t.Context(), school, calendar.Span{From: day, To: day}, []duty.Entry{owes(t, "zhao", "gardener")}, nil))
		require.NoError(t, store.Close())
		r := start(t, dir)
		defer r.stop()
		r.until("07:30:00")
		b, ok := r.Board(school, time.Now())
		require.True(t, ok)
		assert.True(t, b.NoRoster)
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:35:09")
		assert.Empty(t, r.open(), "nobody was owed before: the grace begins with the roster")
		r.until("07:35:12")
		assert.Equal(t, []string{"post-missed low"}, r.open())
	})
}

// A card that is held at the end of the shift checks its holder out, over a restart
// too, and so does one that says so at any time; what a point's card says is a stamp.
func TestACardChecksOutAtTheEndAndWhereItsHolderSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{}, walked)
		defer func() { r.stop() }()
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		n := 0
		hold := func(clock, number string, change ...func(*devices.CheckIn)) {
			r.until(clock)
			c := card(number)
			n++
			c.ID = fmt.Sprint("tap-", n)
			for _, f := range change {
				f(&c)
			}
			require.NoError(t, r.CheckIn(c))
			synctest.Wait()
		}
		out := func(c *devices.CheckIn) { c.Out = true }
		status := func() (all []duty.Status) {
			b, ok := r.Board(school, time.Now())
			require.True(t, ok)
			for _, p := range b.Posts[0].Shifts[0].People {
				all = append(all, p.Status)
			}
			return all
		}
		hold("06:40:00", "04a1b2c3", func(c *devices.CheckIn) { c.Post, c.Out = "fence", true })
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, []string{"fence"}, b.Rounds[0].Done, "a point is left by nobody")
		hold("07:10:00", "04a1b2c3")
		hold("07:11:00", "04a1b2c4")
		hold("08:00:00", "04a1b2c3")
		assert.Equal(t, []duty.Status{duty.Present, duty.Present}, status(), "a word of life")
		hold("08:10:00", "04a1b2c4", out)
		assert.Equal(t, []duty.Status{duty.Present, duty.Left}, status())
		hold("08:31:00", "04a1b2c3")
		hold("08:31:03", "04a1b2c3")
		assert.Equal(t, []duty.Status{duty.Left, duty.Left}, status())
		r.stop()
		r = startWith(t, dir, &nudger{}, walked)
		assert.Equal(t, []duty.Status{duty.Left, duty.Left}, status(), "on the disk")
		hold("08:33:30", "04a1b2c3")
		assert.Equal(t, []duty.Status{duty.Present, duty.Left}, status(), "back once more")
	})
}
