package delivertest

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// full is a message with everything in it that somebody may not see.
func (h SinkHarness) full() deliver.Message {
	m := h.message(string(Incident))
	m.School = alerting.Place{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}}
	m.Place = alerting.Place{ID: string(Place), Name: alerting.Text{ZH: "西侧小门", EN: "Small west gate"}}
	m.Device, m.Press = string(Device), string(Press)
	m.Text = alerting.Text{ZH: "紫薇小学 西侧小门 报警", EN: "Ziwei, small west gate, alarm"}
	return m
}

// redacts tells the public display of an incident what the policy gives it,
// after somebody else was told everything of the same incident: nothing of
// that follows.
func (h SinkHarness) redacts(t *testing.T, s *stage) {
	all := h.to(h.Other, h.full())
	s.Tell(all)
	public := h.message(string(Incident))
	public.Delivery, public.Number = "delivery-public", all.Number
	public.School, public.Place, public.Device, public.Kind, public.Press = alerting.Place{}, alerting.Place{}, "", "", ""
	public.Text = alerting.Text{ZH: "请按广播指引行动", EN: "Follow the announcements"}
	s.Tell(public)
	synctest.Wait()

	require.Len(t, s.Took(public.Recipient), 1)
	if !h.Carries {
		return // who took it learns of the incident elsewhere
	}
	seen := s.Took(public.Recipient)[0].All
	assert.Contains(t, seen, public.Text.ZH)
	for _, not := range []string{string(Place), string(Device), string(Press), "西侧小门", "Small west gate", "ziwei", "紫薇", "Ziwei", all.Delivery, h.Other} {
		assert.NotContains(t, seen, not)
	}
	everything := s.Took(h.Other)[0].All
	for _, part := range []Part{Place, Device, Press, Incident} {
		assert.Contains(t, everything, string(part), "the suite's own check must be able to fail")
	}
}

// confidential news is its recipient's alone, and no report repeats it.
func (h SinkHarness) confidential(t *testing.T, s *stage) {
	m := h.full()
	m.Kind = "bullying"
	s.Tell(m)
	synctest.Wait()
	require.Len(t, s.Took(m.Recipient), 1)
	assert.Empty(t, s.Took(h.Other))
	s.Stick(m.Recipient)
	for range plenty {
		m.Number++
		s.Tell(m)
	}
	s.Leave(m.Recipient)
	s.Tell(m)
	synctest.Wait()
	for _, p := range s.all {
		for _, not := range []string{m.Text.ZH, string(Place), string(Device), "bullying"} {
			assert.NotContains(t, p.Reason, not)
		}
	}
}
