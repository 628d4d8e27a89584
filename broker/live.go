package broker

// Connected reports whether a topic has a live subscription now.
func (b *Broker) Connected(topic string) bool { return len(b.registry.live(topic)) > 0 }
