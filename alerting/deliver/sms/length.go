package sms

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Characters of a segment (3GPP TS 23.040): alone, and where several make one
// text, whose order takes some room. A text that the GSM alphabet holds takes
// septets, every other one UCS-2.
const (
	singleGSM, severalGSM = 160, 153
	single, several       = 70, 67
)

// gsm is the basic alphabet of 3GPP TS 23.038, one septet each; extension is
// its second table, two septets each. The escape itself is no character.
const (
	gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|€"
)

// size is how long a text is, in what it is counted in.
type size struct {
	length   int
	septets  bool // else UCS-2
	segments int
}

// sizeOf counts a text as a carrier does.
func sizeOf(s string) size {
	if n, ok := septets(s); ok {
		return size{n, true, inSegments(n, singleGSM, severalGSM)}
	}
	n := len(utf16.Encode([]rune(s)))
	return size{n, false, inSegments(n, single, several)}
}

// septets is how many septets a text takes; false where the alphabet lacks one
// of its characters.
func septets(s string) (int, bool) {
	n := 0
	for _, c := range s {
		switch {
		case strings.ContainsRune(gsm, c):
			n++
		case strings.ContainsRune(extension, c):
			n += 2
		default:
			return 0, false
		}
	}
	return n, true
}

func inSegments(n, alone, together int) int {
	if n <= alone {
		return 1
	}
	return (n + together - 1) / together
}

func (s size) String() string {
	if s.septets {
		return fmt.Sprintf("%d characters of the GSM alphabet", s.length)
	}
	return fmt.Sprintf("%d characters", s.length)
}

// Check says why a gateway could not carry a text, as it would refuse it when
// it is sent: in each of its languages by itself, as one reader gets it.
func Check(t alerting.Text, g people.Gateway) error {
	for _, one := range []alerting.Text{{ZH: t.ZH}, {EN: t.EN}} {
		if one == (alerting.Text{}) {
			continue
		}
		if _, err := text(one, g); err != nil {
			return err
		}
	}
	return nil
}

// CheckAlarm is Check for whoever answers alarms: they get both languages where
// a segment holds them, and Chinese where it does not.
func CheckAlarm(t alerting.Text, g people.Gateway) error {
	_, err := text(t, g)
	return err
}

// text is the text with the gateway's signature 【…】 before it, as carriers
// demand. Where the request hands the sender over by itself the gateway puts
// the signature there, and it counts all the same.
func text(t alerting.Text, g people.Gateway) (string, error) {
	signature := ""
	if g.From != "" {
		signature = "【" + g.From + "】"
	}
	allowed := max(g.Segments, 1)
	said := t.ZH
	if both := strings.TrimSpace(t.ZH + " " + t.EN); said == "" || sizeOf(signature+both).segments == 1 {
		said = both
	}
	if said == "" {
		return "", errors.New("there is no text")
	}
	if n := sizeOf(signature + said); n.segments > allowed {
		return "", fmt.Errorf("text of %v with its signature needs %d segments, %d allowed", n, n.segments, allowed)
	}
	return signed(signature, said, g), nil
}
