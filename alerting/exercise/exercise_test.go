package exercise_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestADrillFromItsPlanToItsReport(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.do(officer, drill.Command{Verb: drill.VerbPlan, Plan: plan()})
		assert.Contains(t, w.heard(alerting.Police, "desk-1"), "drill 【演练报备】紫薇小学")
		assert.Empty(t, w.heard(alerting.Police, "desk-2"), "it was not asked")
		assert.False(t, w.Filed("ziwei"))
		w.do(liaison, drill.Command{Verb: drill.VerbAccept, Station: "desk-1"})
		assert.False(t, w.Filed("ziwei"), "it does not run")

		w.do(officer, drill.Command{Verb: drill.VerbStart})
		assert.True(t, w.Filed("ziwei"))
		assert.False(t, w.Filed("lanhua"))
		assert.Equal(t, []time.Duration{5 * time.Minute}, w.windowsOf("ziwei/b-1"))
		assert.Equal(t, "drill 【演练】紫薇小学 火情,无需出警【演练】", w.heard(alerting.Police, "desk-1"))
		assert.Empty(t, w.heard(alerting.Police, "desk-2"))
		for _, r := range []struct {
			a  alerting.Audience
			id string
		}{{alerting.Guards, "gate-1"}, {alerting.Staff, "hall"}, {alerting.Staff, "room"}} {
			assert.Equal(t, "drill 【演练】演练开始。这是演练。【演练】", w.heard(r.a, r.id))
		}

		time.Sleep(10 * time.Second)
		w.press(b1, "p-1", devices.Drill)
		time.Sleep(50 * time.Second)
		for _, p := range plan().Parts {
			w.do(officer, drill.Command{Verb: drill.VerbMark, School: "ziwei", Part: p})
		}
		v := w.do(officer, drill.Command{Verb: drill.VerbStop, Reason: "all out"})
		assert.Equal(t, 5*time.Minute+0, w.windowsOf("ziwei/b-1")[0])
		assert.Zero(t, w.windowsOf("ziwei/b-1")[1], "the device is told to be live")
		assert.NotContains(t, w.heard(alerting.Guards, "gate-1"), "解除", "no end of a drill sends anybody back")
		r, ok := v.Report("ziwei")
		require.True(t, ok)
		assert.Equal(t, []any{drill.Excellent, 1, 1, 0}, []any{r.Grade, r.Buttons, r.Pressed, r.Unexpected})

		v = w.do(officer, drill.Command{Verb: drill.VerbReturn, School: "ziwei"})
		assert.Equal(t, drill.Returned, v.Phase)
		assert.Equal(t, "drill 【演练】解除。恢复岗位,检查校门【演练】", w.heard(alerting.Guards, "gate-1"))
		assert.Equal(t, "drill 【演练】演练结束。【演练】", w.heard(alerting.Staff, "hall"))
		assert.Empty(t, w.unexpected)
		assert.Equal(t, v.State, drill.Fold(w.events), "the disk has all of it")
	})
}

func TestALivePressEndsTheDrillEverywhere(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		p := plan()
		p.Schools = append(p.Schools, drill.Site{ID: "lanhua", Storeys: 4})
		w.running(p)
		w.press(b1, "p-1", devices.Drill)
		w.press(b2, "p-2", devices.Live)

		assert.Equal(t, drill.Preempted, w.phase())
		assert.Equal(t, []string{"ziwei", "lanhua"}, w.stoodDown)
		assert.Contains(t, w.heard(alerting.Guards, "gate-1"), "live 非演练!真实险情。持械阻隔", "what to do follows what is real")
		assert.Contains(t, w.heard(alerting.Staff, "room"), "live 【非演练】真实险情。【校内避险】")
		assert.Equal(t, "live 演练停止。这不是演练。请听老师指挥。", w.heard(alerting.Staff, "hall"))
		assert.Equal(t, "live 非演练!真实险情。演练停止,请听值班领导安排", w.heard(alerting.Guards, "gate-2"), "the other school stops too")
		assert.Zero(t, w.windowsOf("ziwei/b-1")[1])
		assert.False(t, w.Filed("ziwei"))
		_, err := w.try(officer, drill.Command{Verb: drill.VerbReturn, School: "ziwei"})
		require.ErrorIs(t, err, alerting.ErrConflict)
	})
}

