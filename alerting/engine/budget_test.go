package engine_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// overruns are the budgets that an incident's timeline says were missed.
func (r *rig) overruns(incident string) (out []alerting.Text) {
	i, err := r.Incident(r.t.Context(), incident)
	require.NoError(r.t, err)
	for _, e := range i.Timeline {
		if e.Event == alerting.EventOverrun {
			out = append(out, e.Text)
		}
	}
	return out
}

// ofPolice are those of the police.
func ofPolice(all []alerting.Text) (out []string) {
	for _, t := range all {
		if strings.HasPrefix(t.EN, "Budget missed: to the police ") {
			out = append(out, t.EN)
		}
	}
	return out
}

// answer has everybody who is told now say so, after a while.
func (r *rig) answer(after time.Duration, s alerting.DeliveryState, recipients ...string) {
	for _, who := range recipients {
		m := r.next(who)
		time.AfterFunc(after, func() { r.Report(m.Progress(s, "", time.Now())) })
	}
}

func budgets(stage, limit string) map[string]string {
	return map[string]string{"audience": "police", "stage": stage, "path": "main", "limit": limit, "mode": "live"}
}

func audiences(audience, stage, limit, mode string) map[string]string {
	return map[string]string{"audience": audience, "stage": stage, "limit": limit, "mode": mode}
}

func TestNobodyOfThePoliceReceives(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		r.Report(m.Progress(alerting.Planned, "not connected", time.Now()))

		time.Sleep(400 * time.Millisecond)
		assert.Zero(t, r.sum("budgets_missed_total"))
		time.Sleep(200 * time.Millisecond) // the target of 500 ms is over
		assert.InDelta(t, 2, r.count("budgets_missed_total", budgets("handed", "target")), 0, "terminal and page")
		assert.InDelta(t, 2, r.count("budgets_missed_total", budgets("received", "target")), 0)
		assert.InDelta(t, 1, r.count("audiences_missed_total", audiences("police", "received", "target", "live")), 0)
		assert.Equal(t, alerting.MissedTarget, r.delivery(m).Missed)
		assert.Empty(t, r.overruns(m.Incident), "a target is no event")
		time.Sleep(1300 * time.Millisecond)
		assert.Zero(t, r.count("audiences_missed_total", audiences("police", "received", "limit", "live")))
		time.Sleep(200 * time.Millisecond) // the limit of 2 s is over
		assert.InDelta(t, 2, r.count("budgets_missed_total", budgets("received", "limit")), 0)
		assert.InDelta(t, 1, r.count("audiences_missed_total", audiences("police", "handed", "limit", "live")), 0)
		assert.InDelta(t, 1, r.count("audiences_missed_total", audiences("police", "received", "limit", "live")), 0)
		assert.Equal(t, alerting.MissedLimit, r.delivery(m).Missed)
		require.Len(t, r.overruns(m.Incident), 1)
		assert.Equal(t, alerting.Text{
			ZH: "超时：警方 2 秒内未能送出：终端 desk-1（未连接）、网页控制台 liaison（待发送）",
			EN: "Budget missed: to the police none could be handed over within 2s: terminal desk-1 (not connected), console page liaison (not handed over)",
		}, r.overruns(m.Incident)[0])
		i := r.Unresolved()[0]
		require.Len(t, i.Overruns, 1)
		assert.Equal(t, alerting.Police, i.Overruns[0].Audience)
		assert.Equal(t, 2*time.Second, i.Overruns[0].Within)
	})
}

// What is accepted by the far side has reached nobody yet.
func TestHandedIsNotReceived(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		r.Report(m.Progress(alerting.Handed, "", time.Now()))
		time.Sleep(3 * time.Second)
		require.Len(t, ofPolice(r.overruns(m.Incident)), 1)
		assert.Contains(t, ofPolice(r.overruns(m.Incident))[0], "none was received within 2s: terminal desk-1 (handed over, no receipt)")
		assert.Zero(t, r.count("audiences_missed_total", audiences("police", "handed", "limit", "live")))
		assert.InDelta(t, 1, r.count("audiences_missed_total", audiences("police", "received", "limit", "live")), 0)
		assert.InDelta(t, 1, r.count("budgets_missed_total", budgets("handed", "limit")), 0, "the page's alone")
	})
}

