// Package lookout runs the gate rules of a hub's schools: it takes readings in
// beside the alarm path, looks at each gate when it is due, and raises what the
// rules find.
//
// What a rule says is package rules' business. Run starts one goroutine that
// owns every gate, and one that writes down what they did. Others hand it
// readings, which never wait: beyond its queue the oldest is dropped and
// counted, as no alarm is among them.
//
// What the sensors say is over is closed by the hub where it is low; an
// incident of a higher severity says so, and is for a person to close. Where the
// sensors are lost, or count no more, an incident that stands says that nobody
// knows, and stays; what they say later is told like anything else. What the
// engine has no room for is said again. What is known of the gates is written
// down a few seconds later, and a restart goes on with it; what the engine was
// not told, or may not have stored, is not among it, and is found anew.
//
// An officer's mute is stored by whoever asks for it, on their own goroutine,
// and holds then.
//
// The lookout delays no alarm, disarms no button, and never waits for a disk.
package lookout
