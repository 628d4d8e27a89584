package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"example.org/campushub/alerting/office/password"
)

// file reads the file that t names, and reports it missing.
func (r *reader) file(t text, limit int) ([]byte, bool) {
	if !t.ok {
		return nil, false
	}
	path := relative(t.src.dir, t.s)
	data, err := readFile(path, limit)
	if err != nil {
		r.fault(t.value, "read file %q: %s", t.s, reason(err))
		return nil, false
	}
	r.config.Files = append(r.config.Files, File{Path: path, Secret: limit == maxSecret || bytes.Contains(data, []byte("PRIVATE KEY-----"))})
	return data, true
}

// credential reads the SHA-256 of a client's secret. The secret itself is
// random and long, so that a plain digest keeps it.
func (r *reader) credential(o object, user string) {
	t := o.need("secret_file")
	data, ok := r.file(t, maxSecret)
	if !ok {
		return
	}
	sum, err := hex.DecodeString(string(bytes.TrimSpace(data)))
	if err != nil || len(sum) != sha256.Size {
		r.fault(t.value, "file %q: want the SHA-256 of the secret, 64 hexadecimal digits", t.s)
		return
	}
	r.config.credentials[user] = [sha256.Size]byte(sum)
}

// key reads the key that a webhook's posts are signed with.
func (r *reader) key(o object) []byte {
	t := o.need("secret_file")
	data, ok := r.file(t, maxSecret)
	if !ok {
		return nil
	}
	data = bytes.TrimSpace(data)
	if len(data) < minWebhookKey {
		r.fault(t.value, "file %q: want a key of at least %d bytes, found %d", t.s, minWebhookKey, len(data))
	}
	return data
}

// passwordHash reads the argon2id hash of a person's password.
func (r *reader) passwordHash(o object) string {
	t := o.need("password_file")
	data, ok := r.file(t, maxSecret)
	if !ok {
		return ""
	}
	hash := string(bytes.TrimSpace(data))
	if !password.Valid(hash) {
		r.fault(t.value, "file %q: want an argon2id hash in PHC form, $argon2id$v=19$m=…", t.s)
	}
	return hash
}
