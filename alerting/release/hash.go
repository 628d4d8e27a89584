package release

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// hash is the fingerprint of what a draft sends: to whom, as which number,
// and every character of every text. Each part ends with a NUL, which no name
// and no text holds.
func hash(d Draft) string {
	h := sha256.New()
	part := func(s string) {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	part(strconv.Itoa(d.Number))
	part(string(d.Mode))
	for _, r := range d.Rendered {
		part(r.School)
		part(r.Text.ZH)
		part(r.Text.EN)
	}
	return hex.EncodeToString(h.Sum(nil))
}
