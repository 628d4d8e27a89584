package deliver

import (
	"context"
	"time"

	"example.org/campushub/alerting"
)

// patience is how long newer news waits for an attempt that is on its way to the
// same recipient; then that attempt is cut. Whatever the far side had taken of it
// came first.
const patience = time.Second

// carriage is a message that a worker has. Its queue's lock guards it.
type carriage struct {
	message Message
	to      *side
	over    chan struct{} // closed once it is tried no more
	cut     func()        // ends the attempt that is on its way
	cutting *time.Timer   // will do so; nil where nobody waits
	// report is what there is to say of a withdrawn one; nil where newer news has
	// taken its place: whoever planned that has written it down.
	report *alerting.Progress
	next   *waiting // the newer news
}

// newCarriage returns a message on its way, and the time that its attempts have.
func newCarriage(ctx context.Context, w waiting) (*carriage, context.Context) {
	limited, cut := context.WithDeadline(ctx, w.Deadline)
	return &carriage{message: w.Message, to: w.to, over: make(chan struct{}), cut: cut}, limited
}

// supersede has the newer news go next.
func (c *carriage) supersede(w waiting) {
	c.next = &w
	c.stop()
	if c.cutting == nil {
		c.cutting = time.AfterFunc(patience, c.cut)
	}
}

// withdraw ends its retries: p is what became of it where it is not accepted
// after all.
func (c *carriage) withdraw(p alerting.Progress) {
	if c.tried() {
		c.report = &p
	}
	c.stop()
}

// tried reports whether it is to be tried again.
func (c *carriage) tried() bool {
	select {
	case <-c.over:
		return false
	default:
		return true
	}
}

func (c *carriage) stop() {
	if c.tried() {
		close(c.over)
	}
}

func (c *carriage) end() {
	c.cut()
	if c.cutting != nil {
		c.cutting.Stop()
	}
}
