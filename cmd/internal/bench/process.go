package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.org/campushub/cmd/internal/turns"
)

const (
	stopLimit    = 15 * time.Second // from SIGTERM to SIGKILL
	clockTicks   = 100              // per second: the kernel's USER_HZ on every Linux that Go runs on
	statCPUField = 11               // utime, counted from the field after the command name; stime follows
)

// process is a server or a storm that this one started.
type process struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

// start runs a program. Its standard error goes to ours; SIGTERM ends it when
// ctx does.
func start(ctx context.Context, program string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopLimit
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	if err := turns.Usual(cmd.Start); err != nil { // the servers ask for themselves
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	return &process{cmd: cmd, out: bufio.NewReader(out)}, nil
}

// startReady starts a program that says when it is ready.
func startReady(ctx context.Context, program string, args ...string) (*process, error) {
	p, err := start(ctx, program, args...)
	if err != nil {
		return nil, err
	}
	if line, err := p.line(); err != nil || line != "ready" {
		return nil, errors.Join(fmt.Errorf("start %s %s: said %q: %w", program, args[0], line, err), p.stop())
	}
	return p, nil
}

// line reads one line of the program's output.
func (p *process) line() (string, error) {
	s, err := p.out.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("read output of %s: %w", p.cmd.Path, err)
	}
	return strings.TrimSpace(s), nil
}

// discard lets the program print without anybody listening.
func (p *process) discard() { go func() { _, _ = io.Copy(io.Discard, p.out) }() }

// terminate asks the process to end.
func (p *process) terminate() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", p.cmd.Path, err)
	}
	return nil
}

// stop ends the process by its id, in good order if it wants to.
func (p *process) stop() error {
	if err := p.terminate(); err != nil {
		return err
	}
	kill := time.AfterFunc(stopLimit, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("stop %s: %w", p.cmd.Path, err)
	}
	return nil
}

// cpu is the processor time that the process has used.
func (p *process) cpu() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return cpuOf(string(raw))
}

func cpuOf(stat string) (time.Duration, error) {
	at := strings.LastIndexByte(stat, ')') // the name before it may hold anything
	fields := strings.Fields(stat[at+1:])
	if at < 0 || len(fields) < statCPUField+2 {
		return 0, fmt.Errorf("read processor time: %q is no process status", stat)
	}
	var ticks int64
	for _, f := range fields[statCPUField : statCPUField+2] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read processor time: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / clockTicks, nil
}
