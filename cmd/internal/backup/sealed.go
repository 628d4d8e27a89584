package backup

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// Sealed secrets are these words, a salt, a nonce, and the files as JSON,
// encrypted by XChaCha20-Poly1305 under a key that argon2id makes of the
// passphrase, with the second set of parameters that RFC 9106 recommends.
const (
	sealedWords  = "campushub sealed secrets 1\n"
	saltSize     = 16
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 4
)

// MinPassphrase is how long a passphrase must be, in bytes.
const MinPassphrase = 12

// ErrPassphrase says that sealed secrets do not open.
var ErrPassphrase = errors.New("the passphrase does not open the sealed secrets")

// content is a file in memory.
type content struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

func sealKey(passphrase, salt []byte) []byte {
	return argon2.IDKey(passphrase, salt, argonTime, argonMemory, argonThreads, chacha20poly1305.KeySize)
}

func seal(files []content, passphrase []byte) ([]byte, error) {
	if len(passphrase) < MinPassphrase {
		return nil, fmt.Errorf("the passphrase has %d bytes, want at least %d", len(passphrase), MinPassphrase)
	}
	plain, err := json.Marshal(files)
	if err != nil {
		return nil, fmt.Errorf("encode secrets: %w", err)
	}
	out := make([]byte, saltSize+chacha20poly1305.NonceSizeX)
	_, _ = rand.Read(out) // never fails: crypto/rand ends the process instead
	salt, nonce := out[:saltSize], out[saltSize:]
	box, err := chacha20poly1305.NewX(sealKey(passphrase, salt))
	if err != nil {
		return nil, fmt.Errorf("seal secrets: %w", err)
	}
	return box.Seal(append([]byte(sealedWords), out...), nonce, plain, []byte(sealedWords)), nil
}

func unseal(b, passphrase []byte) (files []content, err error) {
	rest, ok := strings.CutPrefix(string(b), sealedWords)
	if !ok || len(rest) < saltSize+chacha20poly1305.NonceSizeX {
		return nil, errors.New("the sealed secrets are of a form that this program does not know")
	}
	salt, nonce := []byte(rest[:saltSize]), []byte(rest[saltSize:saltSize+chacha20poly1305.NonceSizeX])
	box, err := chacha20poly1305.NewX(sealKey(passphrase, salt))
	if err != nil {
		return nil, fmt.Errorf("open sealed secrets: %w", err)
	}
	plain, err := box.Open(nil, nonce, []byte(rest[saltSize+chacha20poly1305.NonceSizeX:]), []byte(sealedWords))
	if err != nil {
		return nil, ErrPassphrase
	}
	if err := json.Unmarshal(plain, &files); err != nil {
		return nil, fmt.Errorf("decode secrets: %w", err)
	}
	return files, nil
}
