package rules_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/campushub/alerting/rules"
)

// Whatever somebody writes, reading it ends, and what was read without a fault
// can be used.
func FuzzRules(f *testing.F) {
	data, err := os.ReadFile("defaults.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("rules: [{id: G1, when: 'contact.open && values[\"x\"] > 1.0', for: 3s}]"))
	f.Add([]byte("level: primary\ngates: [{device: g-1, width: 2.5}]\nrules: [{id: G2, off: true}]"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		s, faults := rules.Parse(data)
		if len(faults) > 0 {
			return
		}
		for _, g := range append(s.Gates(), rules.Gate{Device: "g-1"}) {
			p := s.NewPoint(g.Device)
			p.Read(open(night, 1), clock)
			p.Step(clock, rules.Post{}, night)
			if !p.Next(clock, night).After(night) {
				panic("the next look is not to come")
			}
		}
	})
}

func FuzzRecording(f *testing.F) {
	files, err := filepath.Glob("testdata/recordings/g[1-3]*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, faults := rules.ReadRecording(data)
		if (r == nil) != (len(faults) > 0) {
			t.Fatal("neither a recording nor a fault")
		}
	})
}
