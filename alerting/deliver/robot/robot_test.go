package robot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/delivertest"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/deliver/robot"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const robotToken = "token-of-the-robot"

var message = deliver.Message{
	Delivery: "d-1", Incident: "i-1", Number: 7, Audience: alerting.Police, Recipient: "group",
	School: alerting.Place{ID: "ziwei"}, Mode: devices.Live, Severity: alerting.Critical,
	Text: alerting.Text{ZH: "【校园警情】<紫薇小学> 北门", EN: "School alarm: Ziwei, north gate"},
}

type maker func(reach.Book, *robot.Pace, ...post.Option) *robot.Channel

// two is a channel of two robots that differ in where they are.
func two(t *testing.T, channel alerting.Channel, build maker, g people.Gateway, one, another string, over ...post.Option) *robot.Channel {
	g.Name, g.Channel, g.URL = "robot", channel, one
	other := g
	other.URL = another
	c := build(delivertest.Book(message, "", g, other), robot.NewPace(), over...)
	t.Cleanup(c.Close)
	return c
}

func made(t *testing.T, channel alerting.Channel, build maker, g people.Gateway) *robot.Channel {
	return two(t, channel, build, g, g.URL, g.URL)
}

func TestWeComConforms(t *testing.T) {
	delivertest.Conform(t, delivertest.Harness{
		Two: func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			return two(t, alerting.ChannelWeCom, robot.NewWeCom, people.Gateway{Token: secret}, one, another, over...)
		},
		Message: message,
		Pause:   post.MaxPause,
		HTTP: delivertest.HTTP{
			Statuses: []int{200}, Body: `{"errcode":0,"errmsg":"ok"}`,
			TooMany: `{"errcode":45009,"errmsg":"api freq out of limit"}`,
			Words:   func(w string) string { return said(`{"errcode":93000,"errmsg":"…"}`, w) },
			Check: func(r delivertest.Request) string {
				return strict(r, func(body []byte) error { _, err := plainText(body, 2048); return err })
			},
		},
		Verify: func(r delivertest.Request, secret []byte) error {
			if q := queryOf(r); q.Get("key") != string(secret) || len(q["key"]) != 1 {
				return assert.AnError
			}
			return nil
		},
	})
}

func TestDingTalkConforms(t *testing.T) {
	delivertest.Conform(t, delivertest.Harness{
		Two: func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			return two(t, alerting.ChannelDingTalk, robot.NewDingTalk,
				people.Gateway{Token: []byte(robotToken), Secret: secret}, one, another, over...)
		},
		Message: message,
		Pause:   post.MaxPause,
		Private: []string{robotToken},
		HTTP: delivertest.HTTP{
			Statuses: []int{200}, Body: `{"errcode":0,"errmsg":"ok"}`,
			TooMany: `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`,
			Words:   func(w string) string { return said(`{"errcode":310000,"errmsg":"…"}`, w) },
			Check: func(r delivertest.Request) string {
				return strict(r, func(body []byte) error { _, err := plainText(body, 20_000); return err })
			},
		},
		Verify: signedDingTalk,
	})
}

func TestFeishuConforms(t *testing.T) {
	delivertest.Conform(t, delivertest.Harness{
		Two: func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			return two(t, alerting.ChannelFeishu, robot.NewFeishu,
				people.Gateway{Token: []byte(robotToken), Secret: secret}, one, another, over...)
		},
		Message: message,
		Pause:   post.MaxPause,
		Private: []string{robotToken},
		HTTP: delivertest.HTTP{
			Statuses: []int{200}, Body: `{"code":0,"msg":"success","data":{}}`,
			TooMany: `{"code":11232,"msg":"frequency limited psm"}`,
			Words:   func(w string) string { return said(`{"code":19021,"msg":"…"}`, w) },
			Check: func(r delivertest.Request) string {
				if !strings.Contains(r.Path, "/"+robotToken+"?") {
					return "path " + r.Path
				}
				return strict(r, func(body []byte) error { _, _, _, err := feishuText(body); return err })
			},
		},
		Verify: signedFeishu,
	})
}

// said is an answer with words in the place of its ….
func said(answer, words string) string { return strings.Replace(answer, "…", words, 1) }

func wecomText(body []byte) (string, error) { return plainText(body, 2048) }

func TestBothLanguagesWhereThereIsRoom(t *testing.T) {
	g := newGroup(t, wecomText, "")
	c := made(t, alerting.ChannelWeCom, robot.NewWeCom, people.Gateway{URL: g.URL})
	m := message
	_, err := c.Send(t.Context(), m)
	require.NoError(t, err)
	m.Text.EN = strings.Repeat("e", 2048)
	_, err = c.Send(t.Context(), m)
	require.NoError(t, err)
	m.Text.ZH = strings.Repeat("警", 683) // 2,049 bytes
	_, err = c.Send(t.Context(), m)
	require.ErrorContains(t, err, "2049 bytes, from 1 to 2048 are taken")
	assert.True(t, deliver.IsPermanent(err))

	texts, _ := g.heard()
	assert.Equal(t, []string{message.Text.ZH + "\n" + message.Text.EN, message.Text.ZH}, texts)
}

