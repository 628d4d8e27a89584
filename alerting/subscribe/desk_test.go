package subscribe_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/subscribe"
)

const (
	school = "ziwei"
	mute   = "lanhua" // a school without a gateway
	number = "+8613900000001"
	home   = "192.0.2.1"
)

// phones are what telephones have had.
type phones struct {
	mu  sync.Mutex
	had []notice.Letter
}

func (p *phones) Hand(_ context.Context, l notice.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.had = append(p.had, l)
	return nil
}

func (p *phones) all() []notice.Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]notice.Letter{}, p.had...)
}

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

// digits are those that came last.
func (p *phones) digits(t *testing.T) string {
	t.Helper()
	synctest.Wait()
	all := p.all()
	require.NotEmpty(t, all, "no text came")
	return sixDigits.FindString(all[len(all)-1].Text.ZH + all[len(all)-1].Text.EN)
}

type rig struct {
	*subscribe.Desk
	phones
	office  *office.Store
	path    string
	metrics *prometheus.Registry
}

// within runs a test on a desk with a real book, in virtual time.
func within(t *testing.T, test func(*testing.T, *rig)) {
	t.Helper()
	r := &rig{path: filepath.Join(t.TempDir(), "office.db"), metrics: prometheus.NewRegistry()}
	log := slog.New(slog.DiscardHandler)
	synctest.Test(t, func(t *testing.T) {
		var err error
		ctx, stop := context.WithCancel(context.Background())
		r.office, err = office.Open(ctx, r.path, log)
		require.NoError(t, err)
		dir := people.New(people.Lists{Schools: []people.School{
			{ID: school, Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Zone: time.UTC},
			{ID: mute, Name: alerting.Text{ZH: "兰花小学", EN: "Lanhua Primary"}, Zone: time.UTC},
		}})
		r.Desk = subscribe.New(subscribe.Deps{
			Book: r.office, People: func() *people.Directory { return dir }, Log: log, Metrics: r.metrics,
			Senders: func(s string, c alerting.Channel) (notice.Sender, bool) {
				return &r.phones, s == school && c == alerting.ChannelSMS
			},
		})
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		test(t, r)
		stop()
		require.NoError(t, <-done)
		require.NoError(t, r.office.Close())
	})
}

func (r *rig) issue(t *testing.T) (code string) {
	t.Helper()
	require.NoError(t, r.Issue(t.Context(), school, "officer-1", time.Now()))
	o, err := r.Overview(t.Context(), school)
	require.NoError(t, err)
	return o.Code.String()
}

func (r *rig) ask(t *testing.T, code, number, from string) (string, error) {
	t.Helper()
	return r.Begin(t.Context(), subscribe.Ask{Code: code, Number: number, Language: "zh", From: from}, time.Now())
}

// joins subscribes a number.
func (r *rig) joins(t *testing.T, code, number string) subscribe.Session {
	t.Helper()
	id, err := r.ask(t, code, number, home)
	require.NoError(t, err)
	s, err := r.Finish(t.Context(), id, r.digits(t), time.Now())
	require.NoError(t, err)
	return s
}

func reason(err error) string {
	var refused *alerting.Refusal
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func TestAParentSubscribesAndEndsIt(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		code := r.issue(t)
		s := r.joins(t, code, "139 0000 0001")
		assert.Equal(t, []string{school}, s.Schools)
		assert.Equal(t, number, s.Number)
		letter := r.all()[0]
		assert.Equal(t, number, letter.Address)
		assert.Contains(t, letter.Text.ZH, "紫薇小学")
		assert.Empty(t, letter.Text.EN, "in the language that they read")

		again, ok, err := r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		require.True(t, ok)
		assert.Equal(t, s.Subscriber, again.Subscriber)
		require.NoError(t, r.Speak(t.Context(), again, "en", time.Now()))
		o, err := r.Overview(t.Context(), school)
		require.NoError(t, err)
		assert.Equal(t, 1, o.Subscribers)

		require.NoError(t, r.Unsubscribe(t.Context(), again, "", time.Now()))
		_, ok, err = r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		assert.False(t, ok, "its sessions are gone with it")
		_, found, err := r.office.Subscriber(t.Context(), number)
		require.NoError(t, err)
		assert.False(t, found, "and the number")

		changes, err := r.office.AccountChanges(t.Context(), people.ParentsOf(school), 0, 50)
		require.NoError(t, err)
		var did []people.Deed
		for _, c := range changes {
			did = append(did, c.Did)
			assert.NotContains(t, c.By+c.Why+c.Account, "139")
		}
		assert.Equal(t, []people.Deed{people.ParentUnsubscribed, people.ParentLanguage, people.ParentSubscribed, people.CodeIssued}, did)
		all, err := r.office.AccountChanges(t.Context(), "", 0, 50)
		require.NoError(t, err)
		assert.Len(t, all, 1, "parents crowd nobody else's changes out")
		report, err := r.office.VerifyAccounts(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(4), report.Entries)
	})
}

