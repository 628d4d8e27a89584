// Command campussim is a virtual campus on the command line: it loads a hub,
// or any broker that speaks the campus topics, and says what came of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "campussim:", err)
		os.Exit(1)
	}
}

type commands struct {
	Run   runCommand   `cmd:"" help:"Run a virtual school against a hub: the real firmware on simulated boards, and terminals that answer."`
	Load  loadCommand  `cmd:"" help:"Press buttons, measure press to terminal and press to PUBACK, count what is lost or told twice."`
	Storm stormCommand `cmd:"" help:"Publish readings at a rate, as a process of its own beside a measurement."`

	Answer answerCommand `cmd:"" help:"Be the terminals at the school and its gatehouse that send receipts, as a process of its own beside a measurement."`
}

// run parses and executes one command line.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	helped := false
	parser, err := kong.New(&commands{},
		kong.Name("campussim"),
		kong.Description("A virtual campus against any hub."),
		kong.Writers(stdout, os.Stderr),
		kong.Exit(func(int) { helped = true }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(stdout, (*io.Writer)(nil)),
	)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return err
	}
	err = parsed.Run()
	if errors.Is(err, context.Canceled) {
		return nil // a person's Ctrl-C; what was measured so far is printed
	}
	return err
}
