package load

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openFleet(t *testing.T, c Config) *Fleet {
	t.Helper()
	f, err := Open(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(f.Close)
	return f
}

func press(t *testing.T, f *Fleet, s Stage) Result {
	t.Helper()
	r, err := f.Press(t.Context(), s)
	require.NoError(t, err)
	return r
}

func TestAFaithfulBrokerLosesNothing(t *testing.T) {
	for name, alert := range map[string]func([]byte) []byte{"relay": nil, "hub": asHub} {
		t.Run(name, func(t *testing.T) {
			b := startFaulty(t, &faulty{alert: alert})
			f := openFleet(t, Config{Target: b.target(t, 7, 2)})
			for range 3 { // stages share the connections and the numbering
				r := press(t, f, Stage{Presses: 50, Rate: 5000})
				assert.Equal(t, Account{Planned: 50, Sent: 50, Acknowledged: 50, Arrived: 100}, r.Presses)
				assert.Equal(t, 100, r.Terminal.FromWrite.Count)
				assert.Equal(t, 50, r.Puback.FromDue.Count)
				assert.Zero(t, r.Late+r.Other+r.Disconnected)
			}
		})
	}
}

func TestLossesAndDuplicatesAreToldExactly(t *testing.T) {
	b := startFaulty(t, &faulty{fate: func(n int, _ string) fate {
		switch n {
		case 3, 4:
			return fate{} // acknowledged, and nobody told
		case 7:
			return fate{copies: 3}
		case 9:
			return fate{copies: 1, silent: true}
		case 11:
			return fate{silent: true} // neither
		}
		return fate{copies: 1}
	}})
	f := openFleet(t, Config{Target: b.target(t, 20, 1)})
	r := press(t, f, Stage{Presses: 20, Rate: 2000, Drain: time.Second})
	assert.Equal(t, Account{
		Planned: 20, Sent: 20, Acknowledged: 18, Unacknowledged: 2, Arrived: 17, Lost: 2, Duplicates: 2,
	}, r.Presses)
	assert.Equal(t, 17, r.Terminal.FromDue.Count)
	assert.Equal(t, 18, r.Puback.FromWrite.Count)
}

func TestAPressOfAnEarlierStageIsLateAndNotADuplicate(t *testing.T) {
	b := startFaulty(t, &faulty{})
	f := openFleet(t, Config{Target: b.target(t, 1, 1)})
	press(t, f, Stage{Presses: 1, Rate: 1})
	old := packet.AppendPublish(nil, packet.Message{Topic: "alert/police/desk-1", Payload: append(f.ids.append([]byte(`{"press":"`), 0), `"}`...)})
	foreign := packet.AppendPublish(nil, packet.Message{Topic: "alert/police/desk-1", Payload: []byte(`{"press":""}`)})
	b.fate = func(int, string) fate {
		_, _ = b.tellers[0].Write(append(old, foreign...))
		return fate{copies: 1}
	}
	r := press(t, f, Stage{Presses: 1, Rate: 1})
	assert.Equal(t, int64(1), r.Late)
	assert.Equal(t, int64(1), r.Other)
	assert.Zero(t, r.Presses.Duplicates)
}

func TestABrokenConnectionIsCounted(t *testing.T) {
	b := startFaulty(t, &faulty{fate: func(_ int, topic string) fate {
		return fate{copies: 1, hangUp: strings.Contains(topic, "x-2/")}
	}})
	f := openFleet(t, Config{Target: b.target(t, 3, 1)})
	r := press(t, f, Stage{Presses: 3, Rate: 1000, Drain: time.Second})
	assert.Equal(t, 3, r.Presses.Sent)
	assert.Equal(t, 2, r.Presses.Acknowledged)
	assert.Equal(t, 1, r.Presses.Unacknowledged)
	assert.Equal(t, int64(1), r.Disconnected)

	r = press(t, f, Stage{Presses: 3, Rate: 1000, Drain: time.Second})
	assert.Equal(t, 1, r.Presses.Unsent+r.Presses.Unacknowledged, "the button that is gone presses in vain")
	assert.Equal(t, 2, r.Presses.Acknowledged)
}

func TestABurstWithAStuckButtonAmongIt(t *testing.T) {
	stuckTopic, told := "campus/s/x-31/alarm", 0
	b := startFaulty(t, &faulty{fate: func(_ int, topic string) fate {
		if topic != stuckTopic {
			return fate{copies: 1}
		}
		if told++; told > 5 {
			return fate{} // told as a count only
		}
		return fate{copies: 1}
	}})
	f := openFleet(t, Config{Target: b.target(t, 31, 1)})
	r := press(t, f, Stage{Presses: 30, Stuck: 1, StuckRate: 20, Lead: 100 * time.Millisecond})
	assert.Equal(t, Account{Planned: 30, Sent: 30, Acknowledged: 30, Arrived: 30}, r.Presses)
	assert.Equal(t, Account{Planned: 23, Sent: 23, Acknowledged: 23, Arrived: 5, Lost: 18}, r.Stuck)
	assert.Equal(t, 23, r.StuckPuback.FromWrite.Count)
	assert.Positive(t, r.Instant)
	assert.GreaterOrEqual(t, r.Instant, r.Written, "the last alert cannot be read before the last press is written")
}

func TestTerminalsBesideAnswerUntilTheyAreToldToEnd(t *testing.T) {
	b := startFaulty(t, &faulty{alert: asHub})
	target := b.target(t, 4, 1)
	require.Error(t, Answer(t.Context(), target, nil), "there is nobody beside the police")
	target.Beside = []Terminal{{Username: "school/office-1", Password: "load", Filter: "campus/+/+/alarm"}}
	ctx, end := context.WithCancel(t.Context())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- Answer(ctx, target, func() { close(ready) }) }()
	<-ready

	press(t, openFleet(t, Config{Target: target}), Stage{Presses: 20, Rate: 2000})

	assert.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.tellers) == 2 && len(b.receipts) == 20
	}, 20*time.Second, time.Millisecond, "it answers, and the fleet's own does not")
	end()
	require.NoError(t, <-done)
}