func TestNobodyLearnsWhetherANumberIsSubscribed(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		r.joins(t, r.issue(t), number)
		time.Sleep(time.Hour)
		before := len(r.all())
		known, err := r.ask(t, "", number, home)
		require.NoError(t, err)
		strange, err := r.ask(t, "", "+8613900000002", home)
		require.NoError(t, err, "the answer is the same")
		digits := r.digits(t)
		assert.Len(t, r.all(), before+1, "but only who has subscribed is written to")

		wrong := "000000"
		if digits == wrong {
			wrong = "000001"
		}
		for k := range subscribe.Tries {
			_, a := r.Finish(t.Context(), known, wrong, time.Now())
			_, b := r.Finish(t.Context(), strange, wrong, time.Now())
			require.Error(t, a)
			assert.Equal(t, a, b, "attempt %d", k+1)
		}
		_, err = r.Finish(t.Context(), known, digits, time.Now())
		assert.Equal(t, "subscribe.over", reason(err), "right digits come too late")
		_, err = r.Finish(t.Context(), strange, "", time.Now())
		assert.Equal(t, "subscribe.over", reason(err))

		_, a := r.ask(t, "", number, home)
		time.Sleep(12 * time.Hour) // what it took to subscribe is paid off
		for range 10 {
			_, a = r.ask(t, "", number, "a")
			_, b := r.ask(t, "", "+8613900000002", "b")
			assert.Equal(t, reason(a), reason(b), "the bounds are the same too")
			time.Sleep(subscribe.Gap)
		}
		assert.Equal(t, "subscribe.wait-number", reason(a))
	})
}

func TestAOneTimeCodeOfNobodyIsNeverRight(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		id, err := r.ask(t, "", number, home)
		require.NoError(t, err)
		_, err = r.Finish(t.Context(), id, "", time.Now())
		assert.Equal(t, "subscribe.digits", reason(err), "no digits are not those of nobody")
		synctest.Wait()
		assert.Empty(t, r.all())
	})
}

func TestWhatWasPressedInTheOtherScriptIsRead(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		id, err := r.ask(t, r.issue(t), number, home)
		require.NoError(t, err)
		wide := " "
		for _, c := range r.digits(t) {
			wide += string(c - '0' + '\uff10')
		}
		_, err = r.Finish(t.Context(), id, wide, time.Now())
		require.NoError(t, err)
	})
}

func TestOneCodeRunsForANumberAndEndsInMinutes(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		code := r.issue(t)
		first, err := r.ask(t, code, number, home)
		require.NoError(t, err)
		old := r.digits(t)
		_, err = r.ask(t, code, number, "192.0.2.2")
		assert.Equal(t, "subscribe.wait-number", reason(err), "not twice within a minute, from wherever")
		time.Sleep(subscribe.Gap)
		second, err := r.ask(t, code, number, home)
		require.NoError(t, err)
		_, err = r.Finish(t.Context(), first, old, time.Now())
		assert.Equal(t, "subscribe.over", reason(err), "the second has taken its place")
		time.Sleep(subscribe.GoodFor)
		_, err = r.Finish(t.Context(), second, r.digits(t), time.Now())
		assert.Equal(t, "subscribe.over", reason(err))
		_, found, err := r.office.Subscriber(t.Context(), number)
		require.NoError(t, err)
		assert.False(t, found)
	})
}

func TestDigitsWorkOnce(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		id, err := r.ask(t, r.issue(t), number, home)
		require.NoError(t, err)
		digits := r.digits(t)
		_, err = r.Finish(t.Context(), id, digits, time.Now())
		require.NoError(t, err)
		_, err = r.Finish(t.Context(), id, digits, time.Now())
		assert.Equal(t, "subscribe.over", reason(err))
	})
}

