package api

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
)

const maxCursorLength = 256

var errCursor = errors.New("cursor: not one that this list gave out")

// EncodeCursor makes a cursor opaque for a client; the zero cursor is "".
func EncodeCursor(c alerting.Cursor) string {
	if c.Zero() {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.OpenedAt.UnixNano(), 36) + "." + c.ID))
}

// DecodeCursor reads a cursor that EncodeCursor made.
func DecodeCursor(s string) (alerting.Cursor, error) {
	if s == "" {
		return alerting.Cursor{}, nil
	}
	if len(s) > maxCursorLength {
		return alerting.Cursor{}, errCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return alerting.Cursor{}, errCursor
	}
	at, id, ok := strings.Cut(string(b), ".")
	nanos, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || id == "" {
		return alerting.Cursor{}, errCursor
	}
	return alerting.Cursor{OpenedAt: time.Unix(0, nanos).UTC(), ID: id}, nil
}
