package delivertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// Part is a part of a message that may be nobody else's business.
type Part string

// The parts.
const (
	Place    Part = "place-of-the-suite"
	Device   Part = "device-of-the-suite"
	Press    Part = "press-of-the-suite"
	Incident Part = "incident-of-the-suite"
)

// redacts proves that the text arrives, and nothing else of the message than
// the channel's contract says.
func (h Harness) redacts(t *testing.T) {
	far := h.double(t, Accepts)
	m := h.Message
	m.Text = alerting.Text{ZH: "【演练】紫薇小学 报警【演练】", EN: "[DRILL] Ziwei, alarm [DRILL]"}
	m.Place = alerting.Place{ID: string(Place), Name: alerting.Text{ZH: "西侧小门", EN: "Small west gate"}}
	m.Device, m.Press, m.Incident = string(Device), string(Press), string(Incident)
	_, err := h.sendBy(t.Context(), t, h.New(t, far.Address(), []byte(secret)), m)
	require.NoError(t, err)

	open := h.open(t, <-far.Arrived())
	assert.Contains(t, open, m.Text.ZH, "the text arrives as it is")
	for _, part := range []Part{Place, Device, Press, Incident} {
		assert.Equal(t, h.reveals(part), strings.Contains(open, string(part)), "%s: %s", part, open)
	}
	if !h.reveals(Place) {
		assert.NotContains(t, open, m.Place.Name.ZH)
		assert.NotContains(t, open, m.Place.Name.EN)
	}
}

func (h Harness) reveals(p Part) bool {
	for _, r := range h.Reveals {
		if r == p {
			return true
		}
	}
	return false
}

func (h Harness) open(t *testing.T, r Request) string {
	if h.Open != nil {
		return h.Open(t, r)
	}
	return Plain(r)
}

// Plain is all of a request that nobody has encrypted.
func Plain(r Request) string {
	return fmt.Sprintf("%s %s\n%v\n%s", r.Method, r.Path, r.Header, r.Body)
}
