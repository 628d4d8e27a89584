package muster_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
)

// A class of 38 that is counted against 10 would be whole with 28 of them
// nowhere: it says why, from a list in which no name can stand.
func TestFewerThanTheRollNeedsAReason(t *testing.T) {
	c := begun(t)
	_, err := c.try(of(officer, "c2", figures(10, 10, 0)))
	require.ErrorIs(t, err, alerting.ErrInvalid)
	require.ErrorContains(t, err, "38 on the roll of c2 and 10 expected")
	_, err = c.try(of(officer, "c2", fewer(10, 10, 0, "wang has a cold")))
	require.ErrorIs(t, err, alerting.ErrInvalid)
	assert.NotContains(t, err.Error(), "wang", "what was given is not repeated")

	c.do(of(officer, "c2", fewer(10, 10, 0, muster.ReasonLeft)))
	row := c.state.Classes[1]
	last, _ := row.Latest()
	assert.Equal(t, []any{muster.ReasonLeft, 28}, []any{last.Reason, row.Below()})
	assert.Equal(t, 1, c.state.Total().OffRoll, "it stays visible")
	assert.Len(t, c.do(of(officer, "c2", fewer(10, 10, 0, muster.ReasonLeave))), 1, "another reason is a correction")

	c.do(of(officer, "c2", fewer(39, 39, 0, muster.ReasonLeave)))
	row = c.state.Classes[1]
	last, _ = row.Latest()
	assert.Equal(t, []any{muster.Reason(""), 0}, []any{last.Reason, row.Below()}, "as many as on the roll need none")
	for _, r := range muster.Reasons() {
		assert.NotEmpty(t, muster.ReasonText(r).ZH, r)
		assert.NotEmpty(t, muster.ReasonText(r).EN, r)
	}
}
