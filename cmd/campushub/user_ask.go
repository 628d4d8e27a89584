package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.org/campushub/alerting/office/password"
)

// askPassword reads a password: twice and unseen from a terminal, else one line
// of standard input.
func askPassword(ctx context.Context, in typing, out io.Writer) (string, error) {
	f, ok := in.Reader.(*os.File)
	if !ok || !isTerminal(f) {
		return passwordLine(ctx, bufio.NewReader(in))
	}
	fmt.Fprintf(out, "A password is %s.\n", password.Rule)
	restore, err := hideTyping(f)
	if err != nil {
		return "", fmt.Errorf("hide what is typed: %w", err)
	}
	defer restore()
	r := bufio.NewReader(f)
	fmt.Fprint(out, "New password: ")
	first, err := passwordLine(ctx, r)
	fmt.Fprintln(out)
	if err != nil {
		return "", err
	}
	fmt.Fprint(out, "Again: ")
	second, err := passwordLine(ctx, r)
	fmt.Fprintln(out)
	switch {
	case err != nil:
		return "", err
	case first != second:
		return "", errors.New("the two passwords differ: nothing was changed")
	}
	return first, nil
}

// passwordLine is one line without its end. Who interrupts it need not type
// another one first.
func passwordLine(ctx context.Context, r *bufio.Reader) (string, error) {
	var line string
	var err error
	read := make(chan struct{})
	go func() {
		defer close(read)
		line, err = r.ReadString('\n')
	}()
	select {
	case <-read:
	case <-ctx.Done():
		return "", errors.New("interrupted: nothing was changed")
	}
	line = strings.TrimRight(line, "\r\n")
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if line == "" {
		return "", errors.New("no password on standard input: type it, pipe it in, or have one drawn with --generate")
	}
	return line, nil
}
