package delivertest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

const (
	// pauseApart is how long the lane of this part waits between two attempts, half of
	// it at least.
	pauseApart = time.Minute
	// cutAfter is when an attempt must have been cut that newer news waits for.
	cutAfter = time.Second + late
)

// withdrawn has a lane try to reach a far side that is away, and something come
// between.
func (h Harness) withdrawn(t *testing.T) {
	for name, test := range map[string]func(*retrying, *testing.T){
		"newer news between two attempts":         (*retrying).newerNews,
		"newer news while an attempt is answered": (*retrying).newerNewsWaits,
		"a receipt between two attempts":          (*retrying).receipt,
		"a receipt while an attempt is answered":  (*retrying).receiptTooLate,
		"a concealment between two attempts":      (*retrying).concealment,
		"a concealment while one is answered":     (*retrying).concealmentCuts,
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { test(&retrying{Harness: h}, t) }) })
	}
}

// retrying is a lane and the far side that it does not reach at first.
type retrying struct {
	Harness
	*deliver.Lane
	far  Far
	told reports
}

// start has the far side do something with the alarm, and then take what comes.
func (r *retrying) start(t *testing.T, first Doing) (alarm deliver.Message) {
	p := newPipes(t)
	r.far, r.told = r.doubleOn(t, p, first, Accepts), make(reports, 16)
	r.Lane = deliver.NewLane(deliver.LaneConfig{Attempt: 30 * time.Second, Backoff: pauseApart}, r.Message.Audience,
		r.New(t, r.far.Address(), []byte(secret), p.over()), r.told, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	alarm = r.update("alarm", 1)
	alarm.Text = alerting.Text{ZH: "【演练】紫薇小学 西侧小门 报警【演练】", EN: "[DRILL] Ziwei, small west gate, alarm [DRILL]"}
	r.Tell(alarm)
	time.Sleep(time.Second)
	require.Len(t, r.far.Arrived(), 1, "the far side has the first attempt")
	require.Empty(t, r.told)
	return alarm
}

func (r *retrying) update(delivery string, number int64) deliver.Message {
	m := r.Message
	m.Incident, m.Delivery, m.Number, m.Deadline = "incident", delivery, number, time.Now().Add(time.Hour)
	return m
}

// news is the latest there is to say.
func (r *retrying) news() deliver.Message {
	m := r.update("news", 2)
	m.Text = alerting.Text{ZH: "【演练】该事件转为保密处理【演练】", EN: "[DRILL] It is confidential from now on [DRILL]"}
	return m
}

// takeBack is what the engine does when a receipt, or a concealment, came.
func (r *retrying) takeBack(m deliver.Message, cut bool) alerting.Progress {
	p := alerting.Progress{Incident: m.Incident, Delivery: m.Delivery, State: alerting.Expired, Reason: "no use", At: time.Now()}
	leg := alerting.LegKey{Audience: m.Audience, Recipient: m.Recipient, Channel: m.Channel}
	if r.Withdraw(leg, p); cut {
		r.Cut(leg, m.Incident, m.Number+1)
	}
	return p
}

// arrives takes the next request, which says m and nothing of the others.
func (r *retrying) arrives(t *testing.T, m deliver.Message, not ...deliver.Message) {
	t.Helper()
	require.NotEmpty(t, r.far.Arrived(), "%s has not been sent", m.Delivery)
	said := r.open(t, <-r.far.Arrived())
	assert.Contains(t, said, m.Text.ZH)
	for _, o := range not {
		assert.NotContains(t, said, o.Text.ZH)
	}
}

// handed is the only report that waits.
func (r *retrying) handed(t *testing.T, m deliver.Message) {
	t.Helper()
	require.Len(t, r.told, 1)
	got := <-r.told
	assert.Equal(t, m.Delivery, got.Delivery)
	assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, got.State, got.Reason)
}

// nothingMore lets all the time pass that there is.
func (r *retrying) nothingMore(t *testing.T) {
	t.Helper()
	time.Sleep(2 * time.Hour)
	assert.Empty(t, r.far.Arrived(), "and nothing is sent after it")
	assert.Empty(t, r.told)
}

func (r *retrying) newerNews(t *testing.T) {
	alarm, news := r.start(t, Busy), r.news()
	r.Tell(news)
	time.Sleep(late)
	r.arrives(t, alarm)
	r.arrives(t, news, alarm)
	r.handed(t, news)
	r.nothingMore(t)
}

// newerNewsWaits until the attempt that is on its way has ended, and not long.
func (r *retrying) newerNewsWaits(t *testing.T) {
	alarm, news := r.start(t, Silent), r.news()
	r.arrives(t, alarm)
	r.Tell(news)
	time.Sleep(cutAfter - 2*late)
	assert.Empty(t, r.far.Arrived(), "it overtakes nothing")
	time.Sleep(2 * late)
	r.arrives(t, news, alarm)
	r.handed(t, news)
	r.nothingMore(t)
}

func (r *retrying) receipt(t *testing.T) {
	alarm := r.start(t, Busy)
	p := r.takeBack(alarm, false)
	time.Sleep(late)
	r.arrives(t, alarm)
	require.Len(t, r.told, 1, "it is said at once")
	assert.Equal(t, p, <-r.told)
	r.nothingMore(t)
}

// receiptTooLate leaves an attempt that is on its way what it makes of it.
func (r *retrying) receiptTooLate(t *testing.T) {
	alarm := r.start(t, Silent)
	p := r.takeBack(alarm, false)
	time.Sleep(late)
	r.arrives(t, alarm)
	assert.Empty(t, r.told, "nobody knows yet what becomes of it")
	time.Sleep(30 * time.Second)
	require.Len(t, r.told, 1)
	assert.Equal(t, p, <-r.told)
	r.nothingMore(t)
}

func (r *retrying) concealment(t *testing.T) { r.conceal(t, Busy) }

func (r *retrying) concealmentCuts(t *testing.T) { r.conceal(t, Silent) }

func (r *retrying) conceal(t *testing.T, first Doing) {
	alarm, news := r.start(t, first), r.news()
	p := r.takeBack(alarm, true)
	r.Tell(news)
	time.Sleep(late)
	r.arrives(t, alarm)
	r.arrives(t, news, alarm)
	require.Len(t, r.told, 2)
	assert.Equal(t, p, <-r.told)
	r.handed(t, news)
	r.nothingMore(t)
}
