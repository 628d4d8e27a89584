package alerting

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"example.org/campushub/devices"
)

// Ids are derived, not drawn: what was told before it was stored, and told
// again after a crash, is the same incident and the same delivery to
// everybody. Each is 32 hexadecimal digits, the first half of a SHA-256.

// IncidentID is the id of the incident that a press opens.
func IncidentID(from devices.Address, press string) string {
	return derive("incident", from.School, from.Device, press)
}

// RaisedIncidentID is the id of an incident that the hub opens by itself.
func RaisedIncidentID(school, cause, object string, due time.Time) string {
	return derive("raised", school, cause, object, due.UTC().Format(time.RFC3339Nano))
}

// FaultIncidentID is the id of a fault that the hub raises. Nothing is due, so
// the last sequence number that was durable stands in its place: a fault that
// was told and not stored is the same one when it is raised again after a
// crash.
func FaultIncidentID(school, cause, object string, durable int64) string {
	return derive("fault", school, cause, object, strconv.FormatInt(durable, 10))
}

// DeliveryID is the id of a delivery: of what caused it (a press id, or an
// event's sequence number and time in ms written as "#n@t") and of whom it is for.
func DeliveryID(incident, cause string, k LegKey) string {
	return derive("delivery", incident, cause, string(k.Audience), k.Recipient, string(k.Channel))
}

// derive ends every part with a NUL, which no part holds: ids and names are
// checked where they come in. So no two lists of parts read the same.
func derive(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	var sum [sha256.Size]byte
	return hex.EncodeToString(h.Sum(sum[:0])[:16])
}
