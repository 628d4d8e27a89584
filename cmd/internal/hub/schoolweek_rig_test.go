package hub

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the school's own zone

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules/lookout"
	"example.org/campushub/alerting/supervise"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/devices"
)

const (
	weekSchool = "ziwei"
	weekSeed   = "the secret of this hub, so that rounds begin when they did"
)

// schoolWeek is the hub of one school, from its configuration to its engine and
// journal, and everybody who is at the school in a week. Nothing of it is a
// double but the ways to people and the sockets of devices.
type schoolWeek struct {
	*Hub
	t      *testing.T
	zone   *time.Location
	events []event
	silent func(device string, now time.Time) bool
	mute   func(person string, now time.Time) bool // who does not answer when asked

	mu    sync.Mutex // guards what follows: goroutines of the hub write it
	first map[string]map[alerting.Audience]telling
	asked []string // accounts and numbers that a question or a reminder went to
}

// telling is when an audience was first told of an incident, and who of it then.
type telling struct {
	at    time.Time
	to    []string
	sound string
}

// Tell is the way to everybody: whatever is told arrives at once.
func (w *schoolWeek) Tell(m deliver.Message) {
	now := time.Now()
	w.note(m, now)
	w.engine.Report(m.Progress(alerting.Handed, "", now))
	w.engine.Report(m.Progress(alerting.Received, "", now))
}

func (w *schoolWeek) note(m deliver.Message, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first[m.Incident] == nil {
		w.first[m.Incident] = map[alerting.Audience]telling{}
	}
	first, told := w.first[m.Incident][m.Audience]
	if !told {
		first.at, first.sound = now, m.Sound()
	}
	if first.at.Equal(now) && !slices.Contains(first.to, m.Recipient) {
		first.to = append(first.to, m.Recipient)
	}
	w.first[m.Incident][m.Audience] = first
}

func (*schoolWeek) Command(devices.Address, devices.Command) {}
func (*schoolWeek) Forget(string)                            {}

// Nudge carries a question or a reminder at once; who has neither an account nor
// a number on the roster is not reached.
func (w *schoolWeek) Nudge(n watch.Nudge, done func(error)) error {
	err := errNoWay
	w.mu.Lock()
	for _, way := range []string{n.Account, n.Phone} {
		if way != "" {
			err, w.asked = nil, append(w.asked, way)
		}
	}
	w.mu.Unlock()
	go done(err)
	return nil
}

