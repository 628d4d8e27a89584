package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"
)

const (
	callLimit = 30 * time.Second
	pageSize  = 500
	bodyLimit = 16 << 20 // bytes of an answer
)

// people close, at the hub's API and between two turns, what the presses
// opened: each turn then begins with buttons at rest, and its presses open
// incidents as the first presses of a real day do. Whoever leads an incident
// resolves it: police the buttons' own, the school a stuck button's fault.
type people struct {
	police, school *person
}

// signIn reads the demo's own description for addresses and passwords.
func signIn(ctx context.Context, demo string) (*people, error) {
	f, err := readDemo(demo)
	if err != nil {
		return nil, err
	}
	var p people
	if p.police, err = f.person(ctx, "liaison"); err != nil {
		return nil, err
	}
	if p.school, err = f.person(ctx, "officer"); err != nil {
		p.police.leave()
		return nil, err
	}
	return &p, nil
}

// demoFile is what signing in needs of a running demo's description.
type demoFile struct {
	Console  string        `json:"console"`
	Accounts []demoAccount `json:"accounts"`
}

type demoAccount struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Password string `json:"password"`
}

func readDemo(path string) (f demoFile, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("read demo file: %w", err)
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, fmt.Errorf("decode demo file: %w", err)
	}
	return f, nil
}

// first is the first account of a role.
func (f demoFile) first(role string) (demoAccount, error) {
	at := slices.IndexFunc(f.Accounts, func(a demoAccount) bool { return a.Role == role })
	if at < 0 {
		return demoAccount{}, fmt.Errorf("sign in: the demo has no %s", role)
	}
	return f.Accounts[at], nil
}

// person signs the first account of a role in.
func (f demoFile) person(ctx context.Context, role string) (*person, error) {
	a, err := f.first(role)
	if err != nil {
		return nil, err
	}
	return f.signIn(ctx, a.Name, a.Password)
}

func (f demoFile) signIn(ctx context.Context, name, password string) (*person, error) {
	p := &person{console: f.Console, client: http.Client{Timeout: callLimit, Transport: &http.Transport{}}}
	var session struct {
		Token string `json:"token"`
	}
	if err := p.call(ctx, http.MethodPost, "/api/v1/session", map[string]string{"name": name, "password": password}, &session); err != nil {
		p.leave()
		return nil, err
	}
	p.token = session.Token
	return p, nil
}

// closeAll resets and resolves every open incident and says how many.
func (p *people) closeAll(ctx context.Context) (closed int, err error) {
	for {
		var page struct {
			Incidents []struct {
				ID   string `json:"id"`
				Lead string `json:"lead"`
			} `json:"incidents"`
		}
		if err := p.police.call(ctx, http.MethodGet, fmt.Sprintf("/api/v1/incidents?state=open&limit=%d", pageSize), nil, &page); err != nil {
			return closed, err
		}
		if len(page.Incidents) == 0 {
			return closed, nil
		}
		for _, i := range page.Incidents {
			who := p.police
			if i.Lead == "school" {
				who = p.school
			}
			if err := who.close(ctx, i.ID); err != nil {
				return closed, err
			}
			closed++
		}
	}
}

// opened is when each open incident was, as the hub read its press.
func (p *people) opened(ctx context.Context) (map[string]time.Time, error) {
	var page struct {
		Incidents []struct {
			ID       string    `json:"id"`
			OpenedAt time.Time `json:"opened_at"`
		} `json:"incidents"`
	}
	err := p.police.call(ctx, http.MethodGet, fmt.Sprintf("/api/v1/incidents?state=open&limit=%d", pageSize), nil, &page)
	out := map[string]time.Time{}
	for _, i := range page.Incidents {
		out[i.ID] = i.OpenedAt
	}
	return out, err
}

func (p *people) leave() {
	p.police.leave()
	p.school.leave()
}

// person is somebody signed in.
type person struct {
	console, token string
	client         http.Client
}

func (p *person) close(ctx context.Context, incident string) error {
	at := "/api/v1/incidents/" + incident
	if err := p.call(ctx, http.MethodPost, at+"/reset", map[string]string{"reason": "benchmark"}, nil); err != nil {
		return err
	}
	return p.call(ctx, http.MethodPost, at+"/resolve", map[string]string{"outcome": "unfounded", "reason": "benchmark"}, nil)
}

// call sends one request; any answer but 2xx is an error.
func (p *person) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader = http.NoBody
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, p.console+path, body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	r.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit))
	switch {
	case err != nil:
		return fmt.Errorf("%s %s: %w", method, path, err)
	case answer.StatusCode/100 != 2:
		return fmt.Errorf("%s %s: status %d: %.200s", method, path, answer.StatusCode, raw)
	case out == nil:
		return nil
	}
	return json.Unmarshal(raw, out)
}

func (p *person) leave() { p.client.CloseIdleConnections() }