func TestAPersonsWordEndsTheDrillAfterTheAlarm(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.running(plan())
		v, live, err := w.Real(w.t.Context(), exercise.Order{Drill: "d-1", Command: drill.Command{By: staff, School: "ziwei"}}, time.Now())
		require.NoError(t, err)
		assert.Equal(t, "live", live.ID)
		assert.Equal(t, drill.Preempted, v.Phase)
		assert.Equal(t, []alerting.Actor{staff.Actor}, w.declared)
		assert.Contains(t, w.heard(alerting.Guards, "gate-1"), "非演练")

		parent := who("mother", alerting.RoleParent)
		_, _, err = w.Real(w.t.Context(), exercise.Order{Drill: "d-1", Command: drill.Command{By: parent, School: "ziwei"}}, time.Now())
		require.ErrorIs(t, err, alerting.ErrForbidden)
		assert.Len(t, w.declared, 1, "whoever may not say it opens nothing")
	})
}

func TestWhatIsRealIsToldWithoutADiskAndStoredLater(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.running(plan())
		w.down = true
		_, err := w.try(officer, drill.Command{Verb: drill.VerbStop, Reason: "x"})
		require.ErrorIs(t, err, alerting.ErrUnavailable)
		assert.Equal(t, drill.Running, w.phase(), "what a person does is stored first")

		w.press(b2, "p-2", devices.Live)
		assert.Equal(t, drill.Preempted, w.phase())
		assert.Contains(t, w.heard(alerting.Guards, "gate-1"), "非演练")
		w.mu.Lock()
		w.down = false
		w.mu.Unlock()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		v, _ := w.Drill("d-1")
		assert.Equal(t, v.State, drill.Fold(w.events))
	})
}

func TestADrillPressThatNoDrillExpectsIsAFault(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.press(b2, "p-0", devices.Drill)
		assert.Equal(t, []devices.Address{b2}, w.unexpected)
		assert.Equal(t, []time.Duration{0}, w.windowsOf("ziwei/b-2"), "it is told to be live")

		w.running(plan())
		w.press(b2, "p-1", devices.Drill)
		assert.Equal(t, []devices.Address{b2, b2}, w.unexpected, "another button than the plan names")
		assert.Equal(t, drill.Running, w.phase(), "its mode is its own: it ends nothing")
		time.Sleep(6 * time.Minute)
		w.press(b1, "p-2", devices.Drill)
		assert.Len(t, w.unexpected, 3, "after its window")
		v, _ := w.Drill("d-1")
		assert.Len(t, v.Unexpected, 2)
	})
}

func TestADrillGoesOnAfterARestartWithoutTheWindow(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		p := plan()
		p.Windows = append(p.Windows, drill.Window{School: "ziwei", Device: "b-2", AfterS: 120})
		w.running(p)
		w.start()
		assert.Equal(t, drill.Running, w.phase())
		assert.True(t, w.Filed("ziwei"))
		assert.Len(t, w.windowsOf("ziwei/b-1"), 1, "no second window")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		assert.Equal(t, []time.Duration{5 * time.Minute}, w.windowsOf("ziwei/b-2"), "timers go on")
		time.Sleep(13 * time.Minute)
		synctest.Wait()
		assert.Equal(t, drill.Stopped, w.phase(), "and its time ends it")
	})
}

