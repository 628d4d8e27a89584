package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

// As redraw.js has it.
const (
	boardRests = 3
	boardRest  = time.Second
)

// board is one page with the board as its script behaves: it follows the stream
// and asks for the whole page again when something came, one request at a time
// and once more where something came meanwhile, after a rest of three times as long
// as the answer took, a second at the most.
type board struct {
	console, token string
	client         http.Client
}

func newBoard(p *person) *board {
	return &board{p.console, p.token, http.Client{Transport: &http.Transport{DisableCompression: true}}} // it counts what comes over the wire
}

func (b *board) leave() { b.client.CloseIdleConnections() }

func (b *board) get(ctx context.Context, path, accept string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.console+path, nil)
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	r.Header.Set("Accept", accept)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Authorization", "Bearer "+b.token)
	answer, err := b.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	if kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";"); answer.StatusCode != http.StatusOK || kind != accept {
		return nil, errors.Join(fmt.Errorf("board: GET %s: status %d, %s", path, answer.StatusCode, kind), answer.Body.Close())
	}
	return answer, nil
}

// draw fetches the page and says how many bytes came.
func (b *board) draw(ctx context.Context) (int64, error) {
	answer, err := b.get(ctx, "/", "text/html")
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	return io.Copy(io.Discard, answer.Body)
}

// followed is a board that is open.
type followed struct {
	*board
	seen   *sightings
	stream io.ReadCloser
	came   chan time.Time // when what is not drawn yet came
}

// follow draws the page and opens its stream.
func (b *board) follow(ctx context.Context, seen *sightings) (*followed, error) {
	if _, err := b.draw(ctx); err != nil {
		return nil, err
	}
	answer, err := b.get(ctx, "/api/v1/stream?beat=1", "text/event-stream") //nolint:bodyclose // run closes it
	if err != nil {
		return nil, err
	}
	return &followed{b, seen, answer.Body, make(chan time.Time, 1)}, nil
}

// run ends with ctx, which is no error.
func (f *followed) run(ctx context.Context) error {
	defer func() { _ = f.stream.Close() }()
	var drawing sync.WaitGroup
	defer drawing.Wait()
	following, stop := context.WithCancel(ctx)
	defer stop()
	drawing.Go(func() { f.redraw(following) })
	told := map[string]bool{}
	in := bufio.NewReaderSize(f.stream, 64<<10)
	for event := ""; ; {
		line, err := in.ReadString('\n')
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("board: its stream ended: %w", err)
		}
		at := time.Now()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event = strings.TrimSpace(name)
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok || event != "incident" {
			continue
		}
		var i struct {
			ID       string    `json:"id"`
			OpenedAt time.Time `json:"opened_at"`
		}
		if err := json.Unmarshal([]byte(data), &i); err != nil {
			return fmt.Errorf("board: an event cannot be read: %w", err)
		}
		if !told[i.ID] {
			told[i.ID] = true
			f.seen.told(at.Sub(i.OpenedAt))
		}
		select {
		case f.came <- at:
		default: // it will be drawn once more
		}
	}
}

func (f *followed) redraw(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case came := <-f.came:
			began := time.Now()
			n, err := f.draw(ctx)
			took := time.Since(began)
			if ctx.Err() != nil {
				return
			}
			f.seen.drawn(time.Since(came), n, err)
			if wait(ctx, min(boardRests*took, boardRest)) != nil {
				return
			}
		}
	}
}

// sightings are what all boards saw.
type sightings struct {
	mu             sync.Mutex
	frames, redraw []time.Duration
	bytes          int64
	fault          error
}

func (s *sightings) told(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames = append(s.frames, d)
}

func (s *sightings) drawn(d time.Duration, n int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redraw, s.bytes, s.fault = append(s.redraw, d), s.bytes+n, errors.Join(s.fault, err)
}

func (s *sightings) into(b *consoleBlock, presses int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.Frames, b.Redrawn = load.Measure(s.frames), load.Measure(s.redraw)
	b.Fetched, b.Bytes, b.Missing = len(s.redraw), s.bytes, presses*consolesOpen-len(s.frames)
	return s.fault
}
