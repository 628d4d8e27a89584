// Package campus is a virtual school: the real firmware on simulated boards,
// and terminals that answer, against any hub.
//
// It owns the boards and the terminals; Run starts a device's goroutines for
// each and one for the people who walk through gates and hold cards, and all
// have ended when it returns. It sees a hub as a stranger does, by MQTT and
// nothing else. It never presses a button by itself.
package campus