// Whoever was counted stays counted, and whoever was missing is found by
// counting again: the last word holds.
func TestAHeadCountOutlivesARestart(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.running(plan())
		count := drill.Command{Verb: drill.VerbMark, School: "ziwei", Part: drill.Counted, Count: &drill.Count{Complete: true, Expected: 400, Missing: 1}}
		w.do(officer, count)
		w.start()
		v, _ := w.Drill("d-1")
		assert.Equal(t, map[string]drill.Count{"ziwei": {Complete: true, Expected: 400, Missing: 1}}, v.Counts)
		w.do(officer, drill.Command{Verb: drill.VerbStop, Reason: "done"})
		back := drill.Command{Verb: drill.VerbReturn, School: "ziwei"}
		_, err := w.try(officer, back)
		require.ErrorIs(t, err, alerting.ErrConflict, "somebody is missing")
		count.Count = &drill.Count{Complete: true, Expected: 400}
		w.do(officer, count)
		w.start()
		assert.Equal(t, drill.Returned, w.do(officer, back).Phase)
		count.Count = &drill.Count{Complete: true, Expected: 400, Missing: 401}
		_, err = w.try(officer, count)
		require.Error(t, err)
	})
}

// At its end, when it is stopped and when something is real, every device of
// a drill is silent, its window closed, and the light of its drill press out:
// but for the one that may speak of what is real.
func TestADrillLeavesNoSirenAndNoLightBehind(t *testing.T) {
	both := func() drill.Plan {
		p := plan()
		p.Windows = append(p.Windows, drill.Window{School: "ziwei", Device: "b-2"})
		return p
	}
	idle := func(w *world, device string) bool {
		c := w.cleared[device]
		require.NotNil(t, c.Siren, device)
		assert.False(t, *c.Siren)
		assert.Empty(t, c.Receipt, "only the engine knows what is on the disk")
		return c.Indicator == devices.IndicatorIdle
	}
	for name, end := range map[string]func(w *world){
		"its time":  func(*world) { time.Sleep(15 * time.Minute); synctest.Wait() },
		"a person":  func(w *world) { w.do(officer, drill.Command{Verb: drill.VerbStop, Reason: "rain"}) },
		"elsewhere": func(w *world) { w.press(devices.Address{School: "ziwei", Device: "b-9"}, "p-9", devices.Live) },
	} {
		inVirtualTime(t, func(w *world) {
			w.running(both())
			w.press(b1, "p-1", devices.Drill)
			end(w)
			assert.True(t, idle(w, "ziwei/b-1"), name)
			assert.False(t, idle(w, "ziwei/b-2"), "it never pressed: its light is none of the drill's")
		})
	}
	inVirtualTime(t, func(w *world) {
		w.running(both())
		w.press(b1, "p-1", devices.Drill)
		w.press(b1, "p-2", devices.Live)
		assert.False(t, idle(w, "ziwei/b-1"), "its second press is live, and so is its light")
	})
	inVirtualTime(t, func(w *world) {
		w.running(both())
		w.press(b1, "p-1", devices.Drill)
		w.press(b2, "p-1", devices.Drill)
		w.unresolved = []alerting.Incident{{ID: "i", School: "ziwei", Device: "b-2", Kind: "fire", Mode: devices.Live}}
		w.do(officer, drill.Command{Verb: drill.VerbStop, Reason: "rain"})
		assert.True(t, idle(w, "ziwei/b-1"))
		assert.False(t, idle(w, "ziwei/b-2"), "its live incident is open")
	})
}