func TestReceivedLate(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		want  alerting.Miss
		told  int
	}{
		"in time":           {400 * time.Millisecond, "", 0},
		"behind the target": {time.Second, alerting.MissedTarget, 0},
		"behind the limit":  {3 * time.Second, alerting.MissedLimit, 1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := start(t, path, nil)
				defer r.stop()
				require.NoError(t, r.Press(press("b-1")))
				m := r.next("desk-1")
				time.Sleep(c.after)
				r.Report(m.Progress(alerting.Received, "", time.Now()))
				time.Sleep(5 * time.Second)
				d := r.delivery(m)
				assert.Equal(t, c.want, d.Missed)
				took, ok := d.Took(alerting.Received)
				assert.True(t, ok)
				assert.Equal(t, c.after, took)
				assert.Len(t, ofPolice(r.overruns(m.Incident)), c.told)
			})
		})
	}
}

// A hub that is slow to look sees from the report itself that it came too late.
func TestAReceiptFromAfterTheLimitIsLateWheneverItIsLookedAt(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		r.Report(m.Progress(alerting.Received, "", time.Now().Add(2100*time.Millisecond)))
		time.Sleep(3 * time.Second)
		assert.Equal(t, alerting.MissedLimit, r.delivery(m).Missed)
		assert.Len(t, ofPolice(r.overruns(m.Incident)), 1)
	})
}

func TestAPressThatWaitedForTheHubHasSpentItsBudget(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		p := press("b-1")
		p.ReceivedAt = p.ReceivedAt.Add(-1900 * time.Millisecond)
		require.NoError(t, r.Press(p))
		r.answer(200*time.Millisecond, alerting.Received, "desk-1")
		time.Sleep(time.Second)
		assert.Len(t, ofPolice(r.overruns(alerting.IncidentID(p.From, p.ID))), 1, "received 2.1 s after the hub had read it")
	})
}

// twoPaths is a police desk with a terminal and a text message that begin
// together.
func twoPaths(callback []byte) *people.Directory {
	d := directory()
	desk, _ := d.Terminal("police/desk-1")
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Terminals: []people.Terminal{desk},
		Gateways: []people.Gateway{
			{Name: "sms", Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Callback: callback},
			{Name: "mail", Channel: alerting.ChannelMail, Via: alerting.ViaInternet},
		},
		Contacts: []people.Contact{{
			Name: "station", Audience: alerting.Police, Duties: []people.Duty{people.DutyStationDesk}, Schools: []string{school},
			Paths: []people.Path{
				{Channel: alerting.ChannelMQTT, Via: alerting.ViaLAN, Address: "desk-1"},
				{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613800000000", Gateway: "sms"},
			},
		}},
	})
}

func TestOnePathOfTwoReceives(t *testing.T) {
	for _, c := range []struct{ answers, silent string }{{"desk-1", "station"}, {"station", "desk-1"}} {
		t.Run(c.answers, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startAs(t, path, twoPaths([]byte("0123456789abcdef")))
				defer r.stop()
				require.NoError(t, r.Press(press("b-1")))
				told := map[string]deliver.Message{}
				for range 2 {
					m := <-r.told
					told[m.Recipient] = m
				}
				time.Sleep(300 * time.Millisecond)
				r.Report(told[c.answers].Progress(alerting.Received, "", time.Now()))
				time.Sleep(20 * time.Second)
				assert.Empty(t, r.overruns(told["desk-1"].Incident), "the desk was reached")
				assert.Zero(t, r.sum("audiences_missed_total"))
				assert.Empty(t, r.delivery(told[c.answers]).Missed)
				assert.Equal(t, alerting.MissedLimit, r.delivery(told[c.silent]).Missed, "the path was not")
				assert.InDelta(t, 1, r.count("budgets_missed_total", budgets("received", "limit")), 0)
			})
		})
	}
}

// A gateway without a key for its callbacks says nothing but yes: that counts
// where nothing else could say more.
func TestAChannelIsJudgedOnWhatItCanGive(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, twoPaths(nil))
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		r.answer(time.Second, alerting.Handed, "station")
		time.Sleep(20 * time.Second)
		i := r.Unresolved()[0]
		require.Len(t, ofPolice(r.overruns(i.ID)), 1, "the terminal could have answered")
		assert.Contains(t, ofPolice(r.overruns(i.ID))[0], "none was received within 2s", "by the shortest limit of the two paths")
		full, err := r.Incident(t.Context(), i.ID)
		require.NoError(t, err)
		for _, d := range full.Deliveries {
			if d.Channel == alerting.ChannelSMS {
				assert.Empty(t, d.Missed, "handed in time is all that it can say")
			}
		}
	})
}

