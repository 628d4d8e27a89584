package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/journal"
)

// Format names the layout of a backup.
const Format = "campushub backup 1"

// The files of a backup that have fixed names; the last two end it, in this
// order.
const (
	journalName  = "records/journal.db"
	officeName   = "records/office.db"
	sealedName   = "secrets.sealed"
	manifestName = "manifest.json"
	sumName      = "manifest.sha256"
)

// The folders of a backup.
const (
	recordsFolder       = "records/"       // of the hub's own folder
	configurationFolder = "configuration/" // of the folder of the configuration
	outsideFolder       = "outside/"       // by their whole path: files that the configuration names elsewhere
	secretsFolder       = "secrets/"       // the same three again, for secrets in clear
)

// How the secrets are in a backup.
const (
	SecretsLeftOut = "left out"
	SecretsInClear = "in clear"
	SecretsSealed  = "sealed"
)

// BlockSize is how many bytes of a file share a checksum: where a file was
// changed is known so closely.
const BlockSize = 64 << 10

// Manifest says what a backup is and has.
type Manifest struct {
	Format  string `json:"format"`
	Version string `json:"version"` // of the program that made it
	Hub     string `json:"hub"`
	// Moment is what the backup states: every press that was acknowledged before
	// it is in.
	Moment  time.Time     `json:"moment"`
	Journal journal.Facts `json:"journal"`
	Office  int64         `json:"office_schema"`
	Schools []string      `json:"schools"`
	// Configuration is what to start the hub with, below the folder of the
	// configuration; "" where the backup has none.
	Configuration string `json:"configuration"`
	// Records is where the hub's folder lies below that of the configuration,
	// "." where they are one; "" where it lay elsewhere.
	Records string   `json:"records"`
	Secrets string   `json:"secrets"`
	LeftOut []string `json:"left_out,omitempty"` // the secrets that it has not
	Files   []File   `json:"files"`
}

// File is a file of a backup.
type File struct {
	Name   string        `json:"name"`
	Bytes  int64         `json:"bytes"`
	SHA256 evidence.Hash `json:"sha256"`
	// Blocks are the SHA-256 of each BlockSize bytes, where there is more than
	// one block.
	Blocks []evidence.Hash `json:"blocks,omitempty"`
}

func (m Manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", manifestName, err)
	}
	return append(b, '\n'), nil
}

// decode reads a manifest whose checksum holds.
func decode(raw []byte) (m Manifest, err error) {
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("decode %s: %w", manifestName, err)
	}
	if m.Format != Format {
		return m, fmt.Errorf("it is of the form %q, this program knows %q: look at it with the program that made it", m.Format, Format)
	}
	return m, nil
}

// sumOf is the file of the manifest's checksum: a line as sha256sum reads it,
// and one with the checksum of that line, so that it is known which of the two
// files was changed.
func sumOf(manifest []byte) []byte {
	line := hex.EncodeToString(digest(manifest)) + "  " + manifestName + "\n"
	return []byte(line + "# " + hex.EncodeToString(digest([]byte(line))) + "\n")
}

var errSum = errors.New("was changed")

// checkSum holds a manifest against the file of its checksum; it says which of
// them was changed.
func checkSum(manifest, sum []byte) (file string, err error) {
	first, second, _ := strings.Cut(string(sum), "\n")
	if second != "# "+hex.EncodeToString(digest([]byte(first+"\n")))+"\n" {
		return sumName, errSum
	}
	if !bytes.Equal(sum, sumOf(manifest)) {
		return manifestName, errSum
	}
	return "", nil
}

func digest(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}
