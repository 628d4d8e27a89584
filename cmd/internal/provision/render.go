package provision

import (
	"bytes"
	_ "embed" // the configuration's template, and the school's plan
	"fmt"
	"text/template"

	"example.org/campushub/alerting"
	"example.org/campushub/firmware-sim/campus"
)

//go:embed campus.yaml.tmpl
var campusTemplate string

//go:embed campus.svg
var campusPlan []byte

// planFile is the plan of the school, beside the configuration.
const planFile = "campus.svg"

// view is what the template sees.
type view struct {
	Options
	School    string
	Places    []place
	Plan      string // the file of the school's plan
	Devices   []deviceView
	Terminals []terminalView
	Accounts  []accountView
	Post      string
	Duty      []onDuty
	Points    []string // of the patrol rounds
	Roll      int
	Walked    string // the gate where people walk
	Width     float64
	Area      int
}

type deviceView struct {
	Device
	Secret string
}

type terminalView struct {
	Terminal
	Secret string
}

type accountView struct {
	Account
	Named  bool
	Secret string
}

// Duties is what an account may do beyond its role, as further keys.
func (a accountView) Duties() string {
	switch a.Role {
	case alerting.RoleOfficer:
		return ", release: true"
	case alerting.RoleStaff:
		return ", classes: [c1, c2]"
	}
	return ""
}

// render writes the configuration of a campus.
func render(c *Campus, opt Options) ([]byte, error) {
	v := view{
		Options: opt, School: c.School, Places: places(), Plan: planFile, Post: post, Duty: peopleOnDuty(), Points: points(),
		Roll: roll, Walked: Walked, Width: campus.FreeWidth, Area: campus.WaitingArea,
	}
	for _, d := range c.Devices {
		v.Devices = append(v.Devices, deviceView{d, "secrets/" + deviceFile(d.ID) + digestSuffix})
	}
	for _, t := range c.Terminals {
		v.Terminals = append(v.Terminals, terminalView{t, "secrets/" + terminalFile(t) + digestSuffix})
	}
	for _, a := range c.Accounts {
		v.Accounts = append(v.Accounts, accountView{a, a.named, "secrets/" + accountFile(a.Name) + hashSuffix})
	}
	t, err := template.New("campus.yaml").Parse(campusTemplate)
	if err != nil {
		return nil, fmt.Errorf("parse configuration template: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("render configuration: %w", err)
	}
	return b.Bytes(), nil
}
