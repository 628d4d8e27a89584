package identitytest

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the hub is registered as. The secret has what must be escaped.
const (
	ClientID = "campushub"
	Secret   = "s3cret/+ %:&=?"
)

// Provider is an identity provider on the loopback.
type Provider struct {
	// Issuer is its own name: http://localhost:port, which to a browser is another
	// site than 127.0.0.1.
	Issuer string

	redirect string
	server   *httptest.Server

	mu     sync.Mutex // guards what follows
	faults Faults
	keys   []key // the last one signs
	codes  map[string]*grant
	tokens map[string]string // subjects, by access token
	asked  map[string]int    // requests, by path
}

// Faults are how it differs from a good provider; each is nil or zero for none.
type Faults struct {
	Down  bool                            // it closes each connection
	Hangs chan struct{}                   // it answers when this is closed
	At    string                          // the path that Down and Hangs are about; "" all
	Fails string                          // the path that answers 500
	Leads string                          // the path that leads elsewhere
	Meta  func(document map[string]any)   // its discovery document
	Back  func(answer url.Values)         // what it sends a browser back with
	Token func(claims map[string]any)     // what its ID tokens say
	Info  func(claims map[string]any)     // what its userinfo endpoint says
	Sign  func(header, claims any) string // another way to sign
	Post  bool                            // it takes the secret in the body alone
}

// New starts one that sends browsers back to one address and no other.
func New(t testing.TB, redirect string) *Provider {
	p := &Provider{redirect: redirect, codes: map[string]*grant{}, tokens: map[string]string{}, asked: map[string]int{}}
	p.Rotate("RS256")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.document)
	mux.HandleFunc("GET /keys", p.jwks)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /authorize", p.login)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	p.server = httptest.NewServer(p.faulty(mux))
	t.Cleanup(func() {
		p.server.CloseClientConnections()
		p.server.Close()
	})
	p.Issuer = "http://localhost" + p.server.URL[strings.LastIndex(p.server.URL, ":"):]
	return p
}

// Be has it behave so from now on.
func (p *Provider) Be(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

func (p *Provider) now() Faults {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults
}

// Asked counts the requests of a path.
func (p *Provider) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

func (p *Provider) faulty(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked[r.URL.Path]++
		f := p.faults
		p.mu.Unlock()
		here := f.At == "" || f.At == r.URL.Path
		switch {
		case f.Down && here:
			panic(http.ErrAbortHandler)
		case f.Hangs != nil && here:
			select {
			case <-f.Hangs:
			case <-r.Context().Done():
				return
			}
		case f.Fails == r.URL.Path:
			http.Error(w, "out of order", http.StatusInternalServerError)
			return
		}
		if f.Leads == r.URL.Path {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func (p *Provider) document(w http.ResponseWriter, _ *http.Request) {
	f := p.now()
	auth := "client_secret_basic"
	if f.Post {
		auth = "client_secret_post"
	}
	d := map[string]any{
		"issuer": p.Issuer, "authorization_endpoint": p.Issuer + "/authorize", "token_endpoint": p.Issuer + "/token",
		"jwks_uri": p.Issuer + "/keys", "userinfo_endpoint": p.Issuer + "/userinfo",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "scopes_supported": []string{"openid", "profile"},
		"id_token_signing_alg_values_supported": []string{"RS256", "ES256", "HS256", "none"}, "code_challenge_methods_supported": []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{auth}, "authorization_response_iss_parameter_supported": true,
	}
	if f.Meta != nil {
		f.Meta(d)
	}
	answer(w, http.StatusOK, d)
}

func (p *Provider) jwks(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := []map[string]any{}
	for _, k := range p.keys {
		all = append(all, k.public())
	}
	answer(w, http.StatusOK, map[string]any{"keys": all})
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	f := p.now()
	p.mu.Lock()
	sub, ok := p.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	p.mu.Unlock()
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	claims := map[string]any{"sub": sub}
	if f.Info != nil {
		f.Info(claims)
	}
	answer(w, http.StatusOK, claims)
}

// idToken is what it says of somebody.
func (p *Provider) idToken(g *grant) string {
	f, now := p.now(), time.Now()
	claims := map[string]any{
		"iss": p.Issuer, "sub": g.subject, "aud": ClientID, "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Unix(), "nonce": g.asked.Get("nonce"), "auth_time": now.Unix(),
	}
	if f.Token != nil {
		f.Token(claims)
	}
	p.mu.Lock()
	k := p.keys[len(p.keys)-1]
	p.mu.Unlock()
	header := map[string]any{"alg": k.alg, "kid": k.id, "typ": "JWT"}
	if f.Sign != nil {
		return f.Sign(header, claims)
	}
	return k.sign(header, claims)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func drawn() string { return rand.Text() }
