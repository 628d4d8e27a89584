package wire

import _ "embed"

//go:embed asyncapi.yaml
var document string

// Document is the AsyncAPI 3.0 description of the wire, in YAML.
func Document() string { return document }
