package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSignaturesThatAreRememberedAreBoundedByKey(t *testing.T) {
	s, began := NewSignatures(), time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	until := began.Add(Window)
	for n := range maxSeen {
		require.NoError(t, s.claim("parents", sum{byte(n), byte(n >> 8)}, until, began))
	}
	require.ErrorIs(t, s.claim("parents", sum{1, 2, 3}, until, began), ErrDown)
	require.NoError(t, s.claim("police", sum{1, 2, 3}, until, began), "who has one key takes nobody else's room")
	require.ErrorIs(t, s.claim("police", sum{1, 2, 3}, until, began), errReplayed)
	later := until.Add(time.Second)
	require.NoError(t, s.claim("parents", sum{1, 2, 3}, later.Add(Window), later), "what the window refuses need not be remembered")
	assert.Len(t, s.all["parents"], 1)
}

// A signature is remembered for as long as it counts: also one that was made by
// a clock that is ahead.
func TestASignatureIsRememberedForAsLongAsItCounts(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, off := range []time.Duration{-Window, 0, Window} {
		key, signed := []byte("k"), now.Add(off)
		_, until, err := verify(signedAt(signed, key), []byte("{}"), key, now)
		require.NoError(t, err)
		assert.Equal(t, signed.Add(Window).Unix(), until.Unix())
		_, _, err = verify(signedAt(signed, key), []byte("{}"), key, until.Add(time.Second))
		assert.ErrorIs(t, err, errOld)
	}
}

// signedAt signs an empty object, as a far side does.
func signedAt(at time.Time, key []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(seconds + ".{}"))
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