func TestGuessesAtASchoolsCodeAreBounded(t *testing.T) {
	guess := func(t *testing.T, r *rig, n int, number, from func(int) string) (last error) {
		for k := range n {
			_, err := r.ask(t, "ziwei-0000-0000", number(k), from(k))
			require.Error(t, err)
			last = err
		}
		return last
	}
	same := func(s string) func(int) string { return func(int) string { return s } }
	other := func(k int) string {
		return "+8613600000" + string(rune('0'+k/100%10)) + string(rune('0'+k/10%10)) + string(rune('0'+k%10))
	}
	within(t, func(t *testing.T, r *rig) {
		code := r.issue(t)
		assert.Equal(t, "subscribe.code", reason(guess(t, r, 5, same(number), other)))
		assert.Equal(t, "subscribe.wait-number", reason(guess(t, r, 1, same(number), same("x"))), "of a number, from many addresses")
		assert.Equal(t, "subscribe.code", reason(guess(t, r, 10, other, same(home))))
		assert.Equal(t, "subscribe.wait-address", reason(guess(t, r, 1, same("+8613911111111"), same(home))), "from an address, for many numbers")
		_, err := r.ask(t, code, "+8613911111111", home)
		assert.Equal(t, "subscribe.wait-address", reason(err), "the right one is not told from a wrong one then")
		wide := func(k int) string { return "+86138" + other(k)[6:] }
		assert.Equal(t, "subscribe.code", reason(guess(t, r, 85, wide, wide)))
		assert.Equal(t, "subscribe.wait-school", reason(guess(t, r, 1, same("+8613711111111"), same("y"))), "of a school, by whomever")
		assert.Empty(t, r.all(), "and nobody was written to")

		assert.Equal(t, map[string]float64{"code": 100, "wait-address": 2, "wait-number": 1, "wait-school": 1}, r.refused(t))

		time.Sleep(time.Hour)
		_, err = r.ask(t, code, number, home)
		assert.NoError(t, err, "nothing is shut for good")
	})
}

func TestRightCodesPayForNoGuess(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		code := r.issue(t)
		for k := range 20 {
			_, err := r.ask(t, code, "+86139000001"+string(rune('0'+k/10))+string(rune('0'+k%10)), home)
			require.NoError(t, err, "a parents' evening on one network")
		}
	})
}

func TestACodeThatIsReplacedOrRevokedOpensNothing(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		old := r.issue(t)
		id, err := r.ask(t, old, number, home)
		require.NoError(t, err)
		digits := r.digits(t)
		now := r.issue(t)
		_, err = r.Finish(t.Context(), id, digits, time.Now())
		assert.Equal(t, "subscribe.code", reason(err), "not even for who had asked already")
		_, err = r.ask(t, old, "+8613900000003", home)
		assert.Equal(t, "subscribe.code", reason(err))
		time.Sleep(subscribe.Gap)
		s := r.joins(t, now, number)

		require.NoError(t, r.Revoke(t.Context(), school, "officer-1", "it stood in a group", time.Now()))
		assert.Equal(t, "subscribe.no-code", reason(r.Revoke(t.Context(), school, "officer-1", "again", time.Now())))
		_, err = r.ask(t, now, "+8613900000003", home)
		assert.Equal(t, "subscribe.code", reason(err))
		_, ok, err := r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		assert.True(t, ok, "who has subscribed stays")
		assert.Equal(t, "subscribe.no-sms", reason(r.Issue(t.Context(), mute, "officer-1", time.Now())))
	})
}

func TestASessionEndsUnlessItIsUsed(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		s := r.joins(t, r.issue(t), number)
		time.Sleep(subscribe.SessionFor/2 + time.Hour)
		renewed, ok, err := r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		require.True(t, ok)
		assert.True(t, renewed.Renewed)
		time.Sleep(subscribe.SessionFor - time.Hour)
		_, ok, err = r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		require.True(t, ok, "used past its half: whole again")
		require.NoError(t, r.Leave(t.Context(), s.Token))
		_, ok, err = r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		assert.False(t, ok)
		_, found, err := r.office.Subscriber(t.Context(), number)
		require.NoError(t, err)
		assert.True(t, found, "leaving a telephone ends no subscription")
	})
}

func TestASecondSchoolIsTheSameParent(t *testing.T) {
	within(t, func(t *testing.T, r *rig) {
		s := r.joins(t, r.issue(t), number)
		_, err := r.office.Subscribe(t.Context(), subscribe.Wish{School: mute, Number: number, Language: "zh"}, time.Now())
		require.NoError(t, err)
		both, _, err := r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		assert.Equal(t, []string{mute, school}, both.Schools)
		require.NoError(t, r.Unsubscribe(t.Context(), both, school, time.Now()))
		one, ok, err := r.Session(t.Context(), s.Token, time.Now())
		require.NoError(t, err)
		require.True(t, ok)
		assert.Equal(t, []string{mute}, one.Schools)
	})
}

// refused is how often somebody was who asked for a one-time code, by reason.
func (r *rig) refused(t *testing.T) map[string]float64 {
	t.Helper()
	all, err := r.metrics.Gather()
	require.NoError(t, err)
	out := map[string]float64{}
	for _, family := range all {
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if labels["stage"] == "begin" && labels["result"] != "ok" {
				out[labels["result"]] = m.GetCounter().GetValue()
			}
		}
	}
	return out
}
