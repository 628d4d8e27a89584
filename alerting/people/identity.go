package people

import (
	"crypto/sha256"
	"encoding/hex"
)

// Identity is somebody as an identity provider knows them.
type Identity struct {
	Issuer  string // the provider
	Subject string // never another person's there
}

// Fingerprint tells one identity from another; "" for none.
func (i Identity) Fingerprint() string {
	if i == (Identity{}) {
		return ""
	}
	sum := sha256.Sum256([]byte(i.Issuer + "\x00" + i.Subject))
	return hex.EncodeToString(sum[:8])
}

// Vouched is the account of somebody for whom the identity provider vouches: the
// one that is linked to the identity, else the one of that name that is linked to
// none. name is "" where identities have no names. It may be off.
func (d *Directory) Vouched(i Identity, name string) (Account, bool) {
	named, found := Account{}, false
	for _, a := range d.Everyone() {
		switch {
		case a.Identity == i && i != (Identity{}):
			return a, true
		case a.Name == name && a.Identity == (Identity{}):
			named, found = a, true
		}
	}
	return named, found
}
