package firmware

import "context"

// Message is one publish, at QoS 1.
type Message struct {
	Topic    string
	Payload  []byte
	Retained bool
}

// Events is what a link tells the device. Each returns at once. They come from
// any goroutine: Connected and Lost in turn, Message one at a time, perhaps
// beside the other two.
type Events struct {
	// Connected: a new connection is up and hears the device's commands.
	Connected func()
	// Lost: that connection is gone, with whatever was on its way.
	Lost func()
	// Message arrived on a subscribed topic, in the order of arrival.
	Message func(topic string, payload []byte)
}

// Link is the device's connection to its hub.
type Link interface {
	// Run keeps the connection up until ctx ends, then says good-bye.
	Run(ctx context.Context, events Events) error
	// Publish hands a message to the connection and does not wait. A nil error
	// proves nothing about the hub.
	Publish(m Message) error
}
