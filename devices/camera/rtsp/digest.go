package rtsp

import (
	"crypto/md5" //nolint:gosec // what cameras ask for; RFC 7616 keeps it for that
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"slices"
	"strings"
)

// Credentials are a camera's account.
type Credentials struct {
	User     string
	Password string
}

// String keeps the password out of whatever prints credentials.
func (c Credentials) String() string { return c.User + ":…" }

// GoString does it for %#v.
func (c Credentials) GoString() string { return c.String() }

const maxCredentials = 1 << 10 // bytes

// ReadCredentials reads a file with one line, "user:password". Its error names
// the file and nothing that is in it.
func ReadCredentials(path string) (Credentials, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Credentials{}, fmt.Errorf("read camera credentials: %w", err)
	}
	line := strings.TrimRight(string(data), "\r\n")
	user, password, ok := strings.Cut(line, ":")
	if !ok || user == "" || len(data) > maxCredentials || strings.ContainsAny(line, "\r\n\"") {
		return Credentials{}, fmt.Errorf("read camera credentials %s: want one line user:password without a quotation mark", path)
	}
	return Credentials{User: user, Password: password}, nil
}

// ErrCredentials is a camera that refuses the account. Whoever goes on trying
// has many cameras shut the account for half an hour.
var ErrCredentials = errors.New("rtsp: the camera refuses user or password")

// errScheme is a camera that would take the password in the clear only.
var errScheme = errors.New("rtsp: the camera offers no digest authentication")

// digest answers a camera's challenges (RFC 7616; RFC 2069 where the camera is
// older). Its nonce stays in use until the camera gives another.
type digest struct {
	account   Credentials
	realm     string
	nonce     string
	opaque    string
	algorithm string // as the camera wrote it; "" is MD5
	qop       bool   // the camera knows quality of protection
	count     uint32 // of requests under this nonce
	cnonce    func() string
}

func randomNonce() string { return rand.Text()[:16] }

// challenge takes the WWW-Authenticate headers of a 401. SHA-256 is preferred.
func (d *digest) challenge(headers []string) error {
	if d.account.User == "" {
		return fmt.Errorf("%w: it asks for one, and none is configured", ErrCredentials)
	}
	best := map[string]string(nil)
	for _, h := range headers {
		scheme, rest, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Digest") {
			continue
		}
		p := parameters(rest)
		if newHash(p["algorithm"]) == nil || p["nonce"] == "" {
			continue
		}
		if best == nil || strings.HasPrefix(strings.ToUpper(p["algorithm"]), "SHA-256") {
			best = p
		}
	}
	if best == nil {
		return errScheme
	}
	qops := strings.FieldsFunc(best["qop"], func(r rune) bool { return r == ',' || r == ' ' })
	if len(qops) > 0 && !slices.Contains(qops, "auth") {
		return fmt.Errorf("%w without a digest of the body", errScheme)
	}
	d.realm, d.nonce, d.opaque, d.algorithm = best["realm"], best["nonce"], best["opaque"], best["algorithm"]
	d.qop, d.count = len(qops) > 0, 0
	return nil
}

// answer returns the Authorization header of a request; "" before a challenge.
func (d *digest) answer(method, uri string) string {
	if d.nonce == "" {
		return ""
	}
	d.count++
	sum := func(s string) string {
		h := newHash(d.algorithm)
		h.Write([]byte(s))
		return hex.EncodeToString(h.Sum(nil))
	}
	cnonce, count := d.cnonce(), fmt.Sprintf("%08x", d.count)
	a1 := sum(d.account.User + ":" + d.realm + ":" + d.account.Password)
	if strings.HasSuffix(strings.ToLower(d.algorithm), "-sess") {
		a1 = sum(a1 + ":" + d.nonce + ":" + cnonce)
	}
	a2 := sum(method + ":" + uri)
	response := sum(a1 + ":" + d.nonce + ":" + a2)
	if d.qop {
		response = sum(a1 + ":" + d.nonce + ":" + count + ":" + cnonce + ":auth:" + a2)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"`, d.account.User, d.realm, d.nonce, uri, response)
	if d.algorithm != "" {
		b.WriteString(", algorithm=" + d.algorithm)
	}
	if d.opaque != "" {
		b.WriteString(`, opaque="` + d.opaque + `"`)
	}
	if d.qop {
		b.WriteString(`, qop=auth, nc=` + count)
	}
	if d.qop || strings.HasSuffix(strings.ToLower(d.algorithm), "-sess") {
		b.WriteString(`, cnonce="` + cnonce + `"`)
	}
	return b.String()
}

// newHash is nil where nobody knows the algorithm.
func newHash(algorithm string) hash.Hash {
	switch strings.ToUpper(algorithm) {
	case "", "MD5", "MD5-SESS":
		return md5.New() //nolint:gosec // see above
	case "SHA-256", "SHA-256-SESS":
		return sha256.New()
	}
	return nil
}

// parameters reads the parameters of a challenge: name=value or name="value",
// with commas between. What is repeated counts the first time. Quotation marks
// and line ends never come out, so that none gets into a header.
func parameters(s string) map[string]string {
	out := map[string]string{}
	for s != "" {
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			return out
		}
		var value string
		if rest = strings.TrimLeft(rest, " "); strings.HasPrefix(rest, `"`) {
			value, rest, _ = strings.Cut(rest[1:], `"`)
			_, s, _ = strings.Cut(rest, ",")
		} else {
			value, s, _ = strings.Cut(rest, ",")
			value = strings.TrimSpace(value)
		}
		name = strings.ToLower(strings.Trim(name, " \t,"))
		if _, there := out[name]; !there && !strings.ContainsAny(value, "\"\r\n") {
			out[name] = value
		}
	}
	return out
}
