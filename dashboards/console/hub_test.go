package console_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
)

// gauge puts a figure of the hub's among its metrics.
func (h *hub) gauge(name string, labels prometheus.Labels) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: "a figure", ConstLabels: labels})
	h.metrics.MustRegister(g)
	return g
}

func TestTheHubsPageSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	h := start(t)
	healthy := h.gauge("campushub_journal_healthy", nil)
	healthy.Set(1)
	h.gauge("campushub_broker_connections", nil).Set(12)
	police := h.gauge("campushub_deliver_lane_waiting_messages", prometheus.Labels{"audience": "police", "channel": "sms"})
	police.Set(60)
	h.gauge("campushub_deliver_lane_waiting_messages", prometheus.Labels{"audience": "school", "channel": "sms"}).Set(30)
	commits := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "campushub_journal_commit_seconds"})
	h.metrics.MustRegister(commits)
	commits.Observe(.0015)
	admin := h.as("admin-1", "en")
	page := admin.get("/hub").html
	says(t, page, "takes what is told")
	says(t, page, ">1.50 ms<")
	says(t, page, ">90<")
	says(t, page, ">12<")
	figures, faults, _ := strings.Cut(page, `<th scope="row">Configuration faults</th>`)
	lacks(t, figures, `<strong class="warn">`)
	says(t, faults, `<strong class="warn">2; the latest reload was not taken</strong>`)

	healthy.Set(0)
	police.Set(70)
	page = admin.get("/hub").html
	says(t, page, `<strong class="warn">takes nothing</strong>`)
	says(t, page, "Look at the disk now")
	says(t, page, `<strong class="warn">100</strong>`)
	says(t, h.as("admin-1", "zh").get("/hub").html, "请立即检查磁盘")
	says(t, admin.get("/").html, `href="/hub"`)
}

// It is for who runs the hub alone.
func TestTheHubsPageIsForAdministrators(t *testing.T) {
	h := start(t)
	for _, who := range []string{"officer-1", "liaison-1", "guard-1", "parent-1"} {
		b := h.as(who, "en")
		assert.Equal(t, http.StatusForbidden, b.get("/hub").status, who)
		lacks(t, b.get("/").html, `href="/hub"`)
	}
}
