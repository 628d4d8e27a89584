package delivertest

import (
	"net"
	"net/http"
	"testing"
)

// Doing is how a double treats one message. A double does as it is scripted,
// the last again and again.
type Doing int

// What doubles do.
const (
	Accepts  Doing = iota
	Refuses        // for good
	Busy           // refuses for now
	TooMany        // takes no more messages for now, in the medium's own way
	Silent         // takes the message and never answers
	Dribbles       // begins to answer, one byte at a time, and comes to no end
	Endless        // answers, and goes on writing as fast as it is read
	Resets         // half an answer, then a reset connection
)

// Far is a strict double of a far side on a real socket of 127.0.0.1. It
// fails the test at whatever the medium's rules forbid.
type Far interface {
	// Address is where a channel finds it, with the suite's words in it where
	// the medium's addresses have room for secrets.
	Address() string
	// Arrived gives what it was sent, one for each message.
	Arrived() <-chan Request
	// Written is how many bytes of endless answers it got rid of.
	Written() int64
}

// Request is what a double was sent.
type Request struct {
	From   string // address of the sender's end of the connection
	Method string
	Path   string // with the query
	Header http.Header
	Body   []byte
}

// listen is a real socket.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	return l
}

// blackHole takes connections and never reads from them; it returns its host.
func blackHole(t *testing.T) string {
	l := listen(t)
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// nobody is a host where nothing listens.
func nobody(t *testing.T) string {
	l := listen(t)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
