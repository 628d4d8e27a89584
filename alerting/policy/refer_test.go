package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

func TestWhatIsLeftToAPersonIsToldAtOnceWhenThatIsDecided(t *testing.T) {
	d := campus()
	for _, c := range []struct {
		what  string
		o     policy.Occasion
		to    alerting.Audience
		left  bool
		asked []string
		steps int
	}{
		{"a fight is reported to the bureau", live("fight"), alerting.District, true, []string{"bureau 0 0s"}, 0},
		{"an alarm's staff", live("emergency"), alerting.Staff, true, []string{"teachers 0 0s"}, 0},
		{"the bureau hears of an alarm by itself", live("emergency"), alerting.District, false, nil, 0},
		{"staff are never told of a fight", live("fight"), alerting.Staff, false, nil, 0},
		{"an illness is shown to the police", live("medical"), alerting.Police, false, nil, 0},
		{"a hazard, once", live("hazard"), alerting.Police, true, []string{"assigned 0 0s", "console/liaison 0 0s", "desk 0 0s", "webhook/platform 0 0s"}, 0},
		{"bullying, masked, until somebody signs", live("bullying"), alerting.Police, true, []string{"assigned 0 0s", "console/liaison 0 0s", "desk 0 0s", "leader 1 30s", "seat 2 1m0s"}, 3},
		{"bullying, to whom the bureau names for it, now", live("bullying"), alerting.District, true, []string{"protection 0 0s"}, 0},
		{"nobody refers to parents", live("fight"), alerting.Parents, false, nil, 0},
	} {
		for _, of := range []string{"", "compiled"} {
			if of != "" {
				d = d.WithPolicy(policy.Compile(campus(), nil))
			}
			got, left := policy.Refer(d, c.o, c.to)
			assert.Equal(t, c.left, left, c.what)
			assert.Equal(t, c.asked, asked(got.Plan, c.to), c.what)
			assert.Len(t, got.Plan.Steps, c.steps, c.what)
			for _, l := range got.Plan.Legs {
				assert.Equal(t, c.to, l.Audience, c.what)
			}
		}
	}
}

func TestAReferralDoesNotWaitForTheMorning(t *testing.T) {
	o := live("hazard")
	o.At = midnight
	got, left := policy.Refer(campus(), o, alerting.Police)
	assert.True(t, left)
	for _, l := range got.Plan.Legs {
		assert.Zero(t, l.After)
	}
}

func TestPagesOfferWhatIsLeftAndNotDoneYet(t *testing.T) {
	s := policy.Compile(campus(), nil)
	i := alerting.Incident{School: "ziwei", Kind: "bullying", OpenedAt: noon}
	assert.Equal(t, []alerting.Audience{alerting.Police, alerting.District}, s.Referable(i))
	i.Referred = []alerting.Referred{{Audience: alerting.Police}}
	assert.Equal(t, []alerting.Audience{alerting.District}, s.Referable(i))
	i.Facts = []string{alerting.FactViolence}
	i.Referred = nil
	assert.Equal(t, []alerting.Audience{alerting.District}, s.Referable(i), "the police are told of violence by themselves")
}
