package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"example.org/campushub/alerting/texts"
	"example.org/campushub/cmd/internal/config"
)

type textsCmd struct {
	Code   string `arg:"" optional:"" help:"Only texts whose code begins so, such as POL or PAR-03."`
	Config string `help:"The configuration; without it the built-in texts are shown." placeholder:"campus.yaml"`
	School string `help:"The school; may be left out where there is one."`
	Own    bool   `help:"Only what the configuration says otherwise."`
	JSON   bool   `help:"As JSON."`
}

// Run prints the texts that are in force at a school: those that its people
// are told.
func (c textsCmd) Run(out io.Writer) error {
	all, err := c.entries()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(e texts.Entry) bool {
		return !strings.HasPrefix(string(e.Code), c.Code) || (c.Own && !e.Own)
	})
	if len(all) == 0 && !c.Own {
		return fmt.Errorf("there is no text %q", c.Code)
	}
	if c.JSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(all)
	}
	for _, e := range all {
		if _, err := io.WriteString(out, shown(e)); err != nil {
			return err
		}
	}
	return nil
}

func (c textsCmd) entries() ([]texts.Entry, error) {
	if c.Config == "" {
		return texts.BuiltIn().Entries(), nil
	}
	cfg, err := config.Load(c.Config)
	if err != nil {
		return nil, err
	}
	s, err := explainCmd{School: c.School}.school(cfg.Schools)
	return s.Texts.Entries(), err
}

// shown is one text as people read it: a star says that the configuration has
// it.
func shown(e texts.Entry) string {
	own, may := "", ""
	if e.Own {
		own = " *"
	}
	if len(e.May) > 0 {
		may = "  may hold " + strings.Join(e.May, " ") + "\n"
	}
	return fmt.Sprintf("%s%s  %s\n  %s\n  %s\n%s", e.Code, own, e.For, e.Text.ZH, e.Text.EN, may)
}
