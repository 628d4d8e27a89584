// Package pushtest is a browser that has subscribed to web push, as tests need
// one: it opens what was encrypted for it, written from the standards alone.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver/push"
)

// Browser is a subscriber with keys of its own.
type Browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

// New makes a browser.
func New(t *testing.T) Browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	b := Browser{key: key, auth: make([]byte, 16)}
	_, _ = rand.Read(b.auth)
	return b
}

// At is the browser as its Push API gives it.
func (b Browser) At(endpoint string) push.Subscription {
	return push.Subscription{
		Endpoint: endpoint, Auth: base64.RawURLEncoding.EncodeToString(b.auth),
		P256dh: base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()),
	}
}

// Open is RFC 8291 from the reader's side: one record of aes128gcm
// (RFC 8188), its key agreed with the sender's key in the header.
func (b Browser) Open(body []byte) ([]byte, error) {
	if len(body) < 21+65 || body[20] != 65 {
		return nil, errors.New("no header")
	}
	salt, size, from, sealed := body[:16], binary.BigEndian.Uint32(body[16:20]), body[21:86], body[86:]
	if len(body) > 4096 || int(size) < len(sealed) {
		return nil, fmt.Errorf("%d bytes, records of %d", len(body), size)
	}
	sender, err := ecdh.P256().NewPublicKey(from)
	if err != nil {
		return nil, err
	}
	shared, err := b.key.ECDH(sender)
	if err != nil {
		return nil, err
	}
	info := "WebPush: info\x00" + string(b.key.PublicKey().Bytes()) + string(from)
	first, err := hkdf.Key(sha256.New, shared, b.auth, info, 32)
	if err != nil {
		return nil, err
	}
	key, keyErr := hkdf.Key(sha256.New, first, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, nonceErr := hkdf.Key(sha256.New, first, salt, "Content-Encoding: nonce\x00", 12)
	block, err := aes.NewCipher(key)
	if err := errors.Join(keyErr, nonceErr, err); err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	open, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, err
	}
	text := strings.TrimRight(string(open), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		return nil, errors.New("no end of the last record")
	}
	return []byte(strings.TrimSuffix(text, "\x02")), nil
}
