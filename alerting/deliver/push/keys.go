package push

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// keys are the hub's VAPID keys (RFC 8292), in base64url.
type keys struct{ private, public string }

// CheckKey says what is wrong with a private VAPID key, if anything.
func CheckKey(secret []byte) error { _, err := newKeys(secret); return err }

// PublicKey is what browsers subscribe with.
func PublicKey(secret []byte) (string, error) {
	k, err := newKeys(secret)
	return k.public, err
}

func newKeys(secret []byte) (keys, error) {
	errKey := errors.New("want a private VAPID key, 32 bytes in base64url")
	raw, err := base64.RawURLEncoding.DecodeString(string(bytes.TrimRight(secret, "=")))
	if err != nil {
		return keys{}, errKey
	}
	private, err := ecdh.P256().NewPrivateKey(raw)
	if err != nil {
		return keys{}, errKey
	}
	return keys{
		private: base64.RawURLEncoding.EncodeToString(raw),
		public:  base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes()),
	}, nil
}

// token proves that whoever calls back has read the message. It is derived, so
// that a restart forgets none.
func token(secret []byte, incident, delivery string) string {
	own := hmac.New(sha256.New, secret)
	own.Write([]byte("campushub push receipt"))
	mac := hmac.New(sha256.New, own.Sum(nil))
	mac.Write([]byte(incident + "\x00" + delivery))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
