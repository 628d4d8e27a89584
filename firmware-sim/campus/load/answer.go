package load

import (
	"context"
	"errors"
	"fmt"
)

// Answer connects the terminals beside those that a fleet measures and sends a
// receipt for each alert, as in a school where somebody sits at each of them,
// until ctx ends. It calls ready when all are connected. Its error says how
// many connections ended before that by themselves.
func Answer(ctx context.Context, t Target, ready func()) error {
	if len(t.Beside) == 0 {
		return errors.New("answer: there are no terminals but the police's")
	}
	f, err := open(ctx, Config{Target: Target{Address: t.Address, Terminals: t.Beside}, Receipts: true})
	if err != nil {
		return err
	}
	defer f.Close()
	ready()
	<-ctx.Done()
	if n := f.broken.Load(); n > 0 {
		return fmt.Errorf("answer: %d connections were lost", n)
	}
	return nil
}
