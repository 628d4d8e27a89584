package hub

import (
	"context"
	"net/http"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/push"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/deliver/voice"
	"example.org/campushub/alerting/deliver/webhook"
)

// callbackWithin is how long a callback's body may take to come.
const callbackWithin = 10 * time.Second

// entrance parts the far sides, who prove themselves by signature or token,
// from people, who sign in: session and cross-origin checks are for the latter.
type entrance struct {
	callbacks map[string]http.Handler // by prefix, which ends with a slash
	pages     http.Handler
}

func newEntrance(h *Hub, pages http.Handler) entrance {
	m, desk := h.media, switchboard{h.engine, h.drills, h.trials}
	texts := sms.NewCallbacks(m.book, m.texts, desk, h.registry, h.log)
	texts.Apart(h.couriers.texts, func(_ context.Context, _ string, s alerting.DeliveryState, _ string) {
		h.post.Reported(alerting.ChannelSMS, s)
	})
	texts.Apart(h.reminders.texts, h.reminderReported)
	texts.Apart(h.questions.texts, h.askers.unasked)
	texts.Apart(h.notes.texts, h.errands.undelivered)
	return entrance{pages: pages, callbacks: map[string]http.Handler{
		"/callbacks/sms/":     texts,
		"/callbacks/voice/":   voice.NewCallbacks(m.book, m.calls, desk, h.registry, h.log),
		"/callbacks/webhook/": webhook.NewReceipts(m.webhook, desk, h.registry),
		"/push/receipts/":     push.NewReceipts(m.book, desk, h.registry),
	}}
}

// ServeHTTP leads a request to who answers it.
func (e entrance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for prefix, c := range e.callbacks {
		if strings.HasPrefix(r.URL.Path, prefix) {
			// A connection that allows no deadline is a test's own.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(callbackWithin))
			http.StripPrefix(strings.TrimSuffix(prefix, "/"), c).ServeHTTP(w, r)
			return
		}
	}
	e.pages.ServeHTTP(w, r)
}
