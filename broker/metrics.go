package broker

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/devices/wire"
)

// Reason says why something was refused. The list is closed: it is the
// label of campushub_broker_refused_total.
type Reason string

// The reasons.
const (
	// Connections.
	ReasonConnectTimeout Reason = "connect_timeout" // no accepted CONNECT in time
	ReasonShedAddress    Reason = "shed_address"    // too many unauthenticated sockets from one address
	ReasonShedAll        Reason = "shed_all"        // too many unauthenticated sockets in all
	ReasonNotConnect     Reason = "not_connect"     // the first packet is another one
	ReasonFrameSize      Reason = "frame_size"      // packet over the limit
	ReasonFrame          Reason = "frame"           // packet that can't be read
	ReasonProtocol       Reason = "protocol"        // readable, but against MQTT's rules
	ReasonCredentials    Reason = "credentials"     // unknown user or wrong password
	ReasonAuthMethod     Reason = "auth_method"     // MQTT 5 extended authentication
	ReasonClientID       Reason = "client_id"       // another identity's name, or in use by one
	ReasonKeepAlive      Reason = "keep_alive"      // 0 or too long
	ReasonWill           Reason = "will"            // not the device's own state topic
	ReasonConnections    Reason = "connections"     // one identity's oldest connection made room
	ReasonOverflow       Reason = "overflow"        // a client that reads too slowly: buffer full
	ReasonWriteTimeout   Reason = "write_timeout"   // a client that reads nothing
	ReasonUnacknowledged Reason = "unacknowledged"  // a device that owes too many PUBACKs
	ReasonRevoked        Reason = "revoked"         // disconnected by the hub
	ReasonSilent         Reason = "silent"          // nothing heard for one and a half keep-alives: gone without a word

	// Subscriptions and publishes.
	ReasonSubscribe        Reason = "subscribe"         // not exactly the own topic
	ReasonTopic            Reason = "topic"             // no topic of the contract, or another identity's
	ReasonTopicAlias       Reason = "topic_alias"       // there are none
	ReasonPayloadSize      Reason = "payload_size"      // over 4 KiB
	ReasonMalformedAlarm   Reason = "malformed_alarm"   // counted only: it opens an incident all the same
	ReasonMalformedCheckIn Reason = "malformed_checkin" // not a check-in
	ReasonMalformedReading Reason = "malformed_reading" // not a reading
	ReasonMalformedState   Reason = "malformed_state"   // not a state
	ReasonMalformedReceipt Reason = "malformed_receipt" // not a receipt
	ReasonNotStored        Reason = "not_stored"        // a press that did not become durable
	ReasonHub              Reason = "hub"               // the hub refused a valid signal
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		ReasonConnectTimeout, ReasonShedAddress, ReasonShedAll, ReasonNotConnect, ReasonFrameSize, ReasonFrame,
		ReasonProtocol, ReasonCredentials, ReasonAuthMethod, ReasonClientID, ReasonKeepAlive, ReasonWill,
		ReasonConnections, ReasonOverflow, ReasonWriteTimeout, ReasonUnacknowledged, ReasonRevoked, ReasonSilent,
		ReasonSubscribe, ReasonTopic, ReasonTopicAlias, ReasonPayloadSize, ReasonMalformedAlarm,
		ReasonMalformedCheckIn, ReasonMalformedReading, ReasonMalformedState, ReasonMalformedReceipt,
		ReasonNotStored, ReasonHub,
	}
}

// metrics is what the broker counts.
type metrics struct {
	refusals        map[Reason]prometheus.Counter // by reason, made once: the hot path looks up no labels
	received        map[string]prometheus.Counter // by kind of topic
	causes          *prometheus.CounterVec        // malformed payloads by kind and cause
	untyped         *prometheus.CounterVec        // optional fields that could not be read, by kind and field
	presses         prometheus.Counter
	sent            prometheus.Counter
	acknowledged    prometheus.Counter
	declined        prometheus.Counter
	droppedBytes    prometheus.Counter
	panics          prometheus.Counter
	acceptErrors    prometheus.Counter
	connections     prometheus.Gauge
	unauthenticated prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "campushub_broker_" + name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: "campushub_broker_" + name, Help: help})
	}
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "campushub_broker_refused_total", Help: "Connections, subscriptions and messages refused, by reason.",
	}, []string{"reason"})
	received := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "campushub_broker_messages_received_total", Help: "Messages received on a permitted topic, by kind of topic.",
	}, []string{"kind"})
	causes := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "campushub_broker_malformed_payloads_total", Help: "Payloads that could not be read, by kind of topic and cause.",
	}, []string{"kind", "cause"})
	untyped := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "campushub_broker_mistyped_fields_total",
		Help: "Optional fields that were there, could not be read and took their defaults, by kind of topic and field.",
	}, []string{"kind", "field"})
	m := &metrics{
		causes:          causes,
		untyped:         untyped,
		refusals:        make(map[Reason]prometheus.Counter),
		received:        make(map[string]prometheus.Counter),
		presses:         counter("presses_total", "Presses that were durable and acknowledged."),
		sent:            counter("messages_sent_total", "Messages written to a live subscription."),
		acknowledged:    counter("messages_acknowledged_total", "Messages that a client acknowledged (PUBACK)."),
		declined:        counter("messages_declined_total", "Messages that an MQTT 5 client answered with an error code."),
		droppedBytes:    counter("dropped_bytes_total", "Bytes not delivered because a slow client's connection was closed."),
		panics:          counter("panics_recovered_total", "Connections ended by a recovered panic."),
		acceptErrors:    counter("accept_errors_total", "Errors of accept that a listener survived."),
		connections:     gauge("connections", "Authenticated connections."),
		unauthenticated: gauge("unauthenticated_sockets", "Sockets that have not yet authenticated."),
	}
	for _, r := range Reasons() {
		m.refusals[r] = refused.WithLabelValues(string(r))
	}
	for _, kind := range wire.UpKinds() {
		m.received[string(kind)] = received.WithLabelValues(string(kind))
	}
	for _, c := range []prometheus.Collector{
		refused, received, causes, untyped, m.presses, m.sent, m.acknowledged, m.declined, m.droppedBytes, m.panics,
		m.acceptErrors, m.connections, m.unauthenticated,
	} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("register broker metrics: %w", err)
		}
	}
	return m, nil
}

func (m *metrics) refused(r Reason) { m.refusals[r].Inc() }

// malformed counts a payload by what the codec says is wrong with it.
func (m *metrics) malformed(kind wire.UpKind, err error) {
	var fault *wire.Error
	if errors.As(err, &fault) {
		m.causes.WithLabelValues(string(kind), string(fault.Reason)).Inc()
	}
}

// mistyped counts optional fields that took their defaults. The codec names
// them from its own lists, so a device cannot make up labels.
func (m *metrics) mistyped(kind wire.UpKind, fields []string) {
	for _, field := range fields {
		m.untyped.WithLabelValues(string(kind), field).Inc()
	}
}
