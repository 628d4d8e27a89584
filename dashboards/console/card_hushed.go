package console

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// A silent alarm gives nobody away: on the phones of the guards, who stand where
// it was raised, it is a grey line without kind and place, and on the phone of
// whoever raised it nothing at all.

// Hushed reports whether the reader's page may be seen by whom a silent alarm
// is about.
func (c card) Hushed() bool {
	return c.Silent && c.Mode == devices.Live && !c.Resolved() && c.Account.Role == alerting.RoleGuard
}

// MaskWord is what stands where the kind would.
func (c card) MaskWord() string {
	if c.Confidential {
		return c.Say("masked")
	}
	return c.Say("masked.silent")
}

// shown leaves out what the reader has raised silently, while it is open.
func (p *page) shown(all []alerting.Incident) []alerting.Incident {
	return slices.DeleteFunc(slices.Clone(all), func(i alerting.Incident) bool {
		return i.Silent && i.Mode == devices.Live && !i.Resolved() && p.raised(i)
	})
}

// raised reports whether the reader raised the incident: its id is derived from
// whose it is.
func (p *page) raised(i alerting.Incident) bool {
	return slices.ContainsFunc(i.Presses, func(k alerting.PressRecord) bool {
		return i.ID == alerting.RaisedIncidentID(i.School, k.ID, p.Account.Name, time.Time{})
	})
}
