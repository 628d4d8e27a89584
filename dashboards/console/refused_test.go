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

// A refusal that no page has words for is said in its own, and never by its code.
func TestARefusalWithoutWordsOfThePageSaysItsOwn(t *testing.T) {
	words := catalogues(t)
	for lang, want := range map[string]string{"zh": "考试日不测试，请改日进行", "en": "no test on an examination day: test on another day"} {
		p := &page{words: words[lang]}
		assert.Equal(t, want, p.whyNot(refusals{}.of(alerting.NoTestToday()), alerting.NoTestToday()))
		assert.Equal(t, p.Say("refused.alarm-test"), p.whyNot("refused.alarm-test", alerting.NoTestNow()))
	}
}
