package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"example.org/campushub/alerting/office"
	"example.org/campushub/cmd/internal/config"
)

type parentsCmd struct {
	Import importParentsCmd `cmd:"" help:"Put a school's list of parents in place: CSV with phone, mail and language. Every bad row is reported, and then nothing is changed."`
}

type importParentsCmd struct {
	Config string `help:"The configuration of the hub." placeholder:"campus.yaml" required:""`
	School string `help:"Whose parents." required:""`
	File   string `arg:"" help:"The list."`
}

// Run replaces the list, also while the hub runs; a notice that is on its way
// goes on to those whom it was for.
func (c importParentsCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if _, ok := cfg.Directory().School(c.School); !ok {
		return fmt.Errorf("there is no school %q", c.School)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("open the list: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	all, err := office.ReadParents(c.School, f)
	if err != nil {
		return err
	}
	store, err := office.Open(ctx, filepath.Join(cfg.Hub.Dir, "office.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if err := errors.Join(store.ReplaceParents(ctx, c.School, all), store.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d ways to parents of %s\n", len(all), c.School)
	return err
}
