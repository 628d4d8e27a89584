package hub_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patrolled gives the demonstration a round every hour, which runs for two: two
// run at any time of the day.
func patrolled(yaml string) string {
	every := ""
	for h := range 24 {
		every += fmt.Sprintf("      - {id: round-%d, at: \"%02d:00\", on: every, what: {zh: 校园各处, en: the whole campus}}\n", h, h)
	}
	yaml = strings.Replace(yaml, "    points: [playground, teaching-building]\n", "", 1) // the demonstration's own
	return strings.Replace(yaml, "    pattern: primary\n", `    pattern: primary
    points: [fence, canteen]
    times: {patrol: {before: 0, after: 7200, once: 1200, shift: 0}}
    rounds:
`+every, 1)
}

type rounds struct {
	Schools []struct{ Rounds []round }
	Rounds  []round
}

type round struct {
	Round, From, Until string
	Done, Open, People []string
	Completed          *string
	Missed             *bool
}

// Rounds stand in the document of the posts; a guard reads those that run, and
// nothing of who went; a point is stamped by its code; a volunteer stamps none.
func TestRoundsAreReadAndStamped(t *testing.T) {
	r := start(t, patrolled)
	officer, guard, volunteer := r.callAs(t, "officer"), r.callAs(t, "guard"), r.callAs(t, "volunteer")
	var board, mine, theirs rounds
	require.Equal(t, http.StatusOK, guard.call("GET", "/api/v1/shifts", nil, &mine))
	require.Equal(t, http.StatusOK, volunteer.call("GET", "/api/v1/shifts", nil, &theirs))
	assert.Empty(t, theirs.Rounds)
	running := mine.Rounds[0]
	assert.Equal(t, []string{"fence", "canteen"}, running.Open)
	assert.Nil(t, running.People)
	assert.Nil(t, running.Missed)

	known := r.cfg.Duty[school]
	key, err := os.ReadFile(filepath.Join(filepath.Dir(r.campus.Config), "duty.key"))
	require.NoError(t, err)
	known.Setup.Seed, err = hex.DecodeString(strings.TrimSpace(string(key)))
	require.NoError(t, err)
	path, stamped := "/api/v1/posts/fence/checkins", map[string]any{"id": uuid.NewString(), "code": known.PIN("fence")}
	assert.Equal(t, http.StatusForbidden, guard.call("POST", path, map[string]any{"id": uuid.NewString(), "code": "000"}, nil))
	assert.Equal(t, http.StatusForbidden, volunteer.call("POST", path, stamped, nil))
	var got struct{ Post, Shift, From, To string }
	require.Equal(t, http.StatusOK, guard.call("POST", path, stamped, &got))
	require.Equal(t, http.StatusOK, guard.call("POST", path, stamped, nil), "the same again is the same")
	assert.Equal(t, "fence", got.Post)
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/posts", nil, &board))
	var seen round
	for _, each := range board.Schools[0].Rounds {
		if each.Round == got.Shift && each.From == got.From {
			seen = each
		}
	}
	assert.Equal(t, []string{"fence"}, seen.Done)
	assert.Equal(t, []string{"canteen"}, seen.Open)
	assert.Len(t, seen.People, 1)
	assert.Nil(t, seen.Completed)
	require.NotNil(t, seen.Missed)
	assert.False(t, *seen.Missed)
}
