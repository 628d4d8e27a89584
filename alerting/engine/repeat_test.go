package engine_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// toldTo takes what a recipient was told so far, by the time since began.
func (r *rig) toldTo(began time.Time, recipient string, whole map[string]bool) []time.Duration {
	var out []time.Duration
	for {
		select {
		case m := <-r.told:
			if m.Recipient == recipient && !whole[m.Delivery] {
				whole[m.Delivery] = true
				out = append(out, time.Since(began))
			}
		default:
			return out
		}
	}
}

// A press goes on being told until the police take it on, whoever the last
// level of a school's own policy names: the desk alone, which was told at first,
// or nobody behind the first level.
func TestAPressIsToldAgainUntilItIsTakenOnUnderAnyPolicy(t *testing.T) {
	for text, first := range map[string]time.Duration{
		"{escalation: {E1: {police: {repeat: 60, levels: [{after: 0, duties: [station-desk]}]}}}}":                                                 60 * time.Second,
		"{escalation: {E1: {police: {repeat: 60, levels: [{after: 0, duties: [station-desk]}, {after: 15, duties: [station-desk]}]}}}}":            15 * time.Second,
		"{escalation: {E1: {police: {repeat: 60, levels: [{after: 0, duties: [station-desk]}, {after: 20, duties: [command-seat]}]}}}}":            20 * time.Second,
		"{escalation: {E1: {police: {repeat: 60, levels: [{after: 0, duties: [station-desk]}, {after: 30, duties: [all]}]}}}}":                     30 * time.Second,
		"{escalation: {E1: {police: {repeat: 60, levels: [{after: 0, duties: [command-chief]}, {after: 10, duties: [platform, station-desk]}]}}}}": 10 * time.Second,
	} {
		bubble(t, func(t *testing.T, path string) {
			r := start(t, path, nil)
			defer r.stop()
			r.govern(directory(), text)
			began := time.Now()
			p := press("b-1")
			require.NoError(t, r.Press(p))
			times, seen := []time.Duration{}, map[string]bool{}
			for range 245 {
				synctest.Wait()
				times = append(times, r.toldTo(began, "desk-1", seen)...)
				time.Sleep(time.Second)
			}
			want := []time.Duration{0, first, first + time.Minute, first + 2*time.Minute, first + 3*time.Minute}
			if first == 10*time.Second { // the desk is none of the first level
				want = want[1:]
			}
			assert.Equal(t, want, times, text)

			r.takenOn(alerting.IncidentID(p.From, p.ID))
			r.recipients()
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			assert.NotContains(t, r.recipients(), "desk-1", text)
		})
	}
}

// takenOn has the police sign an incident and everybody come, so that nobody is
// reminded of it.
func (r *rig) takenOn(incident string) {
	r.t.Helper()
	for _, c := range []alerting.Command{
		{Verb: alerting.VerbAcknowledge},
		{Verb: alerting.VerbDispatch, Stage: alerting.ForceSent},
		{Verb: alerting.VerbArrive, Party: alerting.PartySchool},
		{Verb: alerting.VerbArrive, Party: alerting.PartyPolice},
	} {
		c.Incident, c.Actor = incident, liaison
		_, err := r.Do(r.t.Context(), c)
		require.NoError(r.t, err)
	}
}

// A second press tells everybody at once, and once: the level that tells all
// again is no second message of the same moment.
func TestASecondPressTellsTheDeskOnceUnderALoneLevel(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		r.govern(directory(), "{escalation: {E1: {police: {repeat: 60, levels: [{after: 0, duties: [station-desk]}]}}}}")
		require.NoError(t, r.Press(press("b-1")))
		synctest.Wait()
		r.recipients()
		time.Sleep(5 * time.Second)
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		times, seen := []time.Duration{}, map[string]bool{}
		for range 100 {
			synctest.Wait()
			times = append(times, r.toldTo(began, "desk-1", seen)...)
			time.Sleep(time.Second)
		}
		assert.Equal(t, []time.Duration{0, time.Minute}, times)
	})
}

// A kind that is chosen later loses no repeat: neither that of its own plan, nor
// that of the plan which runs.
func TestAClassificationKeepsTheRepeatOfEitherPlan(t *testing.T) {
	const lone, ends = "{repeat: 60, levels: [{after: 0, duties: [station-desk]}]}", "{repeat: 0, levels: [{after: 0, duties: [station-desk]}, {after: 50, duties: [command-seat, station-desk]}, {after: 90, duties: [all]}]}"
	for name, profiles := range map[string][2]string{
		"the new plan's": {ends, lone}, "the running plan's": {lone, ends},
	} {
		bubble(t, func(t *testing.T, path string) {
			r := start(t, path, nil)
			defer r.stop()
			r.govern(directory(), fmt.Sprintf("{escalation: {E2: {police: %s}, E1: {police: %s}}}", profiles[0], profiles[1]))
			p := press("b-1")
			p.Alarm = devices.Intrusion
			require.NoError(t, r.Press(p))
			time.Sleep(5 * time.Second)
			id := alerting.IncidentID(p.From, p.ID)
			i, err := r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbClassify, Actor: liaison, Kind: "attack"})
			require.NoError(t, err)
			require.Equal(t, alerting.Critical, i.Severity)
			time.Sleep(3 * time.Minute)
			synctest.Wait()
			r.recipients()
			for range 5 {
				time.Sleep(time.Minute)
				synctest.Wait()
				assert.Contains(t, r.recipients(), "desk-1", name)
			}
		})
	}
}
