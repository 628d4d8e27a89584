package hub_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A platform that takes longer than a second to answer is told, and once.
func TestASlowPlatformIsToldOnce(t *testing.T) {
	const takes = 1200 * time.Millisecond
	var posts atomic.Int64
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posts.Add(1)
		select {
		case <-time.After(takes):
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(platform.Close)
	hook := fmt.Sprintf("  - {name: platform, audience: school, schools: [ziwei-primary], url: %q, secret_file: %q}\n", platform.URL, keyFile(t, "the key of the platform"))
	r := start(t, with("webhooks:\n", hook))
	school, liaison := r.school(t), r.as(t, "liaison")
	require.NoError(t, school.Press("b-1"))
	i := liaison.only()
	var told alerting.Delivery
	require.Eventually(t, func() bool {
		for _, d := range liaison.incident(i.ID).Deliveries {
			if d.Channel == alerting.ChannelWebhook {
				told = d
			}
		}
		return told.State != alerting.Planned && told.State != ""
	}, patience, 10*time.Millisecond)
	assert.Equal(t, alerting.Handed, told.State, told.Reason)
	require.NotNil(t, told.HandedAt)
	assert.GreaterOrEqual(t, told.HandedAt.Sub(told.PlannedAt), takes)
	assert.EqualValues(t, 1, posts.Load())
}
