package main

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A press that waited ten minutes for its line goes from the wire to the
// police's terminal, to the ledger and to the board as what it is: late.
func TestALatePressIsLateEverywhere(t *testing.T) {
	h := startDemo(t, t.TempDir(), "--quiet", "--extra-buttons", "1")
	ctx, wg := signUp(t)
	type late struct {
		Press, Sound string
		AgeMS        int64 `json:"age_ms"`
		Text         struct{ ZH string }
	}
	heard := make(chan late, 16)
	desk, err := dialRaw(ctx, h.address(), h.Terminals[0].Username, h.Terminals[0].Password)
	require.NoError(t, err)
	t.Cleanup(func() { _ = desk.Close() })
	wg.Go(func() {
		desk.messages(h.Terminals[0].Topic, func(payload []byte) {
			var a late
			if json.Unmarshal(payload, &a) == nil {
				heard <- a
			}
		})
	})
	t.Cleanup(func() { _ = desk.Close() })
	user, password := extraButton(t, h.handout)
	button, err := dialRaw(ctx, h.address(), user, password)
	require.NoError(t, err)
	t.Cleanup(func() { _ = button.Close() })
	id := uuid.NewString()

	require.NoError(t, button.publish("campus/"+user+"/alarm", []byte(`{"id":"`+id+`","kind":"attack","age_ms":600000}`)))

	for {
		select {
		case a := <-heard:
			if a.Press != id {
				continue
			}
			assert.Equal(t, "once", a.Sound)
			assert.GreaterOrEqual(t, a.AgeMS, int64(600_000))
			assert.Contains(t, a.Text.ZH, "【补报】")
			assert.Contains(t, a.Text.ZH, "10 分钟后送达")
		case <-time.After(patience):
			require.FailNow(t, "the desk was never told")
		}
		break
	}
	liaison := h.signIn(t, "liaison")
	var list struct {
		Incidents []struct {
			ID      string
			Late    bool
			Presses []struct {
				AgeMS int64 `json:"age_ms"`
			}
		}
	}
	require.Equal(t, http.StatusOK, liaison.call(t, http.MethodGet, "/api/v1/incidents", "", &list))
	require.Len(t, list.Incidents, 1)
	assert.True(t, list.Incidents[0].Late)
	assert.GreaterOrEqual(t, list.Incidents[0].Presses[0].AgeMS, int64(600_000))
}

func extraButton(t *testing.T, h handout) (user, password string) {
	t.Helper()
	for _, d := range h.Devices {
		if d.ID == "x-1" {
			return d.Username, d.Password
		}
	}
	require.FailNow(t, "the demonstration has no extra button")
	return "", ""
}
