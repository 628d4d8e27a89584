package provision

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"example.org/campushub/alerting/office/password"
)

// secretBytes is how long the secret of a device or terminal is: 128 bits.
const secretBytes = 16

// secrets is the folder of everything that must not be read by others. For
// each client and person it holds the clear secret (for demo.json) and the
// digest that the configuration names.
type secrets struct{ dir string }

func openSecrets(dir string) (secrets, error) {
	s := secrets{dir: filepath.Join(dir, "secrets")}
	for _, sub := range []string{deviceFolder, terminalFolder, accountFolder} {
		if err := os.MkdirAll(filepath.Join(s.dir, sub), 0o700); err != nil {
			return s, fmt.Errorf("make secrets: %w", err)
		}
	}
	return s, nil
}

// The folders below secrets.
const (
	deviceFolder   = "devices"
	terminalFolder = "terminals"
	accountFolder  = "accounts"
)

// The files of one secret.
const (
	clearSuffix  = ".secret" // as its owner uses it
	digestSuffix = ".sha256" // of a device or terminal, as the hub keeps it
	hashSuffix   = ".phc"    // of a person, as the hub keeps it
)

func deviceFile(id string) string { return filepath.Join(deviceFolder, id) }

func terminalFile(t Terminal) string {
	return filepath.Join(terminalFolder, string(t.Audience)+"-"+t.ID)
}

func accountFile(name string) string { return filepath.Join(accountFolder, name) }

// extraButtons is the greatest number of an extra button that has a secret.
func (s secrets) extraButtons() (int, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, deviceFolder))
	if err != nil {
		return 0, fmt.Errorf("list secrets: %w", err)
	}
	most := 0
	for _, e := range entries {
		id, isSecret := strings.CutSuffix(e.Name(), clearSuffix)
		number, isExtra := strings.CutPrefix(id, extraPrefix)
		if n, err := strconv.Atoi(number); isSecret && isExtra && err == nil {
			most = max(most, n)
		}
	}
	return most, nil
}

// fill gives everybody of the campus their secret.
func (s secrets) fill(c *Campus) error {
	for i := range c.Devices {
		if err := s.client(deviceFile(c.Devices[i].ID), &c.Devices[i].Password); err != nil {
			return err
		}
	}
	for i := range c.Terminals {
		if err := s.client(terminalFile(c.Terminals[i]), &c.Terminals[i].Password); err != nil {
			return err
		}
	}
	for i := range c.Accounts {
		if err := s.person(accountFile(c.Accounts[i].Name), &c.Accounts[i].Password); err != nil {
			return err
		}
	}
	return nil
}

func (s secrets) client(name string, into *string) error {
	secret, err := s.kept(name, randomSecret)
	if err != nil {
		return err
	}
	*into = secret
	sum := sha256.Sum256([]byte(secret))
	return s.derived(name+digestSuffix, hex.EncodeToString(sum[:]))
}

// person draws a password once, and hashes it once: the hash is salted and
// meant to be slow.
func (s secrets) person(name string, into *string) error {
	secret, err := s.kept(name, password.Readable)
	if err != nil {
		return err
	}
	*into = secret
	_, err = s.keptFile(name+hashSuffix, password.Valid, func() (string, error) {
		return password.Hash(secret, password.DefaultParams())
	})
	return err
}

func (s secrets) kept(name string, draw func() (string, error)) (string, error) {
	return s.keptFile(name+clearSuffix, func(text string) bool { return text != "" }, draw)
}

// keptFile reads a file that an earlier start wrote, or makes it.
func (s secrets) keptFile(name string, valid func(string) bool, draw func() (string, error)) (string, error) {
	path := filepath.Join(s.dir, name)
	data, err := os.ReadFile(path)
	if err == nil {
		text := strings.TrimSpace(string(data))
		if !valid(text) {
			return "", fmt.Errorf("secret %s is damaged: remove it to draw another", path)
		}
		return text, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read secret: %w", err)
	}
	text, err := draw()
	if err != nil {
		return "", fmt.Errorf("draw secret %s: %w", path, err)
	}
	return text, s.write(path, text)
}

// derived writes a file that another one decides, where it is not right already.
func (s secrets) derived(name, text string) error {
	path := filepath.Join(s.dir, name)
	if data, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(data)) == text {
		return nil
	}
	return s.write(path, text)
}

func (s secrets) write(path, text string) error {
	if err := replace(path, []byte(text+"\n"), 0o600); err != nil {
		return fmt.Errorf("write secret: %w", err)
	}
	return nil
}

func randomSecret() (string, error) {
	var b [secretBytes]byte
	_, err := rand.Read(b[:])
	return hex.EncodeToString(b[:]), err
}
