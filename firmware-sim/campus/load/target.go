package load

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
)

// Device is one button or telemetry publisher with its credentials.
type Device struct {
	School   string
	ID       string
	Username string
	Password string
}

func (d Device) topic(leaf string) string { return "campus/" + d.School + "/" + d.ID + "/" + leaf }

// Terminal is one subscriber with its credentials.
type Terminal struct {
	Username string
	Password string
	Filter   string // what it subscribes to, at QoS 1
}

// Target is a broker with those who may use it.
type Target struct {
	Address   string // host:port
	Devices   []Device
	Terminals []Terminal
	// Beside are the terminals of the school and of its guards, for Answer.
	Beside []Terminal
}

// demoFile is what a running demo says of itself. Unknown fields are somebody
// else's.
type demoFile struct {
	MQTT    string `json:"mqtt"`
	Devices []struct {
		School   string `json:"school"`
		ID       string `json:"id"`
		Kind     string `json:"kind"`
		Username string `json:"username"`
		Password string `json:"password"`
	} `json:"devices"`
	Terminals []struct {
		Audience string `json:"audience"`
		Topic    string `json:"topic"`
		Username string `json:"username"`
		Password string `json:"password"`
	} `json:"terminals"`
}

// FromDemo reads a running demo's own description: the buttons that nothing
// drives (x-1, x-2 and so on) where it has them, else all its buttons, its
// police terminals, and everybody else's beside them.
func FromDemo(path string) (Target, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Target{}, fmt.Errorf("read demo file: %w", err)
	}
	var f demoFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return Target{}, fmt.Errorf("decode demo file %s: %w", path, err)
	}
	return f.target()
}

func (f demoFile) target() (Target, error) {
	var t Target
	var err error
	if t.Address, err = hostPort(f.MQTT); err != nil {
		return Target{}, err
	}
	var spare []Device
	for _, d := range f.Devices {
		if d.Kind != "button" {
			continue
		}
		v := Device{School: d.School, ID: d.ID, Username: d.Username, Password: d.Password}
		t.Devices = append(t.Devices, v)
		if strings.HasPrefix(d.ID, "x-") {
			spare = append(spare, v)
		}
	}
	if len(spare) > 0 {
		t.Devices = spare
	}
	for _, v := range f.Terminals {
		to := &t.Beside
		if v.Audience == "police" {
			to = &t.Terminals
		}
		*to = append(*to, Terminal{Username: v.Username, Password: v.Password, Filter: v.Topic})
	}
	return t, nil
}

// Bare is a broker that lets everybody in and only relays: its terminals
// subscribe to the buttons' own topics, or to another filter.
func Bare(hub, school string, buttons, terminals int, filter string) (Target, error) {
	address, err := hostPort(hub)
	if err != nil {
		return Target{}, err
	}
	t := Target{Address: address}
	for i := range buttons {
		id := fmt.Sprintf("x-%d", i+1)
		t.Devices = append(t.Devices, Device{School: school, ID: id, Username: school + "/" + id, Password: "load"})
	}
	for i := range terminals {
		name := fmt.Sprintf("police/desk-%d", i+1)
		t.Terminals = append(t.Terminals, Terminal{Username: name, Password: "load", Filter: filter})
	}
	return t, nil
}

// Take is the target with devices skip to skip+n only.
func (t Target) Take(skip, n int) (Target, error) {
	if skip < 0 || n < 0 || skip+n > len(t.Devices) {
		return Target{}, fmt.Errorf("devices %d to %d: the hub has %d", skip, skip+n, len(t.Devices))
	}
	t.Devices = t.Devices[skip : skip+n]
	return t, nil
}

func hostPort(hub string) (string, error) {
	address := strings.TrimPrefix(strings.TrimPrefix(hub, "tcp://"), "mqtt://")
	if _, _, err := net.SplitHostPort(address); err != nil {
		return "", fmt.Errorf("hub address %q: want tcp://host:port: %w", hub, err)
	}
	return address, nil
}
