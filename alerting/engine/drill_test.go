package engine_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
)

func TestAWordThatADrillIsNoneOpensOneLiveIncident(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	teacher := alerting.Actor{Name: "teacher", Role: alerting.RoleStaff}
	drill := press("b-1")
	drill.Mode = devices.Drill
	require.NoError(t, r.Press(drill))

	live, err := r.Declare(t.Context(), school, "fire", "d-1", teacher)
	require.NoError(t, err)
	assert.Equal(t, []any{devices.Live, alerting.Kind("fire"), true, false}, []any{live.Mode, live.Kind, live.Stored, live.Latched})
	assert.Equal(t, alerting.IncidentID(drill.From, drill.ID), live.DrillOf)
	assert.Equal(t, live.ID, r.next("desk-1").Incident, "the police are told")
	again, err := r.Declare(t.Context(), school, "fire", "d-1", teacher)
	require.NoError(t, err)
	assert.Equal(t, live.ID, again.ID)
	r.stop()

	r = start(t, path, nil)
	again, err = r.Declare(t.Context(), school, "fire", "d-1", teacher)
	require.NoError(t, err)
	assert.Equal(t, live.ID, again.ID, "also after a restart, while it is unresolved")
}

func TestAButtonThatDrillsByItselfIsAFaultOnce(t *testing.T) {
	r := start(t, "", nil)
	from := devices.Address{School: school, Device: "b-1"}
	r.Unexpected(from)
	r.Unexpected(from)
	_, err := r.Incident(t.Context(), "none") // asked behind both
	require.ErrorIs(t, err, alerting.ErrNotFound)
	var faults []alerting.Incident
	require.Eventually(t, func() bool {
		faults = nil
		for _, i := range r.Unresolved() {
			if i.Kind == alerting.KindHubFault {
				faults = append(faults, i)
			}
		}
		return len(faults) > 0
	}, time.Minute, time.Millisecond)
	require.Len(t, faults, 1)
	assert.Equal(t, "b-1", faults[0].Device)
}

// While something real is open nobody is called for an exercise, also when the
// hub stops in between.
func TestWhatIsRealEndsTheEscalationOfADrill(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		drill := press("b-1")
		drill.Mode = devices.Drill
		require.NoError(t, r.Press(drill))
		exercise := alerting.IncidentID(drill.From, drill.ID)
		before, err := r.Incident(t.Context(), exercise)
		require.NoError(t, err)
		require.NotEmpty(t, before.Escalation, "a drill escalates while it runs")
		require.NoError(t, r.Press(press("b-2")))
		r.StandDown(school) // the drill hears of it, and ends too
		r.StandDown(school)
		time.Sleep(10 * time.Minute)
		r.stop()

		r = startAs(t, path, manned())
		defer r.stop()
		time.Sleep(10 * time.Minute)
		after, err := r.Incident(t.Context(), exercise)
		require.NoError(t, err)
		assert.False(t, after.Resolved(), "a person closes it")
		assert.Empty(t, after.Escalation)
		stood := 0
		for _, e := range after.Timeline {
			assert.NotEqual(t, alerting.EventEscalated, e.Event)
			if e.Event == alerting.EventStoodDown {
				stood++
			}
		}
		assert.Equal(t, 1, stood)
	})
}

// The guards read a drill's timeline: it says nothing of what is not for them.
func TestWhatIsHushedEndsTheEscalationOfADrillAndIsNotNamed(t *testing.T) {
	silent, bullied := press("b-2"), press("b-2")
	silent.Silent = true
	bullied.Alarm = devices.Bullying
	for name, hushed := range map[string]devices.Press{"silent": silent, "confidential": bullied} {
		bubble(t, func(t *testing.T, path string) {
			r := startAs(t, path, manned())
			defer r.stop()
			drill := press("b-1")
			drill.Mode = devices.Drill
			require.NoError(t, r.Press(drill))
			require.NoError(t, r.Press(hushed))
			time.Sleep(10 * time.Minute)
			events, _, err := r.journal.Get(t.Context(), alerting.IncidentID(drill.From, drill.ID))
			require.NoError(t, err)
			var why []string
			for _, e := range events {
				assert.NotEqual(t, alerting.EventEscalated, e.Type, name)
				if e.Type == alerting.EventStoodDown {
					why = append(why, e.Reason)
				}
			}
			assert.Equal(t, []string{alerting.StoodDownOver}, why, name)
		})
	}
}

// hearing is drills that keep whether what they hear is hushed.
type hearing struct {
	filing
	hushed map[string]bool
}

func (h hearing) Pressed(p devices.Press, hushed bool) { h.hushed[p.ID] = hushed }
func (h hearing) Raised(_ string, k alerting.Kind, _ alerting.Actor, hushed bool) {
	h.hushed[string(k)] = hushed
}

func TestADrillHearsWhatIsHushed(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		heard := hearing{hushed: map[string]bool{}}
		r.Exercised(heard)
		loud, silent, bullied := press("b-1"), press("b-2"), press("b-3")
		silent.Silent, bullied.Alarm = true, devices.Bullying
		for _, p := range []devices.Press{loud, silent, bullied} {
			require.NoError(t, r.Press(p))
		}
		aloud := press("b-2") // ends the silence
		require.NoError(t, r.Press(aloud))
		for _, k := range []alerting.Kind{"fire", "welfare"} {
			_, err := r.Raise(t.Context(), alerting.Report{
				ID: uuid.NewString(), School: school, Place: alerting.Place{ID: "north-gate"}, Kind: k, Mode: devices.Live, By: officer, At: time.Now(),
			})
			require.NoError(t, err)
		}
		assert.Equal(t, map[string]bool{
			loud.ID: false, silent.ID: true, bullied.ID: true, aloud.ID: false, "fire": false, "welfare": true,
		}, heard.hushed)
	})
}

