package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"
)

// posters are HTTP clients of Alertmanager's API, each with a kept connection
// of its own. A POST that was not answered by a 2xx is sent again.
type posters struct {
	address string
	clients []*http.Client
	turn    func() *tally
	under   sync.WaitGroup
}

func openPosters(ctx context.Context, address string, n int, turn func() *tally) (*posters, error) {
	s := &posters{address: "http://" + address, turn: turn}
	var g errgroup.Group
	g.SetLimit(dialsAtOnce)
	for range n {
		c := &http.Client{Timeout: callLimit, Transport: &http.Transport{MaxConnsPerHost: 1}}
		s.clients = append(s.clients, c)
		g.Go(func() error { return s.call(ctx, c, http.MethodGet, "/-/healthy", nil) })
	}
	if err := g.Wait(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *posters) send(ctx context.Context, i int, id string) {
	c := s.clients[i%len(s.clients)]
	body := fmt.Appendf(nil, `[{"labels":{"alertname":"press","severity":"critical","school":"bench","device":"x-%d","id":%q}}]`, i+1, id)
	s.under.Go(func() {
		turn := s.turn()
		turn.began(id)
		for s.call(ctx, c, http.MethodPost, "/api/v2/alerts", body) != nil {
			if wait(ctx, againAfter) != nil {
				return
			}
		}
		turn.acknowledged(id)
	})
}

// call reads the whole answer, so that the connection is kept.
func (s *posters) call(ctx context.Context, c *http.Client, method, path string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, method, s.address+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.Do(r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, bodyLimit)); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: status %d", method, path, answer.StatusCode)
	}
	return nil
}

func (s *posters) close() {
	s.under.Wait()
	for _, c := range s.clients {
		c.CloseIdleConnections()
	}
}
