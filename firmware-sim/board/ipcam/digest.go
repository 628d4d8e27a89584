package ipcam

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

const realm = "camera"

// nonce is what is challenged with, and how often it was used.
type nonce struct {
	value string
	used  int
}

var parameter = regexp.MustCompile(`(\w+)="?([^",]*)"?`)

// challenge returns the header of a refusal, or "" where the request may pass
// (RFC 7616).
func (c *Camera) challenge(r asked) string {
	if c.config.User == "" {
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := map[string]string{}
	for _, m := range parameter.FindAllStringSubmatch(r.header.Get("Authorization"), -1) {
		p[m[1]] = m[2]
	}
	stale := false
	if p["response"] != "" && p["nonce"] != "" && c.answered(r, p) {
		if p["nonce"] == c.nonce.value && (c.config.NonceLife == 0 || c.nonce.used < c.config.NonceLife) {
			c.nonce.used++
			return ""
		}
		stale = true // the answer is right, the question is old
	}
	if stale || c.nonce.value == "" {
		c.nonce = nonce{value: rand.Text()}
	}
	var b strings.Builder
	for _, algorithm := range []string{"SHA-256", "MD5"} { // the best first (RFC 7616, 3.7)
		if c.config.Algorithm == "" || c.config.Algorithm == algorithm {
			fmt.Fprintf(&b, "WWW-Authenticate: Digest realm=\"%s\", nonce=\"%s\", algorithm=%s, qop=\"auth\", stale=%t\r\n", realm, c.nonce.value, algorithm, stale)
		}
	}
	return b.String()
}

func (c *Camera) answered(r asked, p map[string]string) bool {
	if p["username"] != c.config.User || p["uri"] != r.url {
		return false
	}
	sum := func(s string) string {
		h := md5.New()
		if p["algorithm"] == "SHA-256" {
			h = sha256.New()
		}
		h.Write([]byte(s))
		return fmt.Sprintf("%x", h.Sum(nil))
	}
	ha1 := sum(strings.Join([]string{c.config.User, realm, c.config.Password}, ":"))
	ha2 := sum(r.method + ":" + r.url)
	return p["response"] == sum(strings.Join([]string{ha1, p["nonce"], p["nc"], p["cnonce"], p["qop"], ha2}, ":"))
}
