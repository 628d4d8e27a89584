package trial_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/devices"
)

const (
	school = "ziwei"
)

var (
	leader = alerting.LegKey{Audience: alerting.School, Recipient: "leader", Channel: alerting.ChannelSMS}
	head   = alerting.LegKey{Audience: alerting.School, Recipient: "head", Channel: alerting.ChannelSMS}
	gate   = alerting.LegKey{Audience: alerting.Guards, Recipient: "gate", Channel: alerting.ChannelMQTT}
	sign   = alerting.LegKey{Audience: alerting.Guards, Recipient: "sign", Channel: alerting.ChannelMQTT}
	page   = alerting.LegKey{Audience: alerting.School, Recipient: "officer-1", Channel: alerting.ChannelConsole}
)

var campus = people.New(people.Lists{
	Schools: []people.School{{ID: school, Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary School"}}},
	Terminals: []people.Terminal{
		{Audience: alerting.Guards, ID: "gate", Schools: []string{school}}, {Audience: alerting.Guards, ID: "sign", Schools: []string{school}, Public: true},
	},
})

// far is everybody who is told, and the disk.
type far struct {
	mu     sync.Mutex // guards what follows
	told   []deliver.Message
	trials map[string]trial.Trial
	signs  map[alerting.LegKey]trial.Sign
	broken error
}

func (f *far) Tell(m deliver.Message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told, m)
}

func (f *far) SaveTrial(_ context.Context, t trial.Trial) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken == nil {
		f.trials[t.ID] = t
	}
	return f.broken
}

func (f *far) Trials(context.Context, int) (out []trial.Trial, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.trials {
		out = append(out, t)
	}
	return out, nil
}

func (f *far) SaveSigns(_ context.Context, all []trial.Sign) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range all {
		f.signs[s.Leg] = s
	}
	return f.broken
}

func (f *far) Signs(context.Context) (out []trial.Sign, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.signs {
		out = append(out, s)
	}
	return out, nil
}

func (f *far) kept(id string) trial.Trial {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.trials[id]
}

// desk runs one until the test's end.
func desk(t *testing.T, f *far) *trial.Desk {
	t.Helper()
	if f.trials == nil {
		f.trials, f.signs = map[string]trial.Trial{}, map[alerting.LegKey]trial.Sign{}
	}
	d := trial.New(trial.Deps{Store: f, People: func() *people.Directory { return campus }, Log: slog.New(slog.DiscardHandler)})
	d.Connect(f)
	require.NoError(t, d.Load(t.Context()))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
	})
	return d
}

func asked(id string, k alerting.LegKey) trial.Trial {
	return trial.Trial{ID: id, School: school, Leg: k, Via: alerting.ViaInternet, By: "officer-1", Reason: "routine", At: time.Now()}
}

func (f *far) only(t *testing.T) deliver.Message {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	require.Len(t, f.told, 1)
	return f.told[0]
}

func TestOneRecipientIsToldOneMessageThatSaysThatItIsATest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{}
		d := desk(t, f)
		got, err := d.Begin(t.Context(), asked("1", leader))
		require.NoError(t, err)
		assert.True(t, got.UnderWay())
		m := f.only(t)
		assert.Equal(t, devices.Test, m.Mode)
		to := alerting.LegKey{Audience: m.Audience, Recipient: m.Recipient, Channel: m.Channel}
		assert.Equal(t, leader, to)
		assert.Equal(t, "【测试】TEST 紫薇小学 报警通路测试，无需处理【测试】", strings.ReplaceAll(m.Text.ZH, ",", "，"))
		assert.True(t, strings.Contains(m.Text.EN, "TEST") && strings.HasSuffix(m.Text.EN, "]"), m.Text.EN)
		assert.Equal(t, alerting.StateResolved, m.State, "nothing is open at a terminal")
		assert.True(t, trial.Owns(m.Delivery) && trial.Owns(m.Incident))
		assert.Equal(t, "officer-1", f.kept("1").By, "written down before anybody is told")

		time.Sleep(300 * time.Millisecond)
		d.Report(m.Progress(alerting.Handed, "", time.Now()))
		time.Sleep(700 * time.Millisecond)
		d.Report(m.Progress(alerting.Received, "", time.Now()))
		d.Report(m.Progress(alerting.Handed, "", time.Now())) // overtaken
		d.Report(m.Progress(alerting.Failed, "late", time.Now()))
		now, _ := d.Trial("1")
		assert.Equal(t, alerting.Received, now.State)
		assert.Equal(t, time.Second, now.Took())
		synctest.Wait()
		assert.Equal(t, alerting.Received, f.kept("1").State)
		assert.Equal(t, trial.ByTest, d.Sign(leader).WorkedBy)
		assert.True(t, d.Sign(leader).Works())
	})
}

