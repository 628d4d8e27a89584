package main

import (
	"fmt"

	"example.org/campushub/firmware-sim/campus/load"
)

// hubFlags say where the hub is and who may use it.
type hubFlags struct {
	Demo   string `help:"demo.json of a running demo: address and credentials." placeholder:"FILE" xor:"hub" required:""`
	Hub    string `help:"Address of a broker that lets everybody in, tcp://host:port." placeholder:"URL" xor:"hub" required:""`
	School string `help:"School of the buttons on such a broker." default:"load"`
	Filter string `help:"What terminals subscribe to on such a broker." default:"campus/+/+/alarm"`
	Skip   int    `help:"Leave the first devices to somebody else." default:"0"`
}

// target is the hub with n devices and the first terminals of those it has.
func (h hubFlags) target(n, terminals int) (load.Target, error) {
	t, err := h.everybody(n, terminals)
	if err != nil {
		return load.Target{}, err
	}
	if terminals > len(t.Terminals) {
		return load.Target{}, fmt.Errorf("%d terminals: the hub has %d for the police", terminals, len(t.Terminals))
	}
	t.Terminals = t.Terminals[:terminals]
	return t.Take(h.Skip, n)
}

func (h hubFlags) everybody(n, terminals int) (load.Target, error) {
	if n < 1 || terminals < 0 || h.Skip < 0 {
		return load.Target{}, fmt.Errorf("%d devices after %d, %d terminals: want at least one device and no negative number", n, h.Skip, terminals)
	}
	if h.Demo != "" {
		return load.FromDemo(h.Demo)
	}
	return load.Bare(h.Hub, h.School, h.Skip+n, terminals, h.Filter)
}
