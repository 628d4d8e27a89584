package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A later attempt says how old the alarm is by then, and no more of it is new.
func TestWhatIsSentLaterSaysItsTrueAge(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, assigned(alerting.ChannelSMS))
		defer r.stop()
		p := press("b-1")
		p.Age = 7 * time.Second
		require.NoError(t, r.Press(p))
		m := r.next("assigned")
		require.Equal(t, 7*time.Second, m.Age)
		require.NotNil(t, m.Aged)

		assert.Equal(t, 19*time.Second, m.Aged(m.Made.Add(12*time.Second)).Age)
		assert.Equal(t, 7*time.Second, m.Aged(m.Made.Add(-time.Minute)).Age, "a clock that was set back makes nobody younger")
	})
}
