package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"
)

// source is one YAML file as it was read.
type source struct {
	name string // as the faults name it
	dir  string // what the paths in it are relative to
	data []byte
}

// find reads the file at path, or every *.yaml of the folder at path, by
// name. Hidden files (an editor's own, as a rule) are passed over.
func find(path string) ([]source, Faults) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, Faults{fileFault(path, err)}
	}
	if !info.IsDir() {
		return load([]string{path})
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, Faults{fileFault(path, err)}
	}
	var names []string
	var faults Faults
	for _, e := range entries {
		switch ext := filepath.Ext(e.Name()); {
		case strings.HasPrefix(e.Name(), "."):
		case ext == ".yaml":
			names = append(names, filepath.Join(path, e.Name()))
		case ext == ".yml":
			faults = append(faults, Fault{File: filepath.Join(path, e.Name()),
				Message: "is not read, only *.yaml is: rename it"})
		}
	}
	if len(names) == 0 {
		faults = append(faults, Fault{File: path, Message: "holds no *.yaml"})
	}
	sources, more := load(names)
	return sources, append(faults, more...)
}

func load(names []string) ([]source, Faults) {
	var sources []source
	var faults Faults
	for _, name := range names {
		data, err := readFile(name, maxFile)
		if err != nil {
			faults = append(faults, fileFault(name, err))
			continue
		}
		sources = append(sources, source{name: name, dir: filepath.Dir(name), data: data})
	}
	return sources, faults
}

// parse reads a source as a tree; nil where the file says nothing.
func (s source) parse() (*yaml.Node, Faults) {
	loader, err := yaml.NewLoader(bytes.NewReader(s.data))
	if err != nil {
		return nil, Faults{s.syntaxFault(err)}
	}
	var doc, more yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, Faults{s.syntaxFault(err)}
	}
	if err := loader.Load(&more); err == nil {
		return nil, Faults{{File: s.name, Line: more.Line, Column: more.Column,
			Message: "a second document begins here: a file holds one"}}
	} else if !errors.Is(err, io.EOF) {
		return nil, Faults{s.syntaxFault(err)}
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

func (s source) syntaxFault(err error) Fault {
	le, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return Fault{File: s.name, Message: "not YAML: " + err.Error()}
	}
	return Fault{File: s.name, Line: le.Mark.Line, Column: le.Mark.Column, Message: "not YAML: " + le.Message}
}

// readFile reads a regular file of at most limit bytes. Anything else (a
// pipe, a terminal, a device) could block or never end.
func readFile(name string, limit int) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(data) > limit {
		return nil, fmt.Errorf("is longer than %d bytes", limit)
	}
	return data, nil
}

func fileFault(name string, err error) Fault {
	return Fault{File: name, Message: reason(err)}
}

// reason is what an error says apart from the path, which the fault names
// already.
func reason(err error) string {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
