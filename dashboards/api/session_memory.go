package api

import (
	"crypto/sha256"
	"log/slog"
	"sync"
	"time"
)

// mostRemembered bounds the sessions that the hub knows by heart. Overflow: any
// other one is forgotten; it is read again while the disk can be.
const mostRemembered = 4096

// memory is what was read of sessions last. While the disk can't be read whoever
// was signed in stays so until their session ends: a board that goes dark because
// of a disk shows no alarm. Whom the hub signs out is forgotten here first.
type memory struct {
	mu    sync.Mutex // guards what follows
	known map[[sha256.Size]byte]remembered
	said  time.Time // when the log was told last that the disk can't be read
}

const sayEvery = time.Minute

type remembered struct {
	account  string
	password string // fingerprint of its hash
	how      by
	until    time.Time
}

func newMemory() *memory { return &memory{known: map[[sha256.Size]byte]remembered{}} }

func (m *memory) keep(token string, r remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := sha256.Sum256([]byte(token))
	if _, ok := m.known[key]; !ok && len(m.known) >= mostRemembered {
		for other := range m.known {
			delete(m.known, other)
			break
		}
	}
	m.known[key] = r
}

func (m *memory) recall(token string, now time.Time) (remembered, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.known[sha256.Sum256([]byte(token))]
	return r, ok && now.Before(r.until)
}

// say tells the log, once a minute, that sessions are told by heart.
func (m *memory) say(log *slog.Logger, cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := time.Now(); now.Sub(m.said) >= sayEvery {
		m.said = now
		log.Error("reading sessions failed: whoever was signed in stays so", "error", cause)
	}
}

func (m *memory) forget(token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, sha256.Sum256([]byte(token)))
}

// forgetAll forgets every session of an account.
func (m *memory) forgetAll(account string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, r := range m.known {
		if r.account == account {
			delete(m.known, key)
		}
	}
}