func TestADrillThatIsOverEscalatesNoMore(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		defer r.stop()
		drill := press("b-1")
		drill.Mode = devices.Drill
		require.NoError(t, r.Press(drill))
		r.StandDown(school)
		time.Sleep(10 * time.Minute)
		i, err := r.Incident(t.Context(), alerting.IncidentID(drill.From, drill.ID))
		require.NoError(t, err)
		assert.Empty(t, i.Escalation)
	})
}

// ended is drills that are over, or none of which is.
type ended struct {
	filing
	over bool
}

func (e ended) Over(*alerting.Incident) bool { return e.over }

// The hub was killed between the end of a drill, or a live press, and the moment
// in which the end of the drill's escalation would have been on the disk.
func TestAStartStandsDownWhatTheHubHadNoTimeTo(t *testing.T) {
	for name, c := range map[string]struct{ over, real, escalates bool }{
		"the drill is over":    {over: true},
		"something real began": {real: true},
		"the drill runs":       {escalates: true},
	} {
		bubble(t, func(t *testing.T, path string) {
			disk := &torn{}
			r := startFor(t, journal.Config{Path: path, Fault: disk.fault}, manned())
			drill := press("b-1")
			drill.Mode = devices.Drill
			require.NoError(t, r.Press(drill))
			if c.real {
				require.NoError(t, r.Press(press("b-2")))
			}
			disk.torn.Store(true) // right behind it
			r.stop()
			time.Sleep(time.Hour) // every level of the drill is due

			r = startFor(t, journal.Config{Path: path}, manned(), func(e *engine.Engine) { e.Exercised(ended{over: c.over}) })
			defer r.stop()
			time.Sleep(10 * time.Minute)
			events, _, err := r.journal.Get(t.Context(), alerting.IncidentID(drill.From, drill.ID))
			require.NoError(t, err)
			escalated := 0
			for _, e := range events {
				if e.Type == alerting.EventEscalated {
					escalated++
				}
			}
			assert.Equal(t, c.escalates, escalated > 0, name)
			assert.Equal(t, !c.escalates, alerting.Fold(events).StoodDown, name)
		})
	}
}

func TestOnlyWhatIsOverIsStoodDown(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		late, fault := press("b-1"), press("b-2")
		late.Mode, fault.Mode = devices.Drill, devices.Drill
		r := startFor(t, journal.Config{Path: path}, manned(), func(e *engine.Engine) { e.Exercised(overAt("b-1")) })
		defer r.stop()
		require.NoError(t, r.Press(late))
		require.NoError(t, r.Press(fault))
		r.StandDownOver()
		r.StandDownOver()
		time.Sleep(10 * time.Minute)
		for p, calls := range map[*devices.Press]bool{&late: false, &fault: true} {
			i, err := r.Incident(t.Context(), alerting.IncidentID(p.From, p.ID))
			require.NoError(t, err)
			assert.Equal(t, calls, len(i.Escalation) > 0, p.From.Device)
			assert.Equal(t, !calls, i.StoodDown)
		}
	})
}

// overAt is a drill that is over, of one button.
type overAt string

func (overAt) Filed(string) bool                                  { return false }
func (overAt) Pressed(devices.Press, bool)                        {}
func (overAt) Raised(string, alerting.Kind, alerting.Actor, bool) {}
func (o overAt) Over(i *alerting.Incident) bool                   { return i.Device == string(o) }

// torn is a disk that takes nothing more once it is torn off.
type torn struct{ torn atomic.Bool }

func (d *torn) fault(journal.Stage) error {
	if d.torn.Load() {
		return errDisk
	}
	return nil
}

// A drill press that no drill expects is a fault that the hub raises: somebody
// may need help and took the wrong mode, so that it goes on escalating.
func TestAFaultEndsNoEscalationOfADrill(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		defer r.stop()
		drill := press("b-1")
		drill.Mode = devices.Drill
		require.NoError(t, r.Press(drill))
		r.Unexpected(drill.From)
		time.Sleep(10 * time.Minute)
		i, err := r.Incident(t.Context(), alerting.IncidentID(drill.From, drill.ID))
		require.NoError(t, err)
		assert.NotEmpty(t, i.Escalation)
	})
}

// Nobody has closed the incident of a drill that is over, and the same button is
// pressed in the next one.
func TestTheNextDrillEscalatesAnew(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		first := press("b-1")
		first.Mode = devices.Drill
		require.NoError(t, r.Press(first))
		r.StandDown(school)
		time.Sleep(time.Hour)
		second := press("b-1")
		second.Mode = devices.Drill
		require.NoError(t, r.Press(second))
		r.stop()

		r = startAs(t, path, manned())
		defer r.stop()
		id := alerting.IncidentID(second.From, second.ID)
		i, err := r.Incident(t.Context(), id)
		require.NoError(t, err)
		assert.NotEmpty(t, i.Escalation)
		require.NoError(t, r.Press(press("b-2")))
		time.Sleep(time.Minute)
		i, err = r.Incident(t.Context(), id)
		require.NoError(t, err)
		assert.Empty(t, i.Escalation, "until something real ends it too")
	})
}
