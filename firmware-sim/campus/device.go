package campus

import (
	"fmt"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/link"
	"example.org/campushub/firmware-sim/board"
)

// version is what virtual devices say of their firmware.
const version = "1.0.0+virtual"

func newDevice(c Config, credential DeviceCredential) (*device, error) {
	d := &device{credential: credential, radio: board.NewRadio()}
	l, err := newLink(c, credential, d.radio)
	if err != nil {
		return nil, err
	}
	d.link = &trackedLink{Link: l}
	identity := firmware.Identity{Address: credential.Address, Power: credential.Power, Version: version}

	switch credential.Kind {
	case devices.KindButton:
		return d, d.addButton(c, firmware.ButtonConfig{Identity: identity, Silent: credential.Silent})
	case devices.KindFirePanel:
		return d, d.addButton(c, firmware.ButtonConfig{Identity: identity, Alarm: devices.Fire, AlwaysLive: true})
	case devices.KindGate:
		return d, d.addGate(c, identity)
	case devices.KindReader:
		return d, d.addReader(c, identity)
	}
	return nil, fmt.Errorf("unknown kind %q", credential.Kind)
}

// newLink is a device's way to its hub.
func newLink(c Config, credential DeviceCredential, radio *board.Radio) (firmware.Link, error) {
	if c.Link != nil {
		return c.Link(credential), nil
	}
	config := link.ForDevice(c.Hub, credential.Address, credential.Power, credential.Password)
	config.Username = credential.Username
	config.Dial = radio.Dial
	return link.New(config, c.Log)
}

func (d *device) addButton(c Config, config firmware.ButtonConfig) (err error) {
	d.finger = board.NewContact("contact")
	pins := firmware.ButtonPins{Contact: d.finger, Lamp: board.NewPin("lamp"), Siren: board.NewPin("siren")}
	d.button, err = firmware.NewButton(config, pins, d.link, firmware.NewMemory(), c.Log)
	if err == nil {
		d.run = d.button.Run
	}
	return err
}

// addGate builds a gate that is shut.
func (d *device) addGate(c Config, i firmware.Identity) (err error) {
	if d.gate, err = newParts(d.credential.Gate); err != nil {
		return err
	}
	gate, err := firmware.NewGate(i, d.gate.pins(), d.link, c.Log)
	if err == nil {
		d.run = gate.Run
	}
	return err
}

func (d *device) addReader(c Config, i firmware.Identity) error {
	d.cards, d.leave = board.NewCards(), board.NewContact("leave")
	reader, err := firmware.NewReader(i, d.credential.Post, firmware.ReaderPins{Cards: d.cards, Leave: d.leave}, d.link, firmware.NewMemory(), c.Log)
	if err == nil {
		d.run = reader.Run
	}
	return err
}