// A gateway takes a text within 3 s, and the telephone has it within 15 s.
func TestATextHasATargetForEachStage(t *testing.T) {
	type misses struct{ handed, received, limit int }
	for name, c := range map[string]struct {
		handed, received time.Duration // 0 is never
		deaf             bool          // the gateway takes no callbacks
		marked           alerting.Miss
		want             misses
	}{
		"received after 10 s":                 {2 * time.Second, 10 * time.Second, false, "", misses{}},
		"received after 16 s":                 {2 * time.Second, 16 * time.Second, false, alerting.MissedLimit, misses{0, 1, 1}},
		"handed after 4 s":                    {4 * time.Second, 10 * time.Second, false, alerting.MissedTarget, misses{1, 0, 0}},
		"handed after 4 s, received after 16": {4 * time.Second, 16 * time.Second, false, alerting.MissedLimit, misses{1, 1, 1}},
		"handed, and no receipt can come":     {2 * time.Second, 0, true, "", misses{}},
		"handed late, and none can come":      {4 * time.Second, 0, true, alerting.MissedTarget, misses{1, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				key := []byte("0123456789abcdef")
				if c.deaf {
					key = nil
				}
				r := startAs(t, path, textAlone(key))
				defer r.stop()
				require.NoError(t, r.Press(press("b-1")))
				m := r.next("station")
				for stage, after := range map[alerting.DeliveryState]time.Duration{alerting.Handed: c.handed, alerting.Received: c.received} {
					if after > 0 {
						time.AfterFunc(after, func() { r.Report(m.Progress(stage, "", time.Now())) })
					}
				}
				time.Sleep(20 * time.Second)
				assert.Equal(t, c.marked, r.delivery(m).Missed)
				for _, of := range []string{"budgets_missed_total", "audiences_missed_total"} {
					assert.Equal(t, c.want, misses{
						int(r.sum(of, "stage", "handed", "limit", "target", "audience", "police")), int(r.sum(of, "stage", "received", "limit", "target", "audience", "police")), int(r.sum(of, "limit", "limit", "audience", "police")),
					}, of)
				}
				assert.Len(t, ofPolice(r.overruns(m.Incident)), c.want.limit)
			})
		})
	}
}

// textAlone is a police desk with a telephone and nothing else.
func textAlone(callback []byte) *people.Directory {
	d := twoPaths(callback)
	desk, _ := d.Contact("station")
	sms, _ := d.Gateway("sms")
	desk.Paths = desk.Paths[1:]
	return people.New(people.Lists{Schools: d.Schools(), Devices: d.Devices(), Gateways: []people.Gateway{sms}, Contacts: []people.Contact{desk}})
}

// Where nothing can give a receipt, to have handed the message over in time is
// to have reached them.
func TestMailAloneIsJudgedOnBeingHandedOver(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		want  int
	}{"in time": {50 * time.Second, 0}, "too late": {61 * time.Second, 1}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				d := directory()
				r := startAs(t, path, people.New(people.Lists{
					Schools: d.Schools(), Devices: d.Devices(),
					Contacts: []people.Contact{{
						Name: "station", Audience: alerting.Police, Duties: []people.Duty{people.DutyStationDesk}, Schools: []string{school},
						Paths: []people.Path{{Channel: alerting.ChannelMail, Via: alerting.ViaInternet, Address: "desk@example.org", Gateway: "mail"}},
					}},
				}))
				defer r.stop()
				require.NoError(t, r.Press(press("b-1")))
				r.answer(c.after, alerting.Handed, "station")
				time.Sleep(62 * time.Second)
				assert.Len(t, ofPolice(r.overruns(r.Unresolved()[0].ID)), c.want)
				assert.InDelta(t, c.want, r.count("audiences_missed_total", audiences("police", "handed", "limit", "live")), 0)
			})
		})
	}
}

func TestASecondPressIsJudgedOnItsOwn(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		time.Sleep(4 * time.Second)
		require.Len(t, ofPolice(r.overruns(m.Incident)), 1)
		require.NoError(t, r.Press(press("b-1")))
		time.Sleep(4 * time.Second)
		assert.Len(t, ofPolice(r.overruns(m.Incident)), 2)
		assert.InDelta(t, 2, r.count("audiences_missed_total", audiences("police", "received", "limit", "live")), 0)
		require.NoError(t, r.Press(press("b-1")))
		r.next("desk-1")
		r.answer(time.Second, alerting.Received, "desk-1")
		time.Sleep(4 * time.Second)
		assert.Len(t, ofPolice(r.overruns(m.Incident)), 2, "the third was received")
	})
}

