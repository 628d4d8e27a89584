package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/journal/journaltest"
)

// A full disk delays no alarm: the police are told, the incident says that it
// is not stored, the publish stays without its PUBACK and the connection is
// closed; and what the button sends again is stored once there is room.
func TestFullDiskDelaysNoAlarm(t *testing.T) {
	dir := journaltest.SmallDisk(t, 8)
	h := startDemo(t, dir, "--quiet", "--extra-buttons", "2")
	ctx, wg := signUp(t)
	desk := newTold()
	now := h.handout
	wg.Go(func() { listen(ctx, func() handout { return now }, desk) })
	liaison := h.signIn(t, "liaison")
	user, password := credentials(h.handout, "x-1")
	button := func() *rawClient {
		c, err := dialRaw(ctx, h.address(), user, password)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	topic := "campus/" + user + "/alarm"
	before := button()
	require.NoError(t, before.publish(topic, []byte(`{"id":"`+uuid.NewString()+`"}`)), "while there is room")
	require.Eventually(t, func() bool { return desk.count() == 1 }, patience, time.Millisecond)
	free := journaltest.Fill(t, dir)

	// The log of the database has room in its pages for a while.
	press, refused := "", error(nil)
	for n := 0; n < 2000 && refused == nil; n++ {
		press = uuid.NewString()
		refused = before.publish(topic, []byte(`{"id":"`+press+`"}`))
	}
	require.ErrorIs(t, refused, io.EOF, "not acknowledged, and closed")

	user, password = credentials(h.handout, "x-2")
	topic = "campus/" + user + "/alarm"
	press = uuid.NewString()
	require.ErrorIs(t, button().publish(topic, []byte(`{"id":"`+press+`"}`)), io.EOF, "not acknowledged, and closed")
	require.Eventually(t, func() bool { return desk.of(press) != "" }, patience, time.Millisecond, "told all the same")
	id := desk.of(press)
	assert.False(t, liaison.incident(t, id).Stored)
	assert.Equal(t, http.StatusServiceUnavailable, liaison.call(t, http.MethodGet, "/readyz", "", nil))
	assert.Equal(t, http.StatusServiceUnavailable,
		liaison.call(t, http.MethodPost, "/api/v1/incidents/"+id+"/reset", `{"reason":"looked"}`, nil), "a reset must be durable")
	var acknowledged incident
	assert.Equal(t, http.StatusOK, liaison.call(t, http.MethodPost, "/api/v1/incidents/"+id+"/acknowledge", `{}`, &acknowledged))
	assert.False(t, acknowledged.Stored)
	assert.Equal(t, "acknowledged", acknowledged.State)

	free()
	require.Eventually(t, func() bool {
		return button().publish(topic, []byte(`{"id":"`+press+`","age_ms":3000}`)) == nil
	}, patience, 50*time.Millisecond, "the retry is stored once there is room")
	require.Eventually(t, func() bool { return liaison.incident(t, id).Stored }, patience, 10*time.Millisecond)
	i := liaison.incident(t, id)
	require.Len(t, i.Presses, 1, "the same press")
	assert.Equal(t, press, i.Presses[0].ID)
	assert.Equal(t, "acknowledged", i.State)

	h.kill()
	again := startDemo(t, dir, "--quiet")
	liaison = again.signIn(t, "liaison")
	i = liaison.incident(t, id)
	assert.Equal(t, "acknowledged", i.State)
	require.Len(t, i.Presses, 1)
	assert.NotContains(t, strings.ToLower(again.said()), "panic")
}
