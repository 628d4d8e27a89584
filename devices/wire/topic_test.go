package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

var (
	gate   = devices.Address{School: "riverside-primary", Device: "g-1"}
	button = devices.Address{School: "riverside-primary", Device: "b-1"}
)

func TestParseUpReadsWhatTheTopicsWrite(t *testing.T) {
	for topic, want := range map[string]wire.Up{
		wire.AlarmTopic(button):   {Kind: wire.UpAlarm, From: button},
		wire.CheckInTopic(gate):   {Kind: wire.UpCheckIn, From: gate},
		wire.ReadingTopic(gate):   {Kind: wire.UpReading, From: gate},
		wire.StateTopic(button):   {Kind: wire.UpState, From: button},
		wire.ReceiptTopic("ab-1"): {Kind: wire.UpReceipt, Delivery: "ab-1"},
	} {
		got, err := wire.ParseUp(topic)
		require.NoError(t, err, topic)
		assert.Equal(t, want, got, topic)
	}
}

func TestParseUpRefusesEverythingElse(t *testing.T) {
	for _, topic := range []string{
		"", "/", "campus", "campus/", "campus/s", "campus/s/", "campus/s/d", "campus/alarm",
		"campus/s/d/command", "campus/s/d/alarm/", "campus/s/d/alarm/x", "/campus/s/d/alarm",
		"campus/s/d/ALARM", "campus/S/d/alarm", "campus//d/alarm", "campus/s//alarm",
		"campus/+/d/alarm", "campus/s/#", "campus/-s/d/alarm", "campus/s d/x/alarm",
		"campus/police/d/alarm", "campus/receipt/d/alarm", "alert/police/desk-1", "$SYS/x",
		"campus/s/d/receipt", "receipt", "receipt/", "receipt/a/b", "receipt/a b", "receipt/+",
		"receipt/" + strings.Repeat("a", wire.MaxDeliveryLength+1),
		"campus/" + strings.Repeat("a", devices.MaxNameLength+1) + "/d/alarm",
	} {
		_, err := wire.ParseUp(topic)
		assertReason(t, wire.ReasonTopic, "", err)
	}
}

func TestTopicsDown(t *testing.T) {
	assert.Equal(t, "campus/riverside-primary/b-1/command", wire.CommandTopic(button))
	assert.Equal(t, "alert/police/desk-1", wire.AlertTopic("police", "desk-1"))
}

func assertReason(t *testing.T, reason wire.Reason, field string, err error) {
	t.Helper()
	var refused *wire.Error
	if assert.ErrorAs(t, err, &refused) {
		assert.Equal(t, wire.Error{Reason: reason, Field: field}, *refused)
		assert.Contains(t, wire.Reasons(), reason)
		assert.Contains(t, err.Error(), string(reason))
	}
}
