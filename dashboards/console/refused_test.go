package console

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
)

func TestAPageSaysWhyNothingWasDoneInItsOwnWords(t *testing.T) {
	for _, c := range []struct {
		page refusals
		err  error
		key  string
	}{
		{rosterRefusals, alerting.ErrConflict, "refused.roster.conflict"},
		{rosterRefusals, alerting.ErrNotFound, "refused.roster.none"},
		{rosterRefusals, alerting.ErrInvalid, "refused.roster.invalid"},
		{rosterRefusals, alerting.ErrUnavailable, "refused.unavailable"},
		{rosterRefusals, alerting.ErrForbidden, ""},
		{dutyRefusals, alerting.ErrForbidden, "refused.duty.forbidden"},
		{dutyRefusals, alerting.ErrConflict, "refused.duty.conflict"},
		{dutyRefusals, alerting.ErrNotFound, "refused.duty.none"},
		{dutyRefusals, alerting.ErrUnavailable, "refused.unavailable"},
		{dutyRefusals, alerting.ErrInvalid, ""},
		{drillRefusals, alerting.ErrConflict, "refused.drill.conflict"},
		{drillRefusals, alerting.ErrInvalid, "refused.drill.invalid"},
		{drillRefusals, alerting.ErrForbidden, "refused.forbidden"},
		{drillRefusals, alerting.ErrUnavailable, "refused.unavailable"},
		{drillRefusals, alerting.ErrNotFound, ""},
		{drillRefusals, errors.New("the disk is full"), ""},
		{drillRefusals, alerting.NoDrillToday(), "refused.examination-drill"},
	} {
		assert.Equal(t, c.key, c.page.of(fmt.Errorf("do: %w", c.err)), c.err)
	}
}
