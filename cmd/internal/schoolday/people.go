package schoolday

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"example.org/campushub/alerting"
)

// people are those of the school and of the station, who work on pages. They
// are known to the hub as strangers are: by name and password, over HTTP.
type people struct {
	hub    *hub
	tokens map[alerting.Role]string
	drills map[string]string // id of the drill that is on, by its button
}

func newPeople(h *hub) *people {
	return &people{hub: h, tokens: map[alerting.Role]string{}, drills: map[string]string{}}
}

func (p *people) post(ctx context.Context, as alerting.Role, path string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return p.send(ctx, as, path, "application/json", raw, into)
}

func (p *people) send(ctx context.Context, as alerting.Role, path, kind string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.hub.http+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", kind)
	return p.ask(req, as, into)
}

func (p *people) get(ctx context.Context, as alerting.Role, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.hub.http+path, nil)
	if err != nil {
		return err
	}
	return p.ask(req, as, into)
}

// ask signs in where somebody has not yet, and reads the answer.
func (p *people) ask(req *http.Request, as alerting.Role, into any) error {
	if as != "" {
		if err := p.signIn(req.Context(), as); err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+p.tokens[as])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var said bytes.Buffer
	if _, err := said.ReadFrom(res.Body); err != nil {
		return err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %d: %s", req.Method, req.URL.Path, res.StatusCode, said.String())
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(said.Bytes(), into)
}

func (p *people) signIn(ctx context.Context, as alerting.Role) error {
	if p.tokens[as] != "" {
		return nil
	}
	for _, a := range p.hub.campus.Accounts {
		if a.Role != as {
			continue
		}
		var in struct{ Token string }
		if err := p.post(ctx, "", "/api/v1/session", map[string]any{"name": a.Name, "password": a.Password}, &in); err != nil {
			return fmt.Errorf("sign in as %s: %w", as, err)
		}
		p.tokens[as] = in.Token
		return nil
	}
	return fmt.Errorf("sign in as %s: there is no such account", as)
}
