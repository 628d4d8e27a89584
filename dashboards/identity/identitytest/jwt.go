package identitytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
)

// key signs ID tokens (RFC 7515, 7518).
type key struct {
	id, alg string
	signer  crypto.Signer
}

// Rotate has it sign with a new key from now on; those before are still told of.
func (p *Provider) Rotate(alg string) {
	k := newKey(alg)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = append(p.keys, k)
}

// Withdraw has it tell of the last key alone.
func (p *Provider) Withdraw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = p.keys[len(p.keys)-1:]
}

// Forger signs as the provider does, with a key of the same name that is not the
// provider's.
func (p *Provider) Forger() func(header, claims any) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return newKey(p.keys[len(p.keys)-1].alg).sign
}

// Old signs with the first key that the provider ever had.
func (p *Provider) Old() func(header, claims any) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.keys[0]
	return func(_, claims any) string { return k.sign(map[string]any{"alg": k.alg, "kid": k.id}, claims) }
}

// Unsigned signs nothing.
func Unsigned(header, claims any) string {
	h := header.(map[string]any)
	h["alg"] = "none"
	return part(h) + "." + part(claims) + "."
}

// BySecret signs with what the client knows too.
func BySecret(header, claims any) string {
	h := header.(map[string]any)
	h["alg"] = "HS256"
	said := part(h) + "." + part(claims)
	mac := hmac.New(sha256.New, []byte(Secret))
	mac.Write([]byte(said))
	return said + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func newKey(alg string) key {
	k := key{id: drawn(), alg: alg}
	var err error
	if alg == "ES256" {
		k.signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		k.signer, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		panic(err)
	}
	return k
}

func (k key) sign(header, claims any) string {
	said := part(header) + "." + part(claims)
	sum := sha256.Sum256([]byte(said))
	var sig []byte
	var err error
	switch s := k.signer.(type) {
	case *ecdsa.PrivateKey:
		r, v, e := ecdsa.Sign(rand.Reader, s, sum[:])
		sig, err = append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...), e
	case *rsa.PrivateKey:
		sig, err = rsa.SignPKCS1v15(rand.Reader, s, crypto.SHA256, sum[:])
	}
	if err != nil {
		panic(err)
	}
	return said + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func (k key) public() map[string]any {
	out := map[string]any{"kid": k.id, "alg": k.alg, "use": "sig"}
	switch s := k.signer.Public().(type) {
	case *ecdsa.PublicKey:
		raw, _ := s.Bytes() // 4, x, y
		out["kty"], out["crv"], out["x"], out["y"] = "EC", "P-256", coded(raw[1:33]), coded(raw[33:])
	case *rsa.PublicKey:
		out["kty"], out["n"], out["e"] = "RSA", coded(s.N.Bytes()), coded(big.NewInt(int64(s.E)).Bytes())
	}
	return out
}

func part(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return coded(raw)
}

func coded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
