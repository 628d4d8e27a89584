package notice_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
)

// What a gateway would refuse when it is sent is refused when it is looked at,
// while another text can still be chosen.
func TestATextThatCantBeSentIsRefusedWhenItIsDrafted(t *testing.T) {
	r := startCarrying(t, "", directory(), func(at string, text alerting.Text) error {
		assert.Equal(t, school, at)
		if text.EN == "" || len(text.EN) > 120 {
			return errors.New("needs 3 segments")
		}
		return nil
	})
	i := r.raise(school, "attack")
	err := r.try(i, plain, release.VerbDraft, with(soon(release.HoldingArrival)))
	require.ErrorIs(t, err, alerting.ErrInvalid)
	require.ErrorContains(t, err, "needs 3 segments")
	view, err := r.engine.Incident(t.Context(), i)
	require.NoError(t, err)
	_, err = r.Preview(t.Context(), view, release.Command{By: plain, Content: soon(release.HoldingArrival)}, view.OpenedAt)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	assert.Nil(t, r.gate(i).State.Draft)
	r.do(i, plain, release.VerbDraft, with(soon(release.Holding)))
	r.do(i, head, release.VerbRelease)
	assert.Equal(t, []int{1}, r.numbers(school))
}
