package provision

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// handout is demo.json: what a script or a stranger's client needs to use the
// running demonstration at once.
type handout struct {
	Console   string     `json:"console"`
	MQTT      string     `json:"mqtt"`
	School    string     `json:"school"`
	Accounts  []Account  `json:"accounts"`
	Devices   []Device   `json:"devices"`
	Terminals []Terminal `json:"terminals"`
}

// Write puts demo.json at path, whole and readable by its owner alone. console
// and mqtt are the URLs that are being served, http://… and tcp://….
func (c *Campus) Write(path, console, mqtt string) error {
	data, err := json.MarshalIndent(handout{
		Console: console, MQTT: mqtt, School: c.School,
		Accounts: c.Accounts, Devices: c.Devices, Terminals: c.Terminals,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	if err := replace(path, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Remove takes away the demo.json of an earlier start, so that its return
// says "ready". None being there is no error.
func Remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove old %s: %w", path, err)
	}
	return nil
}
