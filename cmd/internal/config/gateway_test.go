package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

func TestGatewaysOfEveryChannel(t *testing.T) {
	c := loaded(t, "testdata/good/gateways.yaml")
	assert.Len(t, c.Gateways, 9)
	d := c.Directory()
	gateway := func(name string) people.Gateway {
		g, ok := d.Gateway(name)
		require.True(t, ok, name)
		return g
	}
	assert.Equal(t, people.Gateway{
		Name: "texts", Channel: alerting.ChannelSMS, URL: "https://sms.example.org/v1/messages?region=cn", Via: alerting.ViaCellular,
		User: "ziwei", Secret: []byte("password-of-the-mail-test"), Callback: []byte("callback-key-of-the-gateway-test"),
		From: "紫薇小学", Segments: 2,
		Request: people.Request{
			Method: "PUT", Form: people.FormURL, Headers: []people.Header{{Name: "Authorization", Value: "Basic {basic}"}},
			Body: "to={local}&text={text}&ref={id}", AnswerID: "data.id",
			Accepted: people.Accepted{Field: "code", Values: []string{"0", "OK"}, Busy: []string{"LIMIT"}},
		},
	}, gateway("texts"))
	assert.Equal(t, people.Gateway{
		Name: "school-mail", Channel: alerting.ChannelMail, URL: "smtp+starttls://mail.example.org:587", Via: alerting.ViaInternet,
		User: "hub@school.example.org", Secret: []byte("password-of-the-mail-test"), From: "紫薇小学 <hub@school.example.org>", Segments: 1,
	}, gateway("school-mail"))
	assert.Equal(t, people.Gateway{
		Name: "school-group", Channel: alerting.ChannelDingTalk, URL: "https://oapi.dingtalk.com/robot/send", Via: alerting.ViaInternet,
		Token: []byte("token-of-the-robot-test"), Secret: []byte("signing-key-of-the-robot-test"), Segments: 1,
	}, gateway("school-group"))
	assert.Equal(t, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send", gateway("station-group").URL)
	assert.Equal(t, "https://open.example.org/hook", gateway("guards-group").URL)
	assert.Equal(t, people.Request{Method: "POST", Form: people.FormJSON, Body: `{"called":"{to}","tts":"{text}"}`}, gateway("calls").Request)
	assert.NotEmpty(t, gateway("browsers").Secret)
	assert.Empty(t, gateway("own-browsers").Secret, "the hub makes a key")
}

func TestPathsLeadOverGateways(t *testing.T) {
	c := loaded(t, "testdata/good/gateways.yaml")
	duty, ok := c.Directory().Contact("duty")
	require.True(t, ok)
	assert.Equal(t, []people.Path{
		{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613912345678", Gateway: "texts"},
		{Channel: alerting.ChannelMail, Via: alerting.ViaLAN, Address: "duty@school.example.org", Gateway: "own-mail"},
		{Channel: alerting.ChannelDingTalk, Via: alerting.ViaInternet, Gateway: "school-group"},
		{Channel: alerting.ChannelPush, Via: alerting.ViaInternet, Address: "officer", Gateway: "own-browsers"},
	}, duty.Paths)
}