// A silent press gives nobody away, and of a confidential matter nobody hears
// but the named: the drill ends as by its time, and tells nobody why.
func TestWhatIsHushedEndsTheDrillAndIsToldToNobody(t *testing.T) {
	for name, end := range map[string]func(w *world){
		"a press": func(w *world) {
			w.Pressed(devices.Press{ID: "p-2", From: b2, Alarm: devices.Attack, Silent: true, ReceivedAt: time.Now()}, true)
		},
		"a person's alarm": func(w *world) { w.Raised("ziwei", alerting.KindBullying, second.Actor, true) },
		"before a restart": func(w *world) {
			w.mu.Lock()
			w.unresolved = []alerting.Incident{{
				ID: "i", School: "ziwei", Device: "b-2", Kind: alerting.KindBullying, Mode: devices.Live, Confidential: true,
				Presses: []alerting.PressRecord{{ID: "p", PressedAt: time.Now(), ReceivedAt: time.Now()}},
			}}
			w.mu.Unlock()
			w.start()
		},
	} {
		inVirtualTime(t, func(w *world) {
			w.running(plan())
			w.press(b1, "p-1", devices.Drill)
			told := len(w.told)
			end(w)
			synctest.Wait()
			assert.Equal(t, drill.Stopped, w.phase(), name)
			assert.Zero(t, w.windowsOf("ziwei/b-1")[1], "its windows are closed all the same")
			assert.Len(t, w.told, told, name)
			v, _ := w.Drill("d-1")
			r, _ := v.Report("ziwei")
			assert.Equal(t, []any{drill.EndStopped, drill.NotGraded, alerting.Actor{}}, []any{r.End, r.Grade, r.Ender}, name)
			assert.Equal(t, alerting.Actor{Name: alerting.ActorHub}, v.EndedBy, "it names neither button nor person")

			w.press(b2, "p-3", devices.Live)
			assert.Equal(t, drill.Preempted, w.phase(), "what everybody may hear of is told, also now")
			assert.Contains(t, w.heard(alerting.Guards, "gate-1"), "live 非演练!真实险情。持械阻隔")
		})
	}
}

// Which drill incidents a start of the hub stands down.
func TestWhichDrillIncidentsAreOver(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		began := time.Now()
		incident := func(school, device, press string, opened time.Time) *alerting.Incident {
			return &alerting.Incident{School: school, Device: device, Mode: devices.Drill, OpenedAt: opened, Presses: []alerting.PressRecord{{ID: press}}}
		}
		before, part := incident("ziwei", "b-1", "p-0", began), incident("ziwei", "b-1", "p-1", began.Add(2*time.Hour)) // the clock was set since
		time.Sleep(time.Minute)
		w.running(plan())
		w.press(b1, "p-1", devices.Drill)
		assert.False(t, w.Over(before), "no drill has ended since")
		assert.False(t, w.Over(part), "its drill runs")
		w.do(officer, drill.Command{Verb: drill.VerbStop, Reason: "rain"})
		assert.True(t, w.Over(before))
		assert.True(t, w.Over(part))
		time.Sleep(time.Minute)
		assert.False(t, w.Over(incident("ziwei", "b-2", "p-2", time.Now())), "no drill expects it: it is a fault, and escalates")
		assert.False(t, w.Over(incident("lanhua", "b-1", "p-1", began)), "another school's")

		p := plan()
		p.ID = "d-2"
		for _, v := range []drill.Command{{Verb: drill.VerbPlan, Plan: p}, {Verb: drill.VerbStart}} {
			v.By = officer
			_, err := w.Do(w.t.Context(), exercise.Order{Drill: "d-2", Command: v})
			require.NoError(t, err)
		}
		w.press(b1, "p-3", devices.Drill)
		both := incident("ziwei", "b-1", "p-0", began)
		both.Presses = append(both.Presses, alerting.PressRecord{ID: "p-3"})
		assert.False(t, w.Over(both), "the next drill's press has joined it")
		assert.True(t, w.Over(before))
	})
}

// The engine asks before anybody has looked at the drills' time.
func TestADrillThatRanOutWhileTheHubWasDownIsOverAtItsStart(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		began := time.Now()
		w.running(plan())
		w.press(b1, "p-1", devices.Drill)
		part := &alerting.Incident{School: "ziwei", Device: "b-1", Mode: devices.Drill, OpenedAt: began, Presses: []alerting.PressRecord{{ID: "p-1"}}}
		w.stop()
		w.stop = func() {}
		for _, row := range []struct {
			down time.Duration
			over bool
		}{{15*time.Minute - time.Second, false}, {15 * time.Minute, true}} {
			time.Sleep(time.Until(began.Add(row.down)))
			w.load()
			require.Equal(t, drill.Running, w.phase(), "nobody has noted its end")
			assert.Equal(t, row.over, w.Over(part), row.down)
		}
	})
}