func TestALevelIsJudgedOnceAndItsRepetitionsAreNot(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		r.people.Store(manned())
		require.NoError(t, r.Press(press("b-1")))
		r.answer(100*time.Millisecond, alerting.Received, "desk-1")
		_, leader := r.since(time.Now(), "leader") // level 1, after 15 s
		assert.Empty(t, ofPolice(r.overruns(leader.Incident)))
		time.Sleep(16 * time.Second) // the limit of a text message is 15 s
		require.Len(t, ofPolice(r.overruns(leader.Incident)), 1)
		assert.Contains(t, ofPolice(r.overruns(leader.Incident))[0], "within 15s: text message leader (not handed over), mail leader")
		time.Sleep(10 * time.Minute)
		assert.Len(t, ofPolice(r.overruns(leader.Incident)), 2, "level 3 has told everybody in vain; that it repeats is no news")
	})
}

func TestADrillIsNotCountedAsLive(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		p := press("b-1")
		p.Mode = devices.Drill
		require.NoError(t, r.Press(p))
		time.Sleep(10 * time.Second)
		assert.InDelta(t, 1, r.count("audiences_missed_total", audiences("school", "received", "limit", "drill")), 0)
		for _, name := range []string{"budgets_missed_total", "audiences_missed_total", "delivery_seconds", "press_seconds"} {
			assert.Zero(t, r.sum(name, "mode", "live"), name)
		}
	})
}

// What the hub stopped before it was judged is judged by the next start, once.
func TestABudgetIsJudgedOverARestart(t *testing.T) {
	for name, c := range map[string]struct{ before, away time.Duration }{
		"before the limit": {time.Second, 100 * time.Millisecond},
		"while it was out": {time.Second, 8 * time.Second},
		"after":            {5 * time.Second, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := start(t, path, nil)
				require.NoError(t, r.Press(press("b-1")))
				m := r.next("desk-1")
				time.Sleep(c.before)
				r.stop()
				time.Sleep(c.away)
				r = start(t, path, nil)
				defer r.stop()
				time.Sleep(4 * time.Second)
				synctest.Wait()
				assert.Len(t, ofPolice(r.overruns(m.Incident)), 1)
				assert.Equal(t, alerting.MissedLimit, r.delivery(m).Missed)
			})
		})
	}
}

// A level that a crash has cut short is told by the next start, and judged
// like any other.
func TestALevelThatAStartCompletesIsJudged(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		require.NoError(t, r.Press(press("b-1")))
		r.answer(100*time.Millisecond, alerting.Received, "desk-1")
		_, leader := r.since(time.Now(), "leader") // level 1, after 15 s
		r.stop()
		forget(t, path)
		r = startAs(t, path, manned())
		defer r.stop()
		again := r.next("leader")
		require.Equal(t, leader.Delivery, again.Delivery)
		time.Sleep(16 * time.Second) // the limit of a text message is 15 s
		assert.Equal(t, alerting.MissedLimit, r.delivery(again).Missed)
		assert.Condition(t, func() bool {
			return slices.ContainsFunc(ofPolice(r.overruns(again.Incident)), func(s string) bool { return strings.Contains(s, "leader") })
		})
	})
}

func TestWhoeverTookItOnWasReached(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		time.Sleep(time.Second)
		_, err := r.do(liaison, m.Incident, alerting.VerbAcknowledge)
		require.NoError(t, err)
		time.Sleep(5 * time.Second)
		assert.Empty(t, ofPolice(r.overruns(m.Incident)))
	})
}

// What missed a budget is marked on the disk too, also where it was resolved
// before its last deadline.
func TestAMissIsMarkedInTheJournal(t *testing.T) {
	marks := func(r *rig, incident string) (out []alerting.Miss) {
		_, all, err := r.journal.Get(r.t.Context(), incident)
		require.NoError(r.t, err)
		for _, d := range all {
			if d.Recipient == "desk-1" {
				out = append(out, d.Missed)
			}
		}
		return out
	}
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		time.Sleep(20 * time.Second) // its last deadline, and what is lazy
		assert.Equal(t, []alerting.Miss{alerting.MissedLimit}, marks(r, m.Incident))

		require.NoError(t, r.Press(press("b-2")))
		m = r.next("desk-1")
		time.Sleep(time.Second) // the target alone
		_, err := r.do(liaison, m.Incident, alerting.VerbReset)
		require.NoError(t, err)
		_, err = r.Do(t.Context(), alerting.Command{Incident: m.Incident, Verb: alerting.VerbResolve, Actor: liaison, Outcome: alerting.OutcomeReal})
		require.NoError(t, err)
		time.Sleep(time.Second)
		assert.Contains(t, marks(r, m.Incident), alerting.MissedTarget)
	})
}
