package hub

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.org/campushub/alerting/deliver/push"
)

// vapidFile holds the private key that the hub proves itself with to push
// services, in base64url. Browsers subscribe with its public half: without the
// file every subscription is lost.
const vapidFile = "vapid.key"

// vapidKey reads the key in the hub's folder, and makes it where there is none.
func vapidKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, vapidFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeVAPIDKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read web push key: %w", err)
	}
	key := []byte(strings.TrimSpace(string(text)))
	if err := push.CheckKey(key); err != nil {
		return nil, fmt.Errorf("read web push key %s: %w", path, err)
	}
	return key, nil
}

// makeVAPIDKey writes a new key beside the others, readable by its owner alone,
// and puts it in place whole: a kill leaves no half of one.
func makeVAPIDKey(path string) ([]byte, error) {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make web push key: %w", err)
	}
	key := []byte(base64.RawURLEncoding.EncodeToString(private.Bytes()))
	f, err := os.CreateTemp(filepath.Dir(path), ".vapid-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("make web push key: %w", err)
	}
	_, err = f.Write(append(key[:len(key):len(key)], '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make web push key: %w", err), os.Remove(f.Name()))
	}
	return key, nil
}