// A press that was made in its window, and was on its way for longer than the
// drill ran: nobody is called for it.
func TestADrillPressThatComesAfterTheEndCallsNobody(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.running(plan())
		time.Sleep(time.Minute)
		made := time.Now()
		time.Sleep(time.Minute)
		w.do(officer, drill.Command{Verb: drill.VerbStop, Reason: "rain"})
		time.Sleep(time.Hour)
		w.Pressed(devices.Press{ID: "p-1", From: b1, Mode: devices.Drill, ReceivedAt: time.Now(), Age: time.Since(made)}, false)
		synctest.Wait()
		assert.Equal(t, []string{"ziwei", "over"}, w.stoodDown)
		assert.True(t, w.Over(&alerting.Incident{
			School: "ziwei", Device: "b-1", Mode: devices.Drill, OpenedAt: time.Now(), Presses: []alerting.PressRecord{{ID: "p-1"}},
		}), "whoever is asked knows it by then")
		assert.Empty(t, w.unexpected)
	})
}

// What is hushed hides nothing that is for everybody to hear.
func TestWhatIsHushedAndWhatIsNotInOneMoment(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.running(plan())
		w.Pressed(devices.Press{ID: "p-2", From: b2, Alarm: devices.Bullying, ReceivedAt: time.Now()}, true)
		w.press(b1, "p-3", devices.Live)
		assert.Equal(t, drill.Preempted, w.phase())
		assert.Contains(t, w.heard(alerting.Guards, "gate-1"), "非演练")
	})
}

// Somebody says on the page of a drill about a confidential kind that it is
// none: everybody hears that, and nobody of which kind.
func TestAWordThatAConfidentialDrillIsNoneNamesNoKind(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		p := plan()
		p.Kind = alerting.KindBullying
		w.running(p)
		_, _, err := w.Real(w.t.Context(), exercise.Order{Drill: "d-1", Command: drill.Command{By: staff, School: "ziwei"}}, time.Now())
		require.NoError(t, err)
		assert.Equal(t, "live 非演练!真实险情。演练停止,请听值班领导安排", w.heard(alerting.Guards, "gate-1"))
		for _, m := range w.told {
			if m.Mode == devices.Live {
				assert.Equal(t, alerting.Kind("emergency"), m.Kind)
			}
		}
	})
}

func TestALivePressFromBeforeTheRestartEndsTheDrill(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.running(plan())
		now := time.Now()
		w.unresolved = []alerting.Incident{
			{ID: "f", School: "ziwei", Kind: alerting.KindHubFault, Mode: devices.Live, Presses: []alerting.PressRecord{{ID: "x", ReceivedAt: now}}},
			{ID: "i", School: "ziwei", Device: "b-2", Kind: "fire", Mode: devices.Live, Presses: []alerting.PressRecord{{ID: "p", PressedAt: now, ReceivedAt: now}}},
		}
		w.start()
		assert.Equal(t, drill.Preempted, w.phase())
		assert.Contains(t, w.heard(alerting.Guards, "gate-1"), "非演练")
	})
}

