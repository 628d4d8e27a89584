// Package load presses buttons by the thousand against any MQTT 3.1.1 broker
// that speaks the campus topics, and measures what comes back.
//
// It owns its connections and the samples of a run. A Fleet starts one
// goroutine for each connection, which reads, and one that keeps them all
// alive; a stage presses from one goroutine for a paced load and from one a
// processor for a burst. It never retries a press: what is lost is the
// finding. It knows nothing of incidents; a terminal is told which press an
// alert is about by the alert's own payload.
//
// Every latency is given twice: from the moment at which the press was due,
// which also counts a generator or a broker that held everything up
// (coordinated omission), and from the moment just before its bytes were
// handed to the socket, which is the hop alone. A terminal's moment is when
// the alert had been read in full, before its PUBACK is written.
package load