// weekConfig reads the school's configuration.
func weekConfig(t *testing.T) *config.Config {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile("testdata/week/campus.yaml")
	require.NoError(t, err)
	for name, content := range map[string]string{
		"campus.yaml":   string(text),
		"device.sha256": strings.Repeat("21", 32) + "\n",
		"person.phc":    "$argon2id$v=19$m=19456,t=2,p=1$Y29uZmlnIHRlc3Qgc2FsdA$iTEaZT4FZkArWmX5X5uMLlGsWY1VvojBsDOkKS9atRA\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	cfg, err := config.Load(filepath.Join(dir, "campus.yaml"))
	require.NoError(t, err)
	cfg.Hub.Dir = dir
	return cfg
}

// begin builds the hub and runs it; what it gives stops it.
func (w *schoolWeek) begin(cfg *config.Config) (stop func()) {
	t, log := w.t, slog.New(slog.DiscardHandler)
	h := &Hub{cfg: cfg, log: log, registry: prometheus.NewRegistry(), seed: []byte(weekSeed)}
	w.Hub = h
	h.who.Store(newRoster(cfg, h.seed, people.Kept{}))
	var err error
	h.journal, err = journal.Open(t.Context(), journal.Config{Path: filepath.Join(cfg.Hub.Dir, "journal.db")}, log, h.registry)
	require.NoError(t, err)
	h.office, err = office.Open(t.Context(), filepath.Join(cfg.Hub.Dir, "office.db"), log)
	require.NoError(t, err)
	h.engine = engine.New(engine.Deps{Journal: h.journal, People: h.people, Log: log, Registry: h.registry})
	h.engine.Connect(w, w, w)
	h.engine.FollowDays(h.closed)
	h.engine.FollowExaminations(h.examined)
	h.duty = watch.New(watch.Deps{
		Store: h.office, Alarms: h.engine, Nudger: w, Log: log, Contact: h.rostered, Question: h.question,
		Schools: func() map[string]watch.School { return h.who.Load().duties }, Sight: h.sight,
	})
	h.engine.FollowPosts(h.duty.OnPost)
	h.engine.FollowGuards(h.duty.There)
	h.supervisor = supervise.New(cfg.Hub.Supervision.Limits(), supervise.Deps{
		People: h.people, Engine: h.engine, Store: forgetful{h.office}, Hours: h.open, Log: log, Metrics: h.registry,
	})
	h.lookout = lookout.New(lookout.Deps{
		Alarms: h.engine, Gate: h.gate, School: h.ruled, Post: h.guarded, Lost: h.supervisor.Lost, Store: forgetful{h.office}, Log: log, Registry: h.registry,
	})
	require.NoError(t, h.engine.Load(t.Context()))
	require.NoError(t, h.duty.Load(t.Context()))
	end := running(h.journal.Run, h.engine.Run, h.duty.Run, h.lookout.Run, h.supervisor.Run)
	return func() {
		end()
		require.NoError(t, h.office.Close())
	}
}

// clock is a moment of the week, such as "wed 07:20" or "wed 07:20:30".
func (w *schoolWeek) clock(when string) time.Time {
	w.t.Helper()
	day, hours, _ := strings.Cut(when, " ")
	date, ok := weekDates[day]
	require.True(w.t, ok, when)
	if strings.Count(hours, ":") == 1 {
		hours += ":00"
	}
	at, err := time.ParseInLocation(time.DateTime, date+" "+hours, w.zone)
	require.NoError(w.t, err)
	return at
}

// weekDates are a holiday, a school day, a day of examinations, a Friday that
// ends early, a make-up Saturday, a Sunday and a school day.

var weekDates = map[string]string{
	"tue": "2026-05-05", "wed": "2026-05-06", "thu": "2026-05-07",
	"fri": "2026-05-08", "sat": "2026-05-09", "sun": "2026-05-10", "mon": "2026-05-11", "end": "2026-05-12",
}

var weekDays = []string{"tue", "wed", "thu", "fri", "sat", "sun", "mon"}

func (w *schoolWeek) do(when time.Time, what func()) {
	w.events = append(w.events, event{when, what})
}

// live lets the week pass. Devices are heard in their keep-alive; people answer
// what they are asked, and deal with what they are told.
func (w *schoolWeek) live(until time.Time) {
	slices.SortStableFunc(w.events, func(a, b event) int { return a.at.Compare(b.at) })
	// Half a second beside everything else: what happens at once has no order.
	for beat := time.Now().Add(time.Second / 2); beat.Before(until); beat = beat.Add(30 * time.Second) {
		for len(w.events) > 0 && w.events[0].at.Before(beat) {
			time.Sleep(time.Until(w.events[0].at))
			w.events[0].do()
			w.events = w.events[1:]
		}
		time.Sleep(time.Until(beat))
		for _, d := range w.people().Devices() {
			if !w.silent(d.Address.Device, beat) {
				w.supervisor.Seen(d.Address, beat)
			}
		}
		w.answer(beat)
		if beat.Unix()%60 == 0 {
			w.respond(beat)
		}
	}
}

// answer has those answer who were asked since the last beat.
func (w *schoolWeek) answer(now time.Time) {
	w.mu.Lock()
	asked := w.asked
	w.asked = nil
	w.mu.Unlock()
	if len(asked) == 0 {
		return
	}
	for _, p := range w.who.Load().duties[weekSchool].People {
		for _, q := range w.duty.Asked(weekSchool, p.Name, now) {
			if w.mute(p.Name, now) {
				continue
			}
			id := fmt.Sprintf("%s-%d", p.Name, now.Unix())
			switch {
			case p.Account == "": // by holding the card once more
				w.card(p.Name, q.Post.ID)
			case q.Call != "":
				require.NoError(w.t, w.duty.Reply(w.t.Context(), weekSchool, q.Call, alerting.Actor{Name: p.Account, Role: alerting.RoleGuard}, false))
			default:
				require.NoError(w.t, w.duty.Well(w.t.Context(), weekSchool, id, p.Account))
			}
		}
	}
}

// respond has the desk and the safety officer take on what is high or critical,
// after five minutes, and close it after half an hour; what is low and has not
// ended by itself is closed after two hours.
func (w *schoolWeek) respond(now time.Time) {
	for _, i := range w.engine.Unresolved() {
		age := now.Sub(i.OpenedAt)
		desk := alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}
		officer := alerting.Actor{Name: "officer", Role: alerting.RoleOfficer}
		if i.Severity != alerting.Low && age >= 5*time.Minute && len(i.Acknowledgements) == 0 {
			if w.hasTold(i.ID, alerting.Police) {
				w.command(alerting.Command{Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: desk})
			}
			w.command(alerting.Command{Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: officer})
		}
		if age < 2*time.Hour && (i.Severity == alerting.Low || age < 30*time.Minute) {
			continue
		}
		if i.Latched {
			w.command(alerting.Command{Incident: i.ID, Verb: alerting.VerbReset, Actor: officer, Reason: "looked after"})
		}
		by := officer
		if i.Lead == alerting.LeadPolice {
			by = desk
		}
		w.command(alerting.Command{Incident: i.ID, Verb: alerting.VerbResolve, Actor: by, Reason: "looked after", Outcome: alerting.OutcomeReal})
	}
}

