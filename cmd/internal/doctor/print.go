package doctor

import (
	"encoding/json"
	"fmt"
	"io"
)

// Print writes one line for each finding.
func (f Findings) Print(out io.Writer) error {
	for _, x := range f {
		line := fmt.Sprintf("%-4s  %s: %s", x.Level, x.About, x.Says)
		if x.Do != "" {
			line += ". Do: " + x.Do
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// JSON writes the findings as one array.
func (f Findings) JSON(out io.Writer) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(f)
}
