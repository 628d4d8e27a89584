package push_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver/delivertest"
	"example.org/campushub/alerting/deliver/push"
)

// browser is a subscriber with keys of its own.
type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	b := browser{key: key, auth: make([]byte, 16)}
	_, _ = rand.Read(b.auth)
	return b
}

func (b browser) at(endpoint string) push.Subscription {
	return push.Subscription{
		Endpoint: endpoint, Auth: base64.RawURLEncoding.EncodeToString(b.auth),
		P256dh: base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()),
	}
}

// decrypt is RFC 8291 from the reader's side: one record of aes128gcm
// (RFC 8188), its key agreed with the sender's key in the header.
func (b browser) decrypt(body []byte) ([]byte, error) {
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

// check is a push service's own reading of a request (RFC 8030).
func check(r delivertest.Request) string {
	ttl, err := strconv.Atoi(r.Header.Get("TTL"))
	switch {
	case r.Method != http.MethodPost:
		return "method " + r.Method
	case r.Header.Get("Content-Encoding") != "aes128gcm":
		return "encoding " + r.Header.Get("Content-Encoding")
	case err != nil || ttl < 0:
		return "TTL " + r.Header.Get("TTL")
	case len(r.Header.Get("Topic")) != 32:
		return "topic " + r.Header.Get("Topic")
	case !slices.Contains([]string{"very-low", "low", "normal", "high"}, r.Header.Get("Urgency")):
		return "urgency " + r.Header.Get("Urgency")
	}
	return ""
}

// signed checks a VAPID header (RFC 8292) against the public key that the
// subscription was made with.
func signed(r delivertest.Request, public []byte) error {
	t, k, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	if !ok || k != base64.RawURLEncoding.EncodeToString(public) {
		return fmt.Errorf("authorization %q", r.Header.Get("Authorization"))
	}
	parts := strings.Split(t, ".")
	if len(parts) != 3 {
		return errors.New("no token")
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	sum, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(sum) != 64 {
		return errors.New("no signature")
	}
	x, y := elliptic.Unmarshal(elliptic.P256(), public) //nolint:staticcheck // the point is checked by the key agreement already
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(&ecdsa.PublicKey{Curve: elliptic.P256(), X: x, Y: y}, digest[:], new(big.Int).SetBytes(sum[:32]), new(big.Int).SetBytes(sum[32:])) {
		return errors.New("the signature is another one")
	}
	return claimed(claims)
}

func claimed(raw []byte) error {
	var c struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return err
	}
	left := time.Until(time.Unix(c.Exp, 0))
	if !strings.HasPrefix(c.Aud, "http://127.0.0.1:") || c.Sub != "mailto:"+subscriber || left <= 0 || left > 24*time.Hour {
		return fmt.Errorf("claims %s", raw)
	}
	return nil
}
