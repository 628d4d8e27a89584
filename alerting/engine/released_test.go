package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// withBureau is a district with somebody at the education bureau.
func withBureau() *people.Directory {
	d := directory()
	desk, _ := d.Terminal("police/desk-1")
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(),
		Terminals: []people.Terminal{desk, {Audience: alerting.District, ID: "bureau", Schools: []string{school}}},
	})
}

// releases is a decision that lets a notice to parents go out.
func releases(incident string, number int) alerting.Addition {
	return alerting.Addition{Incident: incident, Type: alerting.EventNotice, Actor: officer,
		Decide: func(alerting.Incident, []alerting.Event, time.Time) (*alerting.Beside, error) {
			return &alerting.Beside{Of: "test", Notice: number}, nil
		}}
}

func TestTheBureauIsToldWhichNoticeIsOutAndNobodyElse(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, withBureau())
		p := press("b-1")
		require.NoError(t, r.Press(p))
		id := alerting.IncidentID(p.From, p.ID)
		time.Sleep(125 * time.Second) // the bureau is told after 120 s where nobody has taken it on
		_, err := r.do(liaison, id, alerting.VerbAcknowledge)
		require.NoError(t, err)
		r.next("bureau")
		first := r.next("bureau")
		assert.NotContains(t, first.Text.ZH, "家长通知")
		time.Sleep(time.Second)
		r.recipients()

		_, err = r.Add(t.Context(), releases(id, 0))
		require.NoError(t, err)
		time.Sleep(time.Second)
		assert.Empty(t, r.recipients(), "a draft is no news")
		_, err = r.Add(t.Context(), releases(id, 2))
		require.NoError(t, err)
		second := r.next("bureau")
		assert.Contains(t, second.Text.ZH, "。家长通知第 2 号已发布")
		assert.Contains(t, second.Text.EN, ". Parent notice 2 is out")
		assert.NotEqual(t, first.Text.ZH[:len("【续报1】")], second.Text.ZH[:len("【续报1】")], "each follow-up has a number of its own")
		time.Sleep(time.Second)
		assert.Empty(t, r.recipients(), "the police read nothing of it")
		r.Report(second.Progress(alerting.Received, "", time.Now()))
		time.Sleep(time.Second)
		r.stop()

		r = startAs(t, path, withBureau())
		defer r.stop()
		time.Sleep(time.Second)
		r.recipients()
		_, err = r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbVerify, Verify: alerting.VerifiedReal, Facts: []string{alerting.FactArmed}, Actor: liaison})
		require.NoError(t, err)
		third := r.next("bureau")
		assert.Contains(t, third.Text.ZH, "属实。家长通知第 2 号已发布", "also after a restart, and what stays with police and school is left out")
	})
}
