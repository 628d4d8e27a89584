// Package endpoints is the far side of the hub's channels, on real sockets: a
// terminal, a console page, a webhook's receiver and the gateways of texts and
// calls, each of which can be well, dead, hang, be slow or flap, and become another at any moment.
//
// It owns its sockets and says how far an alert got. Handed is the moment of a
// terminal's PUBACK, of a page's reading the frame, of a receiver's or
// gateway's 2xx; received the moment at which the endpoint sent a receipt that
// the hub then took: a terminal's over MQTT, a page's over the API, a webhook's
// or gateway's as a signed callback. Each endpoint starts one goroutine for
// what it reads, and one for each answer of a slow one and each receipt that
// goes by HTTP; Close waits for them. It decides nothing and knows no budgets.
package endpoints

import (
	"context"
	"time"
)

// State is how an endpoint behaves.
type State string

// The states.
const (
	Well    State = "well"
	Dead    State = "dead"    // nobody is connected, nothing listens
	Hanging State = "hanging" // connected or listening, and never reads or answers
	Slow    State = "slow"    // everything is answered Slowness late
	// Flapping is well and dead in turn, FlapEvery each, all that flap together.
	Flapping State = "flapping"
)

// Slowness is how late a slow endpoint answers: later than any budget's
// target, and within what a hub gives one attempt.
const Slowness = 1500 * time.Millisecond

// FlapEvery is how long a flapping endpoint stays as it is: shorter than the hub's
// longest pause between two attempts.
const FlapEvery = 400 * time.Millisecond

// Broken are the states in which an endpoint is of little use or none.
func Broken() []State { return []State{Dead, Hanging, Slow, Flapping} }

// Proof is how far an alert got.
type Proof string

// The proofs.
const (
	Handed   Proof = "handed"   // the endpoint accepted it
	Received Proof = "received" // the hub took the endpoint's own receipt
)

// Heard is called for each alert that names a press, once for each proof, from
// any goroutine.
type Heard func(press string, p Proof, at time.Time)

// Endpoint is somebody who is told.
type Endpoint interface {
	// Become changes the state, and returns when a hub that looks can tell.
	Become(ctx context.Context, s State) error
	// Close makes it dead and waits for its goroutines.
	Close()
}

// greet bounds making a connection, and what a hub may take to answer.
const greet = 20 * time.Second

// smallBuffer keeps the kernel from taking in for a hanging endpoint what the
// endpoint itself never reads, in bytes.
const smallBuffer = 4 << 10
