package people

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"example.org/campushub/alerting"
)

// Terms are what an account is and may: what a configuration says of it, or an
// administrator on a page.
type Terms struct {
	DisplayName string        `json:"display_name,omitempty"` // what people call whoever has it
	Role        alerting.Role `json:"role"`
	Schools     []string      `json:"schools"`
	Named       bool          `json:"named,omitempty"`
	Release     bool          `json:"release,omitempty"`
	Classes     []string      `json:"classes,omitempty"`
}

// LongestDisplayName is how long such a name may be, in characters.
const LongestDisplayName = 64

// MostAdded bounds the accounts that are added on pages. Overflow: another one is
// refused.
const MostAdded = 500

// Terms are those of the account.
func (a Account) Terms() Terms {
	return Terms{DisplayName: a.DisplayName, Role: a.Role, Schools: a.Schools, Named: a.Named, Release: a.Release, Classes: a.Classes}
}

func (a Account) with(t Terms) Account {
	a.DisplayName, a.Role, a.Named, a.Release = t.DisplayName, t.Role, t.Named, t.Release
	a.Schools, a.Classes = slices.Clone(t.Schools), slices.Clone(t.Classes)
	return a
}

// Fingerprint tells terms from others, in whatever order their lists are.
func (t Terms) Fingerprint() string {
	t.Schools, t.Classes = slices.Sorted(slices.Values(t.Schools)), slices.Sorted(slices.Values(t.Classes))
	raw, _ := json.Marshal(t) // words, flags and lists of words: nothing that can fail
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// SameRights reports whether others may do and see the same.
func (t Terms) SameRights(o Terms) bool {
	t.DisplayName, o.DisplayName = "", ""
	return t.Fingerprint() == o.Fingerprint()
}

// Setting is what an administrator set of an account on a page.
type Setting struct {
	// Replaces is the fingerprint of the terms in the configuration. Once these are
	// others, somebody has set them there, and this counts no more. It is "" of an
	// account that was added on a page: one of that name in the configuration counts
	// instead.
	Replaces string
	Terms    Terms
}

// withSetting is the account as it was set on a page, where that still counts.
func (a Account) withSetting(s Setting) Account {
	if !s.Counts(&a) || s.Replaces == "" {
		return a
	}
	a.basis = s.Replaces
	return a.with(s.Terms)
}

// Counts reports whether the setting is still good beside what the configuration
// says of the account, nil for nothing.
func (s Setting) Counts(configured *Account) bool {
	if configured == nil {
		return s.Replaces == ""
	}
	return s.Replaces == configured.Terms().Fingerprint()
}

// Added reports whether the account was added on a page, and stands in no
// configuration.
func (a Account) Added() bool { return a.added }

// Set reports whether it is what an administrator set on a page.
func (a Account) Set() bool { return a.added || a.basis != "" }

// Basis is what a setting of the account replaces.
func (a Account) Basis() string {
	switch {
	case a.added:
		return ""
	case a.basis != "":
		return a.basis
	}
	return a.Terms().Fingerprint()
}
