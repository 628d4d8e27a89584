package push_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting/deliver/delivertest"
)

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
