package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/oauth2"

	"example.org/campushub/alerting"
)

// How often the provider's document is read: with it go the keys that are known,
// so that one which the provider has withdrawn is believed for a minute at most.
const (
	readEvery = time.Minute
	askEvery  = 10 * time.Second // while it is gone
	// askAtMost is between two readings, also where somebody waits for the provider.
	askAtMost = time.Second
	// finishWithin bounds what the hub waits for a provider in one sign-in, and
	// answerWithin what it waits for one answer.
	finishWithin = 10 * time.Second
	answerWithin = 5 * time.Second
	// mostAtOnce bounds the sign-ins that ask the provider at the same time.
	// Overflow: refused, try again.
	mostAtOnce = 16
)

// Config says which provider is asked, and as whom.
type Config struct {
	// Issuer is the provider, as it names itself in its own document.
	Issuer string
	// ClientID and Secret are what the provider knows the hub by.
	ClientID string
	Secret   []byte
	// Claim holds the name of an account, for accounts that are not linked to a
	// subject; "" where only linked ones sign in.
	Claim string
	// Redirect is where the provider sends browsers back to, as it was told.
	Redirect string
	// Label is what people call the provider.
	Label alerting.Text
}

// Provider is an identity provider.
type Provider struct {
	config  Config
	client  *http.Client
	tickets *tickets
	asking  chan struct{} // a place for each sign-in that asks
	// wanted says that somebody waits for a provider that is gone. One word is
	// enough. Overflow: it is said already.
	wanted chan struct{}
	now    atomic.Pointer[known]
	up     prometheus.Gauge
	log    *slog.Logger
}

// known is what a provider's document said last. It is never changed.
type known struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	keys     oidc.KeySet
	signs    []string // the algorithms that its ID tokens may be signed by
	names    bool     // it names itself in each answer (RFC 9207)
}

// New builds it; nothing is asked before Run.
func New(c Config, reg prometheus.Registerer, log *slog.Logger) (*Provider, error) {
	p := &Provider{
		config: c, client: newClient(), tickets: newTickets(), asking: make(chan struct{}, mostAtOnce), wanted: make(chan struct{}, 1),
		up: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "campushub_identity_provider_up", Help: "1 while the identity provider's discovery document can be read.",
		}),
		log: log.With("component", "identity"),
	}
	if err := reg.Register(p.up); err != nil {
		return nil, fmt.Errorf("register identity metrics: %w", err)
	}
	return p, nil
}

// Label is what people call the provider.
func (p *Provider) Label() alerting.Text { return p.config.Label }

// Address is the hub's own, which the provider sends browsers back to.
func (p *Provider) Address() string {
	u, err := url.Parse(p.config.Redirect)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}

// There reports whether the provider answered when it was asked last. Where it did
// not, it is asked again soon.
func (p *Provider) There() bool {
	there := p.now.Load() != nil
	if !there {
		p.askSoon()
	}
	return there
}

func (p *Provider) askSoon() {
	select {
	case p.wanted <- struct{}{}:
	default:
	}
}

// Run asks for the provider's document until the context ends.
func (p *Provider) Run(ctx context.Context) error {
	defer p.client.CloseIdleConnections()
	said := ""
	for {
		k, err := p.discover(ctx)
		if ctx.Err() != nil {
			return nil
		}
		said = p.heard(k, err, said)
		wait := readEvery
		if err != nil {
			wait = askEvery
		}
		pause(ctx, askAtMost, nil)
		pause(ctx, wait-askAtMost, p.wanted)
	}
}

func pause(ctx context.Context, d time.Duration, wanted <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-wanted:
	case <-time.After(d):
	}
}

// heard takes up what the document says now, and tells the log what is news.
func (p *Provider) heard(k *known, err error, said string) string {
	p.now.Store(k)
	if err == nil {
		p.up.Set(1)
		if said != "" {
			p.log.Info("the identity provider is there again")
		}
		return ""
	}
	p.up.Set(0)
	if news := err.Error(); news != said {
		p.log.Warn("the identity provider can't be asked: people sign in by password", "error", err)
		said = news
	}
	return said
}

// discover reads the provider's document.
func (p *Provider) discover(ctx context.Context) (*known, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), answerWithin)
	defer cancel()
	found, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		return nil, refuse(Gone, err)
	}
	var more struct {
		JWKS  string   `json:"jwks_uri"`
		Info  string   `json:"userinfo_endpoint"`
		Signs []string `json:"id_token_signing_alg_values_supported"`
		Auth  []string `json:"token_endpoint_auth_methods_supported"`
		Names bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, refuse(Gone, err)
	}
	at := found.Endpoint()
	for _, end := range []string{at.AuthURL, at.TokenURL, more.JWKS} {
		if !p.encrypted(end) {
			return nil, refuse(Gone, fmt.Errorf("its document names %q where an https address must stand", end))
		}
	}
	if more.Info != "" && !p.encrypted(more.Info) {
		return nil, refuse(Gone, errors.New("its userinfo endpoint is no https address"))
	}
	if at.AuthStyle, err = authStyle(more.Auth); err != nil {
		return nil, refuse(Gone, err)
	}
	signs := signedBy(more.Signs)
	if len(signs) == 0 {
		return nil, refuse(Gone, fmt.Errorf("it signs by nothing that the hub can check, only %q", more.Signs))
	}
	return &known{
		provider: found, signs: signs, names: more.Names,
		keys: oidc.NewRemoteKeySet(ctx, more.JWKS), // of the context it takes the client alone
		oauth: oauth2.Config{
			ClientID: p.config.ClientID, ClientSecret: string(p.config.Secret), Endpoint: at, RedirectURL: p.config.Redirect, Scopes: p.scopes(),
		},
	}, nil
}

// signedBy are those of a provider's algorithms by which nobody but the provider
// can sign: with those that share a secret (HS256), or sign nothing, others can.
func signedBy(supported []string) []string {
	if len(supported) == 0 {
		return []string{oidc.RS256} // the one that every provider must have
	}
	own := []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
	return slices.DeleteFunc(slices.Clone(supported), func(a string) bool { return !slices.Contains(own, a) })
}

// encrypted reports whether an endpoint is reached by TLS, as the provider itself
// is; one on this machine needs none.
func (p *Provider) encrypted(end string) bool {
	u, err := url.Parse(end)
	if err != nil || u.Host == "" {
		return false
	}
	own, err := url.Parse(p.config.Issuer)
	return u.Scheme == "https" || err == nil && own.Scheme == "http" && u.Scheme == "http" && u.Hostname() == own.Hostname()
}

// authStyle is how the hub proves to the provider that it is the client. Trying
// both would use a code up.
func authStyle(supported []string) (oauth2.AuthStyle, error) {
	switch {
	case len(supported) == 0, slices.Contains(supported, "client_secret_basic"): // OpenID Connect Discovery 1.0, 3
		return oauth2.AuthStyleInHeader, nil
	case slices.Contains(supported, "client_secret_post"):
		return oauth2.AuthStyleInParams, nil
	}
	return 0, fmt.Errorf("it takes a client's secret in none of the ways that the hub knows, only %q", supported)
}

func (p *Provider) scopes() []string {
	if p.config.Claim == "" {
		return []string{oidc.ScopeOpenID}
	}
	return []string{oidc.ScopeOpenID, oidc.ScopeProfile}
}
