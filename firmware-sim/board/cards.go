package board

import (
	"bytes"
	"errors"
	"time"
)

// ErrNoCard is what a reader says when no card came in time.
var ErrNoCard = errors.New("no card in the field")

// ErrBusy says that the reader still has a card to read.
var ErrBusy = errors.New("the reader has a card")

// Cards is a card reader's field.
type Cards struct{ held chan []byte }

// NewCards returns an empty field.
func NewCards() *Cards { return &Cards{held: make(chan []byte, 1)} }

// Hold puts a card into the field, where it stays until it has been read. A
// second one does not fit beside it.
func (c *Cards) Hold(uid []byte) error {
	select {
	case c.held <- bytes.Clone(uid):
		return nil
	default:
		return ErrBusy
	}
}

// ReadUID implements the firmware's card reader.
func (c *Cards) ReadUID(timeout time.Duration) ([]byte, error) {
	late := time.NewTimer(timeout)
	defer late.Stop()
	select {
	case uid := <-c.held:
		return uid, nil
	case <-late.C:
		return nil, ErrNoCard
	}
}
