// Package wire is the language of the campus: the MQTT topics, and one codec
// for the hub, the firmware and the terminals.
//
// It owns the names and bounds of everything on the wire; asyncapi.yaml says
// the same in the open, and a test holds the two together. It starts no
// goroutine, does no I/O, logs nothing, and no input makes it panic.
//
// How a payload is read:
//
//   - It is one JSON object in UTF-8, at most [MaxPayload] bytes and
//     [MaxDepth] deep, with nothing but white space after it.
//   - An unknown field is ignored, once or twice. A known field that stands
//     there twice is refused: two readers would disagree about which counts.
//   - Names are compared exactly, in their case.
//   - A number with a fraction of zero (12.0, 1e3) is an integer.
//   - A surrogate escape without its partner reads as U+FFFD; bytes that are
//     not UTF-8 are refused.
//   - An optional field of the wrong type, or outside its bounds, takes its
//     default; a press says so in Mistyped. Anything else that is wrong
//     refuses the message with an [Error], except an alarm, which is never
//     refused: see [DecodeAlarm].
package wire
