package endpoints

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// moody keeps what it became, and how long it had been something else.
type moody struct {
	became []State
	at     []time.Time
	fails  error // to come back
}

func (m *moody) Become(_ context.Context, s State) error {
	m.became, m.at = append(m.became, s), append(m.at, time.Now())
	if s == Well {
		return m.fails
	}
	return nil
}

func (m *moody) Close() {}

func TestWhatFlapsIsDeadAndWellInTurnUntilItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, other, began := &moody{}, &moody{fails: errors.New("no way back")}, time.Now()
		f := flapTogether(t.Context(), []Endpoint{one, other})
		time.Sleep(4*FlapEvery + FlapEvery/2)
		require.EqualError(t, f.end(), "no way back\nno way back")
		assert.Equal(t, []State{Dead, Well, Dead, Well}, one.became)
		assert.Equal(t, one.became, other.became)
		for n, at := range one.at {
			assert.Equal(t, time.Duration(n+1)*FlapEvery, at.Sub(began))
		}
		time.Sleep(time.Minute)
		assert.Len(t, one.became, 4)
	})
}
