package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// carrier is a telephone network that is away for a while, behind lanes as the
// hub has them.
type carrier struct {
	channel alerting.Channel

	mu    sync.Mutex // guards the fields below
	back  time.Time
	says  error // until then
	tried map[string]int
	took  []deliver.Message
}

var errAway = errors.New("the network is away")

func (c *carrier) Name() alerting.Channel { return c.channel }

func (c *carrier) FarSide(deliver.Message) string { return "network" }

func (c *carrier) Send(_ context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tried[m.Recipient]++
	if time.Now().Before(c.back) {
		return "", c.says
	}
	c.took = append(c.took, m)
	return alerting.Handed, nil
}

// texts are those that a recipient got, the first one first.
func (c *carrier) texts(recipient string) (out []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.took {
		if m.Recipient == recipient {
			out = append(out, m.Text.ZH)
		}
	}
	return out
}

func (c *carrier) triedFor(recipient string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tried[recipient]
}

// telephones has an engine's recipients be reached over a network that is away for
// 4 s; terminals and pages stay with the rig. The engine does not work meanwhile.
func (r *rig) telephones(t *testing.T, e *engine.Engine) (texts, calls *carrier, stop func()) {
	router := deliver.NewRouter(e)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	stop = func() {
		cancel()
		running.Wait()
	}
	both := make([]*carrier, 0, 2)
	for _, name := range []alerting.Channel{alerting.ChannelSMS, alerting.ChannelVoice} {
		c := &carrier{channel: name, back: time.Now().Add(4 * time.Second), says: errAway, tried: map[string]int{}}
		both = append(both, c)
		for _, a := range []alerting.Audience{alerting.Police, alerting.School, alerting.Guards} {
			lane := deliver.NewLane(deliver.LaneConfig{}, a, c, e, slog.New(slog.DiscardHandler))
			router.Add(a, name, lane)
			running.Go(func() { _ = lane.Run(ctx) })
		}
	}
	for _, a := range []alerting.Audience{alerting.Police, alerting.School, alerting.Guards} {
		router.Add(a, alerting.ChannelMQTT, r)
		router.Add(a, alerting.ChannelConsole, r)
	}
	e.Connect(router, r, r)
	return both[0], both[1], stop
}

// byTelephone is a directory with the desk's two paths, an officer and a guard
// with a telephone each, and one who is rung.
func byTelephone() *people.Directory {
	d := directory()
	desk, _ := d.Terminal("police/desk-1")
	of := func(name string, a alerting.Audience, duty people.Duty, paths ...people.Path) people.Contact {
		return people.Contact{Name: name, Audience: a, Duties: []people.Duty{duty}, Schools: []string{school}, Paths: paths}
	}
	text := people.Path{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613800000000", Gateway: "sms"}
	call := people.Path{Channel: alerting.ChannelVoice, Via: alerting.ViaCellular, Address: "+8613800000001", Gateway: "voice"}
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Terminals: []people.Terminal{desk}, Accounts: d.AccountsOf(school),
		Gateways: []people.Gateway{
			{Name: "sms", Channel: alerting.ChannelSMS, Via: alerting.ViaCellular},
			{Name: "voice", Channel: alerting.ChannelVoice, Via: alerting.ViaCellular},
		},
		Contacts: []people.Contact{
			of("station", alerting.Police, people.DutyStationDesk, people.Path{Channel: alerting.ChannelMQTT, Via: alerting.ViaLAN, Address: "desk-1"}, text),
			of("beat", alerting.Police, people.DutyAssignedOfficer, text),
			of("rung", alerting.Police, people.DutyAssignedOfficer, call),
			of("guard-2", alerting.Guards, people.DutyGuard, text),
		},
	})
}

// ledger is what stands of a recipient's deliveries over a channel, the oldest
// first: state and reason.
func (r *rig) ledger(incident, recipient string, c alerting.Channel) (out []string) {
	r.t.Helper()
	i, err := r.Incident(r.t.Context(), incident)
	require.NoError(r.t, err)
	slices.SortStableFunc(i.Deliveries, func(a, b alerting.Delivery) int { return int(a.Number - b.Number) })
	for _, d := range i.Deliveries {
		if d.Recipient == recipient && d.Channel == c {
			out = append(out, string(d.State)+" "+d.Reason)
		}
	}
	return out
}

// onTelephones runs an engine whose telephones are away for 4 s, a second after an
// alarm. Nobody is told anew within the 15 s before the first level.
func onTelephones(t *testing.T, mode alerting.Mode, test func(r *rig, texts, calls *carrier)) {
	t.Helper()
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, byTelephone())
		defer r.stop()
		var texts, calls *carrier
		var stop func()
		r.Exclusively(func() { texts, calls, stop = r.telephones(t, r.Engine) })
		defer stop()
		p := press("b-1")
		p.Mode = mode
		require.NoError(t, r.Press(p))
		time.Sleep(time.Second)
		test(r, texts, calls)
	})
}

// telephoned is the same with an alarm that the desk's terminal was told, and that
// is tried again for everybody else.
func telephoned(t *testing.T, test func(r *rig, alarm deliver.Message, texts, calls *carrier)) {
	t.Helper()
	onTelephones(t, devices.Live, func(r *rig, texts, calls *carrier) {
		for _, who := range []string{"station", "beat"} {
			require.Greater(r.t, texts.triedFor(who), 1, "it is tried again to reach %s", who)
		}
		require.Greater(r.t, calls.triedFor("rung"), 1)
		test(r, r.next("desk-1"), texts, calls)
	})
}

