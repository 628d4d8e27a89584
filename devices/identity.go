package devices

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// MaxNameLength is the longest school, device, place or terminal id, in bytes.
const MaxNameLength = 63

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// reserved words begin topics of their own and can be no school's id.
var reserved = []string{
	"police", "school", "guards", "staff", "district", "parents",
	"alert", "campus", "receipt",
}

// ValidName reports whether s can name a school, a device, a place or a
// terminal: 1 to 63 of a–z, 0–9 and "-", not beginning with "-".
func ValidName(s string) bool { return namePattern.MatchString(s) }

// ValidSchool reports whether s can be a school's id: a valid name that is
// not reserved for a topic.
func ValidSchool(s string) bool { return ValidName(s) && !slices.Contains(reserved, s) }

// Address names one device of one school. It is also the device's user name
// on the broker, written "school/device".
type Address struct {
	School string
	Device string
}

// String returns the address as "school/device".
func (a Address) String() string { return a.School + "/" + a.Device }

// ParseAddress reads "school/device".
func ParseAddress(s string) (Address, error) {
	school, device, ok := strings.Cut(s, "/")
	if !ok || !ValidSchool(school) || !ValidName(device) {
		return Address{}, fmt.Errorf("device address %q: want school/device, each of a-z, 0-9 and -", s)
	}
	return Address{School: school, Device: device}, nil
}