func (w *schoolWeek) command(c alerting.Command) {
	w.t.Helper()
	_, err := w.engine.Do(w.t.Context(), c)
	require.NoError(w.t, err, "%s of %s", c.Verb, c.Incident)
}

func (w *schoolWeek) hasTold(incident string, a alerting.Audience) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.first[incident][a]
	return ok
}

// raised is every incident of the week in the order in which they opened: when
// (to five seconds, as a silence is noticed within one or two),
// of what kind, about what, at which place, how grave in the end, and which
// audience was first told after how many seconds, and who of it.
func (w *schoolWeek) raised() []string {
	found, err := w.engine.List(w.t.Context(), alerting.Query{Schools: []string{weekSchool}, Named: []string{weekSchool}, Limit: 500})
	require.NoError(w.t, err)
	slices.SortFunc(found, func(a, b alerting.Incident) int { return a.OpenedAt.Compare(b.OpenedAt) })
	var out []string
	for _, i := range found {
		if !i.Resolved() {
			w.t.Errorf("%s of %s is not over at the end of the week", i.Kind, i.Device)
		}
		out = append(out, fmt.Sprintf("%s %s %s @%s %s:%s", strings.ToLower(i.OpenedAt.Truncate(5*time.Second).In(w.zone).Format("Mon 15:04:05")),
			i.Kind, objectOf(i), i.Place.ID, i.Severity, w.toldOf(i)))
	}
	return out
}

// objectOf is what an incident is about, without the aliases of people.
func objectOf(i alerting.Incident) string {
	if parts := strings.Split(i.Device, "/"); len(parts) == 4 || parts[0] == "roll-call" {
		return strings.Join(parts[:len(parts)-1], "/")
	}
	return i.Device
}

func (w *schoolWeek) toldOf(i alerting.Incident) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := ""
	for _, a := range alerting.Audiences() {
		if first, ok := w.first[i.ID][a]; ok {
			slices.Sort(first.to)
			out += fmt.Sprintf(" %s+%d(%s)", a, int(first.at.Sub(i.OpenedAt).Seconds()), strings.Join(first.to, " "))
			if first.sound == "none" {
				out += " without a sound"
			}
		}
	}
	return out
}
