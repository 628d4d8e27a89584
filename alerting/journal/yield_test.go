package journal

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// An alarm waits for one statement, however many entries share a commit.
func TestTheWriterYieldsBetweenStatements(t *testing.T) {
	var yields atomic.Int64
	j, _ := openJournal(t, Config{Yield: func() { yields.Add(1) }})
	h := newHub(t, j)
	const entries = 20
	var answers []told
	for n := range entries {
		e, i := h.open(h.press("s", fmt.Sprintf("b-%d", n), pressID(n)), opening())
		e.Tellings = telling(*i, alerting.Planned)
		answers = append(answers, h.append(e))
	}
	require.Zero(t, yields.Load(), "nothing runs yet")
	run(t, j)
	for _, a := range answers {
		a.expect(t, Stored)
	}
	// Of each: the event, its press, the incident and the telling; and the
	// encoding of the event, the incident and the telling.
	assert.GreaterOrEqual(t, yields.Load(), int64(7*entries))
}