func TestRefusalsByCode(t *testing.T) {
	g := newGroup(t, func([]byte) (string, error) { return "", nil }, "")
	for _, c := range []struct {
		make      maker
		channel   alerting.Channel
		answer    string
		permanent bool
		pause     time.Duration
	}{
		{robot.NewWeCom, alerting.ChannelWeCom, `{"errcode":45009,"errmsg":"api freq out of limit"}`, false, time.Minute},
		{robot.NewWeCom, alerting.ChannelWeCom, `{"errcode":-1,"errmsg":"system busy"}`, false, 0},
		{robot.NewWeCom, alerting.ChannelWeCom, `{"errcode":93000,"errmsg":"invalid webhook url"}`, true, 0},
		{robot.NewWeCom, alerting.ChannelWeCom, `{}`, false, 0},
		{robot.NewWeCom, alerting.ChannelWeCom, `<html>welcome to the hotel</html>`, false, 0},
		{robot.NewDingTalk, alerting.ChannelDingTalk, `{"errcode":130101,"errmsg":"send too fast"}`, false, time.Minute},
		{robot.NewDingTalk, alerting.ChannelDingTalk, `{"errcode":660026,"errmsg":"send too fast"}`, false, time.Minute},
		{robot.NewDingTalk, alerting.ChannelDingTalk, `{"errcode":310000,"errmsg":"sign not match"}`, true, 0},
		{robot.NewDingTalk, alerting.ChannelDingTalk, `{"errcode":310000,"errmsg":"keywords not in content"}`, true, 0},
		{robot.NewFeishu, alerting.ChannelFeishu, `{"code":11232,"msg":"frequency limited"}`, false, time.Minute},
		{robot.NewFeishu, alerting.ChannelFeishu, `{"code":9499,"msg":"too many request"}`, false, time.Minute},
		{robot.NewFeishu, alerting.ChannelFeishu, `{"code":19021,"msg":"sign match fail"}`, true, 0},
		{robot.NewFeishu, alerting.ChannelFeishu, `{"code":19022,"msg":"Ip Not Allowed"}`, true, 0},
		{robot.NewFeishu, alerting.ChannelFeishu, `{"code":19024,"msg":"Key Words Not Found"}`, true, 0},
	} {
		g.says(c.answer)
		_, err := made(t, c.channel, c.make, people.Gateway{URL: g.URL}).Send(t.Context(), message)
		require.Error(t, err, c.answer)
		assert.Equal(t, c.permanent, deliver.IsPermanent(err), c.answer)
		assert.Equal(t, c.pause, deliver.PauseOf(err), c.answer)
	}
}

func TestWhatTheVendorSaysIsQuotedWithoutSecrets(t *testing.T) {
	g := newGroup(t, wecomText, "")
	g.says(`{"errcode":93000,"errmsg":"bad key ` + robotToken + `,\nhint 17"}`)
	_, err := made(t, alerting.ChannelWeCom, robot.NewWeCom, people.Gateway{URL: g.URL, Token: []byte(robotToken)}).Send(t.Context(), message)
	require.EqualError(t, err, `write by wecom robot robot: code 93000, "bad key …, hint 17"`)
}

func TestTwentyAMinuteAndNoMore(t *testing.T) {
	g := newGroup(t, wecomText, `{"errcode":45009,"errmsg":"api freq out of limit"}`)
	c := made(t, alerting.ChannelWeCom, robot.NewWeCom, people.Gateway{URL: g.URL})
	for n := range int64(20) {
		m := message
		m.Number = n
		_, err := c.Send(t.Context(), m)
		require.NoError(t, err, n)
	}
	m := message
	m.Number = 20
	_, err := c.Send(t.Context(), m)
	require.Error(t, err)
	assert.Greater(t, deliver.PauseOf(err), 50*time.Second)
	_, asked := g.heard()
	assert.Equal(t, 20, asked, "the vendor is not asked for more")
}

func TestAfterTheVendorsLimitItIsLeftInPeace(t *testing.T) {
	g := newGroup(t, wecomText, "")
	g.says(`{"errcode":45009,"errmsg":"api freq out of limit"}`)
	c := made(t, alerting.ChannelWeCom, robot.NewWeCom, people.Gateway{URL: g.URL})
	for range 3 {
		_, err := c.Send(t.Context(), message)
		require.Error(t, err)
		assert.False(t, deliver.IsPermanent(err))
		assert.Greater(t, deliver.PauseOf(err), 50*time.Second)
	}
	_, asked := g.heard()
	assert.Equal(t, 1, asked)
}

func TestNewestNewsReplacesTheOlder(t *testing.T) {
	g := newGroup(t, wecomText, "")
	c := made(t, alerting.ChannelWeCom, robot.NewWeCom, people.Gateway{URL: g.URL})
	older, newer := message, message
	newer.Number, newer.Text.ZH = 8, "【续8】警方已签收"
	_, err := c.Send(t.Context(), newer)
	require.NoError(t, err)

	state, err := c.Send(t.Context(), older)

	require.NoError(t, err)
	assert.Equal(t, alerting.Expired, state)
	_, asked := g.heard()
	assert.Equal(t, 1, asked, "what is out of date is not written")
}
