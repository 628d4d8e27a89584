package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.org/campushub/alerting/rules"
)

type rulesCmd struct {
	Test testRulesCmd `cmd:"" help:"Play recorded readings through the gate rules and say what is raised when."`
	List listRulesCmd `cmd:"" help:"List the built-in gate rules."`
}

type testRulesCmd struct {
	Files []string `arg:"" name:"file" help:"Recordings, as docs/gates.md shows one."`
}

// mostRecording bounds a recording, in bytes.
const mostRecording = 4 << 20

// Run prints what every recording brings about. It fails where one cannot be
// read, or says that something else was to be expected.
func (c testRulesCmd) Run(out io.Writer) error {
	good := true
	for _, file := range c.Files {
		ok, err := testRecording(file, out)
		if err != nil {
			return err
		}
		good = good && ok
	}
	if !good {
		return errReported
	}
	return nil
}

func testRecording(file string, out io.Writer) (bool, error) {
	data, err := readAtMost(file, mostRecording)
	if err != nil {
		return false, err
	}
	r, faults := rules.ReadRecording(data)
	for _, f := range faults {
		fmt.Fprintf(out, "%s:%s\n", file, f)
	}
	if r == nil {
		return false, nil
	}
	fmt.Fprintf(out, "%s: %s\n", file, r.About)
	all := r.Replay()
	for _, c := range all {
		fmt.Fprintf(out, "  %s  %s (%s)%s\n", r.Line(c), c.Rule.Title.EN, c.Rule.Kind, because(c.Err))
	}
	if len(all) == 0 {
		fmt.Fprintln(out, "  nothing is raised")
	}
	if r.Wants == nil {
		return true, nil
	}
	missing, extra := r.Differ(all)
	for _, l := range missing {
		fmt.Fprintln(out, "  MISSING   ", l)
	}
	for _, l := range extra {
		fmt.Fprintln(out, "  UNEXPECTED", l)
	}
	if len(missing)+len(extra) > 0 {
		return false, nil
	}
	fmt.Fprintln(out, "  as expected")
	return true, nil
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

func readAtMost(file string, most int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", file, err)
	case int64(len(data)) > most:
		return nil, fmt.Errorf("read %s: %w", file, errors.New("is longer than a recording may be"))
	}
	return data, nil
}

type listRulesCmd struct{}

// Run lists the built-in rules, a line each.
func (listRulesCmd) Run(out io.Writer) error {
	var b strings.Builder
	for _, r := range rules.Default().Rules() {
		fmt.Fprintf(&b, "%-8s %-14s %-16s %s\n         %s\n", r.ID, r.Kind, r.Lasts(), r.Title.EN, r.When)
	}
	_, err := io.WriteString(out, b.String())
	return err
}
