package main

import (
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reload changes the configuration, hangs up, and waits until the reload has
// been counted as result.
func (s *served) reload(result string, change func(string) string) {
	s.t.Helper()
	text, err := os.ReadFile(s.config)
	require.NoError(s.t, err)
	changed := change(string(text))
	require.NotEqual(s.t, string(text), changed)
	require.NoError(s.t, os.WriteFile(s.config, []byte(changed), 0o600))
	counter := `campushub_hub_reloads_total{result="` + result + `"}`
	h := &hubProcess{handout: s.handout}
	before := metric(s.t, h, counter)
	require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGHUP))
	require.Eventually(s.t, func() bool { return metric(s.t, h, counter) == before+1 }, patience, 5*time.Millisecond, "%s: %s", result, s.said())
}

func (s *served) connects(device string) bool {
	user, password := credentials(s.handout, device)
	c, err := dialRaw(s.t.Context(), s.address(), user, password)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

// SIGHUP takes people and devices over; a bad file changes nothing and says
// why, and what needs a restart is named and stays as it was.
func TestHangupReloads(t *testing.T) {
	s := provisionServed(t)
	s.start()
	require.True(t, s.connects("x-1"))
	var gone string
	s.reload("taken", func(text string) string {
		for line := range strings.Lines(text) {
			if strings.Contains(line, "id: x-1,") {
				gone = line
			}
		}
		return strings.Replace(text, gone, "", 1)
	})
	assert.False(t, s.connects("x-1"), "a device that is gone is known no more")

	s.reload("refused", func(text string) string { return strings.Replace(text, "schools:", "scholls:", 1) })
	assert.Contains(t, s.said(), "nothing has changed")
	assert.Contains(t, s.said(), "did you mean schools?")
	assert.True(t, s.connects("x-2"))

	s.reload("needs_restart", func(text string) string {
		text = strings.Replace(text, "scholls:", "schools:", 1)
		return strings.Replace(text, s.http, freeAddress(t), 1)
	})
	assert.Contains(t, s.said(), "restart_for=hub.http.listen")
	assert.True(t, s.connects("x-2"))
	res, err := http.Get("http://" + s.http + "/livez")
	require.NoError(t, err, "the old address serves on")
	require.NoError(t, res.Body.Close())
}