func TestAReceiptEndsTheRetriesOfItsContactAlone(t *testing.T) {
	telephoned(t, func(r *rig, alarm deliver.Message, texts, _ *carrier) {
		tried := texts.triedFor("station")
		r.Confirm(alerting.Police, "desk-1", alarm.Delivery, alerting.Received, time.Now())
		time.Sleep(10 * time.Second)
		assert.Equal(t, tried, texts.triedFor("station"), "who has it is not tried any more")
		assert.Equal(t, "expired received another way", r.ledger(alarm.Incident, "station", alerting.ChannelSMS)[0])
		assert.Len(t, texts.texts("beat"), 1, "and who has it not is")
	})
}

// What the terminal confirms is what it was told then: news that came since goes
// on over the other path.
func TestAReceiptOfOlderNewsLeavesTheNewer(t *testing.T) {
	telephoned(t, func(r *rig, alarm deliver.Message, texts, _ *carrier) {
		require.NoError(t, r.Press(press("b-1")))
		r.Confirm(alerting.Police, "desk-1", alarm.Delivery, alerting.Received, time.Now())
		time.Sleep(10 * time.Second)
		require.Len(t, texts.texts("station"), 1)
		assert.Contains(t, texts.texts("station")[0], "再次报警")
	})
}

func TestAfterTheClosingNothingOlderIsTold(t *testing.T) {
	telephoned(t, func(r *rig, alarm deliver.Message, texts, calls *carrier) {
		for _, v := range []alerting.Verb{alerting.VerbAcknowledge, alerting.VerbReset, alerting.VerbResolve} {
			_, err := r.do(liaison, alarm.Incident, v)
			require.NoError(t, err, v)
		}
		tried := calls.triedFor("rung")
		time.Sleep(10 * time.Second)
		for _, who := range []string{"station", "beat"} {
			require.Len(t, texts.texts(who), 1, who)
			assert.Contains(t, texts.texts(who)[0], "办结", who)
		}
		assert.Equal(t, []string{"expired superseded", "handed "}, r.ledger(alarm.Incident, "beat", alerting.ChannelSMS))
		assert.Empty(t, calls.texts("rung"), "nobody is rung about what is over")
		assert.Equal(t, tried, calls.triedFor("rung"))
		assert.Equal(t, []string{"expired the incident is closed"}, r.ledger(alarm.Incident, "rung", alerting.ChannelVoice))
		assert.InDelta(t, 1, r.count("undelivered_total", undelivered("voice", alerting.WhyClosed)), 0, "and never heard of it")
	})
}

func TestAfterAConcealmentNothingOfTheAlarmIsTold(t *testing.T) {
	telephoned(t, func(r *rig, alarm deliver.Message, texts, calls *carrier) {
		require.Greater(t, texts.triedFor("guard-2"), 1)
		_, err := r.Do(r.t.Context(), alerting.Command{Incident: alarm.Incident, Verb: alerting.VerbClassify, Actor: deputy, Kind: "bullying"})
		require.NoError(t, err)
		time.Sleep(10 * time.Second)
		last := policy.LastLine(devices.Live).ZH
		assert.Equal(t, []string{last}, texts.texts("guard-2"))
		for _, who := range []string{"station", "beat"} {
			require.NotEmpty(t, texts.texts(who))
			for _, said := range texts.texts(who) {
				assert.NotContains(t, said, "北门", who)
				assert.NotContains(t, said, "一键报警", who)
			}
		}
		for _, said := range calls.texts("rung") {
			assert.NotContains(t, said, "北门")
		}
		assert.Equal(t, []string{"expired made confidential", "handed "}, r.ledger(alarm.Incident, "guard-2", alerting.ChannelSMS))
	})
}

func TestAfterADrillNobodyIsCalledForIt(t *testing.T) {
	onTelephones(t, devices.Drill, func(r *rig, texts, _ *carrier) {
		tried := texts.triedFor("guard-2")
		require.Greater(t, tried, 1)
		incident := r.Unresolved()[0].ID
		r.StandDown(school)
		time.Sleep(10 * time.Second)
		assert.Equal(t, tried, texts.triedFor("guard-2"))
		assert.Equal(t, []string{"expired the drill is over"}, r.ledger(incident, "guard-2", alerting.ChannelSMS))
	})
}

// A start tries once more what had failed.
func TestWhatHadFailedBeforeAStartIsTakenBackToo(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var texts *carrier
		var stop func()
		r := startAs(t, path, byTelephone())
		r.Exclusively(func() { texts, _, stop = r.telephones(t, r.Engine) })
		texts.says = deliver.Permanent(errAway)
		p := press("b-1")
		p.Mode = devices.Drill
		require.NoError(t, r.Press(p))
		time.Sleep(time.Second)
		incident := r.Unresolved()[0].ID
		require.Equal(t, []string{"failed the network is away"}, r.ledger(incident, "guard-2", alerting.ChannelSMS))
		stop()
		r.stop()

		next := startFor(t, journal.Config{Path: path}, byTelephone(), func(e *engine.Engine) { texts, _, stop = r.telephones(t, e) })
		defer next.stop()
		defer stop()
		time.Sleep(time.Second)
		tried := texts.triedFor("guard-2")
		require.Greater(t, tried, 1)
		next.StandDown(school)
		time.Sleep(10 * time.Second)
		assert.Equal(t, tried, texts.triedFor("guard-2"))
		assert.Equal(t, []string{"expired the drill is over"}, next.ledger(incident, "guard-2", alerting.ChannelSMS))
	})
}

func TestATextThatWasTriedAgainSaysHowOldTheAlarmIs(t *testing.T) {
	telephoned(t, func(_ *rig, _ deliver.Message, texts, _ *carrier) {
		time.Sleep(6 * time.Second)
		require.Len(t, texts.texts("beat"), 1)
		assert.Regexp(t, `\(已 [456] 秒\)`, texts.texts("beat")[0])
	})
}
