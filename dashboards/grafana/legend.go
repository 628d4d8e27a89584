package grafana

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// Override is what a panel says of the series that its matcher finds.
type Override struct {
	Matcher    struct{ ID, Options string }
	Properties []struct {
		ID    string
		Value json.RawMessage
	}
}

// Transformation is what is done with an answer before it is drawn.
type Transformation struct {
	ID      string
	Options struct{ Regex, RenamePattern string }
}

// Named is what a panel calls a series or a column that a question calls name:
// renamed by a pattern, and then by its override.
func (p Panel) Named(name string) (string, error) {
	for _, t := range p.Transformations {
		if t.ID != "renameByRegex" {
			continue
		}
		pattern, err := regexp.Compile(t.Options.Regex)
		if err != nil {
			return "", fmt.Errorf("rename %s: %w", name, err)
		}
		name = pattern.ReplaceAllString(name, t.Options.RenamePattern)
	}
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.ID != "byName" || o.Matcher.Options != name {
			continue
		}
		for _, property := range o.Properties {
			if property.ID == "displayName" {
				err := json.Unmarshal(property.Value, &name)
				return name, err
			}
		}
	}
	return name, nil
}
