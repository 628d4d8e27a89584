package robot

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/devices"
)

var began = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func newsOf(incident string, number int64, s alerting.Severity) deliver.Message {
	return deliver.Message{Incident: incident, Number: number, Recipient: "group", Mode: devices.Live, Severity: s}
}

func TestAFullMinuteWaitsForItsOldest(t *testing.T) {
	p := NewPace()
	for n := range int64(perMinute) {
		pause, _ := p.take("r", newsOf("i", n, alerting.Critical), began.Add(time.Duration(n)*time.Second))
		require.Zero(t, pause, n)
	}
	pause, _ := p.take("r", newsOf("i", 30, alerting.Critical), began.Add(20*time.Second))
	assert.Equal(t, window-20*time.Second, pause)
	pause, _ = p.take("other", newsOf("i", 30, alerting.Critical), began.Add(20*time.Second))
	assert.Zero(t, pause, "each robot has its own minute")
	pause, _ = p.take("r", newsOf("i", 31, alerting.Critical), began.Add(window))
	assert.Zero(t, pause)
	pause, _ = p.take("r", newsOf("i", 32, alerting.Critical), began.Add(window))
	assert.Equal(t, time.Second, pause, "one place is free, then the next")
}

func TestTheLastPlacesAreForLiveCriticalIncidents(t *testing.T) {
	p := NewPace()
	for n := range int64(perMinute - kept) {
		pause, _ := p.take("r", newsOf("i", n, alerting.Low), began)
		require.Zero(t, pause, n)
	}
	pause, _ := p.take("r", newsOf("i", 20, alerting.Low), began)
	assert.Equal(t, window, pause)
	drill := newsOf("i-drill", 1, alerting.Critical)
	drill.Mode = devices.Drill
	pause, _ = p.take("r", drill, began)
	assert.Equal(t, window, pause)
	for n := range int64(kept) {
		pause, _ = p.take("r", newsOf("i-2", n, alerting.Critical), began)
		assert.Zero(t, pause, n)
	}
	pause, _ = p.take("r", newsOf("i-2", 9, alerting.Critical), began)
	assert.Equal(t, window, pause)
	pause, _ = p.take("r", newsOf("i-3", 9, alerting.Low), began.Add(window/2))
	assert.Equal(t, window/2, pause)
}

func TestNewerNewsReplacesOnlyTheSameRecipientsOfTheSameIncident(t *testing.T) {
	p := NewPace()
	_, superseded := p.take("r", newsOf("i", 5, alerting.Low), began)
	assert.False(t, superseded)
	_, superseded = p.take("r", newsOf("i", 5, alerting.Low), began)
	assert.False(t, superseded, "a second attempt is no older")
	_, superseded = p.take("r", newsOf("i", 4, alerting.Low), began)
	assert.True(t, superseded)
	_, superseded = p.take("r", newsOf("i-2", 4, alerting.Low), began)
	assert.False(t, superseded)
	other := newsOf("i", 4, alerting.Low)
	other.Recipient = "another"
	_, superseded = p.take("r", other, began)
	assert.False(t, superseded)
}

func TestNewsThatWaitsReplacesToo(t *testing.T) {
	p := NewPace()
	p.hold("r", began.Add(time.Minute))
	pause, superseded := p.take("r", newsOf("i", 6, alerting.Low), began)
	assert.Equal(t, time.Minute, pause)
	assert.False(t, superseded)
	_, superseded = p.take("r", newsOf("i", 5, alerting.Low), began)
	assert.True(t, superseded, "older news need not wait for its minute to be told that it is old")
}

func TestThreadsAreBounded(t *testing.T) {
	p := NewPace()
	for n := range maxThreads + 10 {
		p.take("r", newsOf(fmt.Sprint("i-", n), 2, alerting.Low), began.Add(time.Duration(n)*time.Minute))
	}
	assert.Len(t, p.robots["r"].news, maxThreads)
	_, superseded := p.take("r", newsOf("i-1033", 1, alerting.Low), began.Add(2000*time.Minute))
	assert.True(t, superseded, "the latest are remembered")
	_, superseded = p.take("r", newsOf("i-0", 1, alerting.Low), began.Add(2000*time.Minute))
	assert.False(t, superseded, "the oldest is forgotten")
}

// The sums were made by openssl, of the key SECexample:
// printf '1599360473000\nSECexample' | openssl dgst -sha256 -hmac SECexample -binary | base64
// printf ” | openssl dgst -sha256 -hmac "$(printf '1599360473\nSECexample')" -binary | base64
func TestSignaturesAreTheVendors(t *testing.T) {
	at := time.Unix(1_599_360_473, 0)
	assert.Equal(t, "KmmpBg9MYwMyZnjqHeVmGD4z2sXKNC+zyuqIEvXlttg=", dingTalkSign([]byte("SECexample"), at))
	assert.Equal(t, "ZZRZmtYrVotqaGs6ZH9RfZZ+NAGnGmOXcauGka3ln84=", feishuSign([]byte("SECexample"), at))
}