func TestWhatBecomesOfATest(t *testing.T) {
	for _, c := range []struct {
		name  string
		leg   alerting.LegKey
		said  []alerting.Progress
		after time.Duration
		state alerting.DeliveryState
		why   string
	}{
		{"nobody answers", leader, nil, 13 * time.Second, alerting.Failed, alerting.NothingHeard},
		{"a terminal that is away", gate, []alerting.Progress{{State: alerting.Planned, Reason: alerting.NotConnected}}, 0, alerting.Failed, alerting.NotConnected},
		{"a terminal without room waits", gate, []alerting.Progress{{State: alerting.Planned, Reason: alerting.NoRoom}}, 0, alerting.Planned, alerting.NoRoom},
		{"and fails for that", gate, []alerting.Progress{{State: alerting.Planned, Reason: alerting.NoRoom}}, 5 * time.Second, alerting.Failed, alerting.NoRoom},
		{"a gateway refuses", leader, []alerting.Progress{{State: alerting.Failed, Reason: "status 401"}}, 0, alerting.Failed, "status 401"},
		{"a gateway fails what it took", leader, []alerting.Progress{{State: alerting.Handed}, {State: alerting.Failed, Reason: "not delivered"}}, 0, alerting.Failed, "not delivered"},
		{"it comes after all", leader, []alerting.Progress{{State: alerting.Failed, Reason: "status 500"}, {State: alerting.Received}}, 0, alerting.Received, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &far{}
				d := desk(t, f)
				_, err := d.Begin(t.Context(), asked("1", c.leg))
				require.NoError(t, err)
				for _, p := range c.said {
					time.Sleep(time.Millisecond)
					p.Delivery, p.At = f.only(t).Delivery, time.Now()
					d.Report(p)
				}
				time.Sleep(c.after)
				synctest.Wait()
				got, _ := d.Trial("1")
				assert.Equal(t, c.state, got.State)
				assert.Equal(t, c.why, got.Why)
				assert.Equal(t, c.state == alerting.Failed, d.Sign(c.leg).Fails())
			})
		})
	}
}

func TestOnlyItsRecipientSpeaksOfATest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{}
		d := desk(t, f)
		_, err := d.Begin(t.Context(), asked("1", gate))
		require.NoError(t, err)
		d.Confirm(sign, f.only(t).Progress(alerting.Received, "", time.Now()))
		got, _ := d.Trial("1")
		assert.True(t, got.UnderWay(), "another terminal has said so")
		d.Confirm(gate, f.only(t).Progress(alerting.Received, "", time.Now()))
		got, _ = d.Trial("1")
		assert.Equal(t, alerting.Received, got.State)
	})
}

func TestTheSameIDIsTheSameTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{}
		d := desk(t, f)
		first, err := d.Begin(t.Context(), asked("1", leader))
		require.NoError(t, err)
		again, err := d.Begin(t.Context(), asked("1", leader))
		require.NoError(t, err)
		assert.Equal(t, first, again)
		f.only(t)
		_, err = d.Begin(t.Context(), asked("1", head))
		require.ErrorIs(t, err, alerting.ErrConflict)
	})
}

func TestAWayRestsBetweenTwoTestsAndASchoolBetweenTen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := desk(t, &far{})
		_, err := d.Begin(t.Context(), asked("1", leader))
		require.NoError(t, err)
		time.Sleep(trial.Rest - time.Second)
		var wait *trial.WaitError
		_, err = d.Begin(t.Context(), asked("2", leader))
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, int64(1), wait.Seconds())
		assert.False(t, wait.School)
		_, err = d.Begin(t.Context(), asked("3", head))
		require.NoError(t, err, "another way does not wait for it")
		time.Sleep(time.Second)
		_, err = d.Begin(t.Context(), asked("4", leader))
		require.NoError(t, err)
		for n := range trial.MostOfSchool - 3 {
			k := leader
			k.Recipient = strings.Repeat("x", n+1)
			_, err = d.Begin(t.Context(), asked(k.Recipient, k))
			require.NoError(t, err)
		}
		_, err = d.Begin(t.Context(), asked("5", gate))
		require.ErrorAs(t, err, &wait)
		assert.True(t, wait.School)
		time.Sleep(wait.For)
		_, err = d.Begin(t.Context(), asked("5", gate))
		require.NoError(t, err, "after what it was told to wait")
	})
}

func TestNobodyIsToldWhatCannotBeWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{broken: errors.New("disk full")}
		d := desk(t, f)
		_, err := d.Begin(t.Context(), asked("1", leader))
		require.ErrorIs(t, err, alerting.ErrUnavailable)
		assert.Empty(t, f.told)
		f.broken = nil
		_, err = d.Begin(t.Context(), asked("1", leader))
		require.NoError(t, err, "and the way does not rest for it")
	})
}

func TestWhatHasNoTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{}
		d := desk(t, f)
		for _, k := range []alerting.LegKey{sign, page} {
			_, err := d.Begin(t.Context(), asked("1", k))
			require.ErrorIs(t, err, alerting.ErrConflict, k)
		}
		assert.Empty(t, f.told)
	})
}

func TestWhatWasUnderWayAtAStopIsSaidToHaveFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{}
		_, err := desk(t, f).Begin(t.Context(), asked("1", leader))
		require.NoError(t, err)
		again := desk(t, f)
		got, known := again.Trial("1")
		require.True(t, known)
		assert.Equal(t, alerting.Failed, got.State)
		_, err = again.Begin(t.Context(), asked("2", leader))
		require.Error(t, err, "a way rests over a restart")
	})
}

func TestItIsRememberedWhenAWayLastWorkedOverARestartToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{}
		d := desk(t, f)
		began := time.Now()
		d.Heard(gate, alerting.Handed, began, trial.ByCheck, "")
		d.Heard(leader, alerting.Handed, began, trial.ByDelivery, "")
		time.Sleep(time.Second)
		d.Heard(leader, alerting.Failed, time.Now(), trial.ByCheck, "status 500")
		d.Heard(leader, alerting.Handed, began.Add(-time.Hour), trial.ByDelivery, "") // older news
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, of := range []*trial.Desk{d, desk(t, f)} {
			assert.True(t, of.Sign(gate).Works())
			got := of.Sign(leader)
			assert.True(t, got.Fails())
			assert.Equal(t, "status 500", got.Why)
			assert.True(t, got.WorkedAt.Equal(began))
		}
	})
}
