// Command campushub is a school's hub: it takes alarms in, tells the police
// and the school, and shows what happened. This folder holds flags and exit
// codes only.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // schools name their zones; the machine may have no database

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "dev"

// cli is every command.
type cli struct {
	Demo     demoCmd      `cmd:"" help:"Run one school with virtual devices and a console; needs nothing else."`
	Serve    serveCmd     `cmd:"" help:"Run a hub from its configuration."`
	Check    checkCmd     `cmd:"" help:"Report every fault of a configuration, with its path and line."`
	Doctor   doctorCmd    `cmd:"" help:"Look a hub over and say what to do, a line each."`
	Policy   policyCmd    `cmd:"" help:"Look at who is told of what."`
	Texts    textsCmd     `cmd:"" help:"List what people are told, as it is in force."`
	Rules    rulesCmd     `cmd:"" help:"Try the rules of the gates on recorded readings."`
	User     userCmd      `cmd:"" help:"Look after accounts: who may sign in."`
	Token    tokenCmd     `cmd:"" help:"Look after tokens: what programs may do."`
	Incident incidentCmd  `cmd:"" help:"Look at incidents."`
	Parents  parentsCmd   `cmd:"" help:"Say how parents are reached."`
	Drill    drillCmd     `cmd:"" help:"Run drills, as a person with an account."`
	Measure  telemetryCmd `cmd:"" name:"telemetry" help:"Set up where measurements go."`
	Backup   backupCmd    `cmd:"" help:"Take a copy of a hub's records while it runs."`
	Restore  restoreCmd   `cmd:"" help:"Put a backup back, into a folder on which no hub runs."`
	Verify   verifyCmd    `cmd:"" help:"Check records, a backup or a bundle of evidence, byte by byte."`
	Version  versionCmd   `cmd:"" help:"Print the version."`
}

type versionCmd struct{}

func (versionCmd) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "campushub", version)
	return err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run carries a command line out and returns the exit code: 0 for success, 1
// for a failure, 2 for a command line that cannot be read.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c cli
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("campushub"), kong.Description("Links schools and their police stations: one press, and they know."),
		kong.UsageOnError(), kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(stdout, (*io.Writer)(nil)), kong.Bind(logTo{stderr}, typing{stdin}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "campushub:", err)
		return 2
	}
	cmd, err := parser.Parse(args)
	if exit >= 0 { // help was printed
		return exit
	}
	if err != nil {
		fmt.Fprintln(stderr, "campushub:", err)
		return 2
	}
	if err := cmd.Run(); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(stderr, "campushub:", err)
		}
		return 1
	}
	return 0
}

// errReported ends a command whose output says already what is wrong.
var errReported = errors.New("reported")
