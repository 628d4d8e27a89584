package main

import (
	"encoding/json"
	"io"
)

// indented writes a value as JSON that people can read.
func indented(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
