package provision

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// A password is typed by hand from a screen: syllables that can be said,
// without letters that look like others. Four groups of two of 70 syllables
// carry 49 bits, and every guess costs an argon2id.
const (
	passwordConsonants = "bdfghkmnprstvz"
	passwordVowels     = "aeiou"
	passwordGroups     = 4
	groupSyllables     = 2
)

func readablePassword() (string, error) {
	groups := make([]string, passwordGroups)
	for i := range groups {
		for range groupSyllables {
			s, err := syllable()
			if err != nil {
				return "", err
			}
			groups[i] += s
		}
	}
	return strings.Join(groups, "-"), nil
}

func syllable() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(len(passwordConsonants)*len(passwordVowels))))
	if err != nil {
		return "", err
	}
	i := int(n.Int64())
	return string(passwordConsonants[i/len(passwordVowels)]) + string(passwordVowels[i%len(passwordVowels)]), nil
}
