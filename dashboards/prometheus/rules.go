package prometheus

import (
	"embed"
	"fmt"
)

//go:embed recording.yml alerting.yml
var files embed.FS

// Rules are the files of rules, by name.
func Rules() (map[string]string, error) {
	out := map[string]string{}
	for _, name := range []string{"recording.yml", "alerting.yml"} {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read rules %s: %w", name, err)
		}
		out[name] = string(text)
	}
	return out, nil
}
