package watch

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// Person is somebody on a roster whom the hub can tell apart.
type Person struct {
	Name    string // as the roster calls them
	Account string // that they sign in with; "" none
	Card    string // lower-case hexadecimal; "" none
}

// School is what a configuration says of a school's duty.
type School struct {
	Setup    duty.Setup // its seed is the hub's secret: codes are made of it too
	People   []Person
	Calendar *calendar.Calendar
	Zone     *time.Location
}

// carrying finds who carries a card.
func (s School) carrying(card string) (string, bool) {
	return s.who(func(p Person) bool { return p.Card != "" && p.Card == card })
}

// Named finds who signs in with an account.
func (s School) Named(account string) (string, bool) {
	return s.who(func(p Person) bool { return p.Account != "" && p.Account == account })
}

// accountOf is what a person signs in with; "" nothing.
func (s School) accountOf(person string) string {
	if i := slices.IndexFunc(s.People, func(p Person) bool { return p.Name == person }); i >= 0 {
		return s.People[i].Account
	}
	return ""
}

func (s School) who(is func(Person) bool) (string, bool) {
	if i := slices.IndexFunc(s.People, is); i >= 0 {
		return s.People[i].Name, true
	}
	return "", false
}

// spelled is a person's name as the configuration writes it, else without the
// blanks that only pad it.
func (s School) spelled(name string) string {
	name = duty.Folded(name)
	if as, ok := s.who(func(p Person) bool { return duty.Folded(p.Name) == name }); ok {
		return as
	}
	return name
}

// Post finds a post of the school.
func (s School) Post(id string) (duty.Post, bool) {
	if i := slices.IndexFunc(s.Setup.Posts, func(p duty.Post) bool { return p.ID == id }); i >= 0 {
		return s.Setup.Posts[i], true
	}
	return duty.Post{}, false
}

// Point reports whether patrol rounds go there.
func (s School) Point(id string) bool { return slices.Contains(s.Setup.Points, id) }

// Code is what the QR code of a post, or of a point, says: it hangs there, and nowhere else.
func (s School) Code(post string) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(s.seal("code", s.renewed(post))[:10]))
}

// PIN is the post's number, six digits, for whoever has no camera.
func (s School) PIN(post string) string {
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(s.seal("pin", s.renewed(post)))%1_000_000)
}

// renewed is what the codes of a post, or of a point, are made of: another with
// every number that its school or the post itself is given, so that what somebody
// has copied is worth nothing any more.
func (s School) renewed(post string) string {
	p, _ := s.Post(post)
	if s.Setup.Codes == 0 && p.Codes == 0 {
		return post
	}
	return fmt.Sprintf("%s\x00%d\x00%d", post, s.Setup.Codes, p.Codes)
}

// proves says by which means a code proves that somebody stands at a post.
func (s School) proves(post, code string) (duty.Means, bool) {
	same := func(want string) bool { return subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 }
	switch {
	case len(s.Setup.Seed) == 0: // nothing is secret without one
	case same(s.Code(post)):
		return duty.QR, true
	case same(s.PIN(post)):
		return duty.PIN, true
	}
	return "", false
}

func (s School) seal(what, object string) []byte {
	mac := hmac.New(sha256.New, s.Setup.Seed)
	mac.Write([]byte(what + "\x00" + s.Setup.School + "\x00" + object))
	return mac.Sum(nil)
}

// object is what a raise is about, without anybody's name: it is told beyond
// the school.
func (s School) object(r duty.Raise) string {
	switch {
	case r.Unreached:
		return r.Object
	case r.Call != "":
		return rollCall + r.Call + "/" + s.alias(r.People[0])
	case len(r.People) == 0 || r.Shift.PostID == "":
		return r.Object
	}
	return r.Shift.String() + "/" + s.alias(r.People[0])
}

// rollCall begins the object of what a roll call raises.
const rollCall = "roll-call/"

// alias stands for a person where no name may be.
func (s School) alias(person string) string { return hex.EncodeToString(s.seal("person", person)[:6]) }
