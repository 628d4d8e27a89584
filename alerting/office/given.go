package office

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// mostGiven bounds the tokens that are known without a look at the disk. Overflow:
// from then on each is looked up, also one that was never given out.
const mostGiven = 100_000

type tokenHash = [sha256.Size]byte

// given is every token of a session that can be there: the hash of each that was
// given out and has not expired. Whoever floods the hub with tokens that are none
// costs it no read of the disk, from however many addresses they come; and nobody
// who is signed in waits for them, as they would at a limit for an address that a
// whole school shares. One that is not there any more may stay in it: that is looked
// up, and not found.
type given struct {
	mu    sync.RWMutex // guards what follows
	until map[tokenHash]int64
	all   bool // false: there were too many, and it can't be said that one is none
}

// open reads what was given out before the start.
func (g *given) open(ctx context.Context, db *sql.DB, now time.Time) error {
	g.until, g.all = map[tokenHash]int64{}, true
	rows, err := db.QueryContext(ctx, `SELECT token_hash, expires_ms FROM sessions WHERE expires_ms > ? LIMIT ?`, now.UnixMilli(), mostGiven+1)
	if err != nil {
		return fmt.Errorf("read sessions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var hash []byte
		var until int64
		if err := rows.Scan(&hash, &until); err != nil {
			return fmt.Errorf("read sessions: %w", err)
		}
		g.add(tokenHash(hash), until)
	}
	return rows.Err()
}

// add follows what is on the disk: nobody has the token before it is.
func (g *given) add(h tokenHash, until int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, known := g.until[h]; !known && len(g.until) >= mostGiven {
		g.all = false
		return
	}
	g.until[h] = until
}

func (g *given) remove(h tokenHash) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.until, h)
}

// prune forgets what has expired.
func (g *given) prune(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for h, until := range g.until {
		if until <= now.UnixMilli() {
			delete(g.until, h)
		}
	}
}

// may reports whether the token can be there.
func (g *given) may(h tokenHash) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	_, known := g.until[h]
	return known || !g.all
}
