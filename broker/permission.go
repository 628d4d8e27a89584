package broker

import (
	"strings"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// mayPublish reads the topic of a publish and says whether p may publish
// there. Everything is denied but a device's own topics, and receipts.
func (p Principal) mayPublish(topic string) (wire.Up, bool) {
	up, err := wire.ParseUp(topic)
	if err != nil {
		return wire.Up{}, false
	}
	if up.Kind == wire.UpReceipt {
		return up, true // the hub decides whether p was the one told
	}
	return up, p.Terminal == "" && up.From == p.Device
}

// maySubscribe allows exactly the own topic: no other's, no wildcard, no
// shared subscription, no $SYS.
func (p Principal) maySubscribe(filter string) bool { return filter == p.Topic() }

// mayWill allows a device to leave its own state behind.
func (p Principal) mayWill(topic string) bool {
	return p.Terminal == "" && topic == wire.StateTopic(p.Device)
}

// mayCall says whether p may have this client id. Whatever reads as an
// identity belongs to that identity, whether or not it exists: else a client
// could sit on the name of a device that is to come.
func (p Principal) mayCall(clientID string) bool {
	return clientID == p.User || !readsAsIdentity(clientID)
}

func readsAsIdentity(s string) bool {
	if _, err := devices.ParseAddress(s); err == nil {
		return true
	}
	audience, terminal, ok := strings.Cut(s, "/")
	return ok && hasTerminals(audience) && devices.ValidName(terminal)
}

// hasTerminals lists the audiences that terminals stand with.
func hasTerminals(audience string) bool {
	switch audience {
	case "police", "school", "guards", "staff":
		return true
	}
	return false
}
