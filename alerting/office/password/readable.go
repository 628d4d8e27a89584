package password

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// A password is typed by hand from a screen: syllables that can be said,
// without letters that look like others. Four groups of two of 70 syllables
// carry 49 bits, and every guess costs an argon2id.
const (
	consonants = "bdfghkmnprstvz"
	vowels     = "aeiou"
	groups     = 4
	syllables  = 2
)

// Readable draws a password that can be read out and typed from a screen.
func Readable() (string, error) {
	out := make([]string, groups)
	for i := range out {
		for range syllables {
			s, err := syllable()
			if err != nil {
				return "", err
			}
			out[i] += s
		}
	}
	return strings.Join(out, "-"), nil
}

func syllable() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(len(consonants)*len(vowels))))
	if err != nil {
		return "", err
	}
	i := int(n.Int64())
	return string(consonants[i/len(vowels)]) + string(vowels[i%len(vowels)]), nil
}
