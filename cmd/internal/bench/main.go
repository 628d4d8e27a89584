// Command bench measures the way of a press through the hub beside the same
// way through a bare broker, and writes what it measured.
//
//	go run ./cmd/internal/bench run --out docs/benchmarks.md
//
// It starts every server as a process of its own on a free port of the
// loop-back address and ends it by its id: Debian's mosquitto, a bare mochi
// and a bare TCP relay (this binary's own sub-commands), and the hub's demo,
// built without cgo. The clients are this process's. Servers take turns in
// blocks, so that what else the machine does falls on all of them; ratios are
// taken within a block. It judges nothing.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type commands struct {
	Run   runCommand   `cmd:"" help:"Measure and write the report."`
	Peers peersCommand `cmd:"" help:"Measure beside Node-RED and Alertmanager."`
	Fill  fillCommand  `cmd:"" help:"Fill a demo's journal with incidents."`
	Day   dayCommand   `cmd:"" help:"Play a school day against a hub and InfluxDB, break what it says, and count what arrives."`
	Mochi mochiCommand `cmd:"" hidden:"" help:"Serve a bare mochi broker."`
	Texts textsCommand `cmd:"" hidden:"" help:"Serve a gateway of text messages."`
	Relay relayCommand `cmd:"" hidden:"" help:"Serve a bare TCP relay."`
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	helped := false
	parser, err := kong.New(&commands{},
		kong.Name("bench"),
		kong.Vars{"cases": strings.Join(cases(), ",")},
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
	return parsed.Run()
}