func TestTerminalsSendReceiptsAndLightsAreTimed(t *testing.T) {
	b := startFaulty(t, &faulty{alert: asHub})
	f := openFleet(t, Config{Target: b.target(t, 4, 1), Receipts: true, Lights: true})
	r := press(t, f, Stage{Presses: 8, Rate: 1000})
	assert.Equal(t, 8, r.Presses.Arrived)
	require.NotNil(t, r.Light)
	assert.Equal(t, 8, r.Light.FromWrite.Count)
	assert.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.receipts) == 8 && b.acks == 16
	}, 20*time.Second, time.Millisecond, "a receipt for each alert, a PUBACK for each alert and each command")
	assert.Equal(t, "receipt/d1", b.receipts[0])
}

func TestAnAlertBeforeTheSubackIsNoFault(t *testing.T) {
	b := startFaulty(t, &faulty{greeting: packet.AppendPublish(nil, packet.Message{
		Topic: "alert/police/desk-1", Payload: []byte(`{"press":"of another run"}`), QoS: 1, ID: 1,
	})})
	f := openFleet(t, Config{Target: b.target(t, 1, 1)})
	assert.Equal(t, int64(1), f.other.Load())
	assert.Equal(t, 1, press(t, f, Stage{Presses: 1, Rate: 1}).Presses.Arrived)
}

func TestAnEndedContextEndsTheStage(t *testing.T) {
	b := startFaulty(t, &faulty{})
	f := openFleet(t, Config{Target: b.target(t, 2, 1)})
	ctx, cancel := context.WithCancel(t.Context())
	b.fate = func(n int, _ string) fate {
		if n == 2 {
			cancel()
		}
		return fate{copies: 1}
	}
	r, err := f.Press(ctx, Stage{Presses: 100_000, Rate: 100})
	require.ErrorIs(t, err, context.Canceled)
	assert.Less(t, r.Presses.Sent, 100)
	assert.GreaterOrEqual(t, r.Presses.Sent, 3)
}

func TestImpossibleStagesAreRefused(t *testing.T) {
	b := startFaulty(t, &faulty{})
	f := openFleet(t, Config{Target: b.target(t, 2, 0)})
	_, err := f.Press(t.Context(), Stage{Presses: 0, Rate: -1, Stuck: 2, StuckRate: 5000, Lead: -1})
	require.Error(t, err)
	for _, want := range []string{"presses 0", "rate -1/s", "2 stuck of 2", "stuck rate 5000", "negative wait"} {
		assert.ErrorContains(t, err, want)
	}
	_, err = f.Press(t.Context(), Stage{Presses: 3})
	require.ErrorContains(t, err, "each can be pressed once")
	_, err = f.Press(t.Context(), Stage{Presses: 1_000_000, Rate: 1})
	require.ErrorContains(t, err, "last longer")
	_, err = Open(t.Context(), Config{Target: b.target(t, 0, 0)})
	require.ErrorContains(t, err, "no buttons")
}

func TestAStormIsBoundedAndCounted(t *testing.T) {
	b := startFaulty(t, &faulty{})
	c := StormConfig{Address: b.target(t, 5, 0).Address, Devices: b.target(t, 5, 0).Devices, Rate: 20_000, QoS: 1, Count: 500}
	ready := false
	r, err := Storm(t.Context(), c, func() { ready = true })
	require.NoError(t, err)
	assert.True(t, ready)
	assert.Equal(t, int64(500), r.Sent)
	assert.Equal(t, int64(500), r.Acknowledged)
	assert.Zero(t, r.Disconnected+r.Unsent)
	assert.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.readings == 500
	}, 20*time.Second, time.Millisecond)

	for _, bad := range []StormConfig{{}, {Devices: c.Devices}, {Devices: c.Devices, Rate: 1, QoS: 2, Count: 1}, {Devices: c.Devices, Rate: 1}} {
		_, err := Storm(t.Context(), bad, func() {})
		require.Error(t, err)
	}
}