func TestWhatForbidsADrill(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		for name, change := range map[string]func(*drill.Plan){
			"school": func(p *drill.Plan) { p.Schools[0].ID = "nowhere" }, "device": func(p *drill.Plan) { p.Windows[0].Device = "b-9" },
			"panel": func(p *drill.Plan) { p.Windows[0].Device = "f-1" }, "desk": func(p *drill.Plan) { p.Filed = []string{"gate-1"} },
			"kind": func(p *drill.Plan) { p.Kind = alerting.KindHubFault },
		} {
			p := plan()
			change(&p)
			_, err := w.try(officer, drill.Command{Verb: drill.VerbPlan, Plan: p})
			require.ErrorIs(t, err, alerting.ErrInvalid, name)
		}
		w.do(officer, drill.Command{Verb: drill.VerbPlan, Plan: plan()})
		w.examined = "ziwei"
		_, err := w.try(officer, drill.Command{Verb: drill.VerbStart})
		require.ErrorIs(t, err, alerting.ErrConflict, "an examination day")
		w.examined = ""
		w.unresolved = []alerting.Incident{{ID: "i", School: "ziwei", Kind: "fire", Mode: devices.Live}}
		_, err = w.try(officer, drill.Command{Verb: drill.VerbStart})
		require.ErrorIs(t, err, alerting.ErrConflict, "a live incident")
		w.unresolved[0].Kind = alerting.KindHubFault
		w.do(officer, drill.Command{Verb: drill.VerbStart})

		other := plan()
		other.ID = "d-2"
		w.do(officer, drill.Command{Verb: drill.VerbPlan, Plan: other})
		_, err = w.Do(w.t.Context(), exercise.Order{Drill: "d-2", Command: drill.Command{Verb: drill.VerbStart, By: officer}})
		require.ErrorIs(t, err, alerting.ErrConflict, "another drill runs there")
		_, err = w.Do(w.t.Context(), exercise.Order{Drill: "d-3", Command: drill.Command{Verb: drill.VerbStart, By: officer}})
		require.ErrorIs(t, err, alerting.ErrNotFound)
	})
}

func TestTwoSchoolsNeedASecondPersonInFiveMinutes(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		p := plan()
		p.Schools = append(p.Schools, drill.Site{ID: "lanhua", Storeys: 4})
		w.do(officer, drill.Command{Verb: drill.VerbPlan, Plan: p})
		w.do(officer, drill.Command{Verb: drill.VerbStart})
		_, err := w.try(officer, drill.Command{Verb: drill.VerbConfirm})
		require.ErrorIs(t, err, alerting.ErrForbidden)
		_, err = w.try(liaison, drill.Command{Verb: drill.VerbConfirm})
		require.ErrorIs(t, err, alerting.ErrForbidden)
		assert.Empty(t, w.windows)
		time.Sleep(drill.ConfirmWithin + time.Second)
		synctest.Wait()
		assert.Equal(t, drill.Planned, w.phase())
		w.do(officer, drill.Command{Verb: drill.VerbStart})
		w.do(second, drill.Command{Verb: drill.VerbConfirm})
		assert.Equal(t, drill.Running, w.phase())
		assert.NotEmpty(t, w.windows)
	})
}

func TestWhoWasAwayIsToldWhenItComesUp(t *testing.T) {
	inVirtualTime(t, func(w *world) {
		w.away = true
		w.running(plan())
		v, _ := w.Drill("d-1")
		state := func(v exercise.View, device, recipient string) alerting.DeliveryState {
			for _, told := range v.Told {
				if told.Device == device && told.Recipient == recipient {
					return told.State
				}
			}
			return ""
		}
		assert.Equal(t, alerting.Failed, state(v, "b-1", ""), "a device that is away is seen")
		last := w.told[len(w.told)-1]
		n := len(w.told)
		w.TerminalUp(last.Audience, last.Recipient)
		synctest.Wait()
		require.Len(t, w.told, n+1)
		assert.True(t, w.told[n].Again)
		w.Report(last.Progress(alerting.Handed, "", time.Now()))
		w.Confirm(alerting.Police, "desk-1", last.Delivery, alerting.Received, time.Now())
		synctest.Wait()
		v, _ = w.Drill("d-1")
		assert.Equal(t, alerting.Handed, state(v, "", last.Recipient), "somebody else's receipt proves nothing")
		w.Confirm(last.Audience, last.Recipient, last.Delivery, alerting.Received, time.Now())
		w.TerminalUp(last.Audience, last.Recipient)
		synctest.Wait()
		v, _ = w.Drill("d-1")
		assert.Equal(t, alerting.Received, state(v, "", last.Recipient))
		assert.Len(t, w.told, n+1, "it has it already")
		assert.True(t, exercise.Owns(last.Delivery))
	})
}
