package webhook_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/carrier/carriertest"
	"example.org/campushub/alerting/deliver/webhook"
	"example.org/campushub/alerting/people"
)

// desk hears what webhooks say of one delivery to the platform.
type desk struct {
	heard []alerting.Progress
	err   error
}

func (d *desk) Hear(_ context.Context, from alerting.LegKey, p alerting.Progress) error {
	if d.err != nil {
		return d.err
	}
	if from != (alerting.LegKey{Audience: alerting.Police, Recipient: "platform", Channel: alerting.ChannelWebhook}) || p.Delivery != "d-1" {
		return fmt.Errorf("delivery %s: %w", p.Delivery, alerting.ErrNotFound)
	}
	d.heard = append(d.heard, p)
	return nil
}

func TestAWebhookSaysWhatBecameOfItsOwnDeliveries(t *testing.T) {
	d, reg := &desk{}, prometheus.NewRegistry()
	find := func(name string) (people.Webhook, bool) {
		hook := people.Webhook{Name: name, Audience: alerting.Police, Secret: []byte("the key of " + name)}
		return hook, name == "platform" || name == "other"
	}
	caller := &carriertest.Caller{Handler: webhook.NewReceipts(find, d, reg), Metrics: reg}
	now := time.Now()
	say := func(name, body string, at time.Time) int {
		return caller.Post(t, "/"+name, body, carriertest.Sign("the key of "+name, at, body)).Code
	}
	const received, read = `{"incident":"i-1","delivery":"d-1","status":"received"}`, `{"incident":"i-1","delivery":"d-1","status":"read"}`

	assert.Equal(t, 204, say("platform", received, now))
	assert.Equal(t, 409, say("platform", received, now), "a replay")
	assert.Equal(t, 204, say("platform", read, now.Add(-time.Second)))
	assert.Equal(t, []alerting.DeliveryState{alerting.Received, alerting.Read}, []alerting.DeliveryState{d.heard[0].State, d.heard[1].State})
	assert.Equal(t, "i-1", d.heard[0].Incident)

	assert.Equal(t, 404, say("other", received, now), "another's delivery")
	assert.Equal(t, 401, caller.Post(t, "/platform", received, carriertest.Sign("the key of other", now, received)).Code)
	assert.Equal(t, 401, caller.Post(t, "/platform", received, "").Code)
	assert.Equal(t, 401, say("platform", received, now.Add(-6*time.Minute)))
	assert.Equal(t, 401, say("platform", received, now.Add(6*time.Minute)))
	assert.Equal(t, 404, say("nobody", received, now))
	assert.Equal(t, 422, say("platform", strings.Replace(read, "read", "failed", 1), now))
	assert.Equal(t, 422, say("platform", strings.Replace(read, "}", `,"text":{}}`, 1), now), "the hub's own words are no receipt")
	assert.Len(t, d.heard, 2)

	d.err = alerting.ErrUnavailable
	assert.Equal(t, 503, say("platform", read, now.Add(-2*time.Second)))
	d.err = nil
	assert.Equal(t, 204, say("platform", read, now.Add(-2*time.Second)), "what could not be taken comes again")
	assert.Equal(t, map[string]float64{
		"replayed": 1, "unknown message": 1, "wrong signature": 1, "not signed": 1,
		"signed too long ago, or ahead": 2, "unknown webhook": 1, "malformed": 2, "not now": 1,
	}, caller.Refused(t))
}
