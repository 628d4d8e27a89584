package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Skew is how far the clocks of hub and provider may be apart.
const Skew = 2 * time.Minute

// Who is whom the provider vouches for.
type Who struct {
	Issuer, Subject string
	// Name is what the configured claim holds; "" where none is configured, or the
	// provider says nothing of it.
	Name string
}

// Begin is where a browser is sent to, and the ticket that it keeps meanwhile.
// next is the page to return to. It fails with Gone.
func (p *Provider) Begin(next string, now time.Time) (to, held string, err error) {
	k := p.now.Load()
	if k == nil {
		p.askSoon()
		return "", "", refuse(Gone, nil)
	}
	ticket, held := p.tickets.begin(next, now)
	to = k.oauth.AuthCodeURL(ticket.State,
		oidc.Nonce(p.tickets.nonce(ticket)), oauth2.S256ChallengeOption(p.tickets.verifier(ticket)),
		// A desk is shared: who presses here is asked who they are, and not taken for
		// the colleague who signed out of the hub and not of the provider.
		oauth2.SetAuthURLParam("prompt", "login"),
	)
	return to, held, nil
}

// Finish takes what the provider sent a browser back with, and asks it who that
// is. next is the page to return to, also where somebody who did begin is refused.
// It fails with *RefusedError.
func (p *Provider) Finish(ctx context.Context, held string, answer url.Values, now time.Time) (who Who, next string, err error) {
	ticket, ok := p.tickets.read(held, now)
	if !ok || ticket.State != answer.Get("state") {
		return Who{}, "/", refuse(State, nil)
	}
	if !p.tickets.take(ticket, now) {
		return Who{}, ticket.Next, refuse(Used, nil)
	}
	who, err = p.ask(ctx, ticket, answer, now)
	if Refusal(err) == Gone {
		p.askSoon() // the next page says so
	}
	return who, ticket.Next, err
}

// ask follows OpenID Connect Core 1.0, 3.1.2.5 to 3.1.3.7.
func (p *Provider) ask(ctx context.Context, t ticket, answer url.Values, now time.Time) (Who, error) {
	k := p.now.Load()
	if k == nil {
		return Who{}, refuse(Gone, nil)
	}
	// Who answers comes before what is answered: an error may be somebody else's too.
	if iss := answer.Get("iss"); (iss != "" || k.names) && iss != p.config.Issuer {
		return Who{}, refuse(Issuer, fmt.Errorf("answered by %q", iss))
	}
	if said := answer.Get("error"); said != "" {
		return Who{}, refuse(Denied, errors.New(said))
	}
	select {
	case p.asking <- struct{}{}:
		defer func() { <-p.asking }()
	default:
		return Who{}, refuse(Crowded, nil)
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), finishWithin)
	defer cancel()
	got, err := k.oauth.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(p.tickets.verifier(t)))
	if err != nil {
		return Who{}, refuse(exchangeReason(err), err)
	}
	token, err := p.verify(ctx, k, got, now)
	if err != nil {
		return Who{}, err
	}
	if token.Nonce != p.tickets.nonce(t) {
		return Who{}, refuse(Nonce, nil)
	}
	name, err := p.name(ctx, k, got, token)
	return Who{Issuer: token.Issuer, Subject: token.Subject, Name: name}, err
}

// exchangeReason tells a provider that refuses from one that is not there.
func exchangeReason(err error) Reason {
	var said *oauth2.RetrieveError
	if errors.As(err, &said) && said.Response.StatusCode < 500 {
		return Code
	}
	return Gone
}

// verify holds the ID token to what it must be: signed by a key of the provider,
// of it, for the hub and nobody else, and of now.
func (p *Provider) verify(ctx context.Context, k *known, got *oauth2.Token, now time.Time) (*oidc.IDToken, error) {
	raw, _ := got.Extra("id_token").(string)
	if raw == "" {
		return nil, refuse(Token, errors.New("there is none"))
	}
	keys := &heard{KeySet: k.keys}
	token, err := oidc.NewVerifier(p.config.Issuer, keys, &oidc.Config{
		ClientID: p.config.ClientID, SupportedSigningAlgs: k.signs,
		Now: func() time.Time { return now.Add(-Skew) }, // for exp; of nbf the library forgives 5 minutes
	}).Verify(ctx, raw)
	switch {
	case keys.gone():
		return nil, refuse(Gone, keys.err)
	case err != nil:
		return nil, refuse(Token, err)
	}
	var of struct {
		Party string `json:"azp"`
	}
	if err := token.Claims(&of); err != nil {
		return nil, refuse(Token, err)
	}
	switch {
	case token.Subject == "":
		err = errors.New("it names no subject")
	case token.Issuer != p.config.Issuer:
		err = errors.New("it is of another issuer")
	case of.Party != "" && of.Party != p.config.ClientID, of.Party == "" && len(token.Audience) > 1:
		err = fmt.Errorf("it is for %q, by the word of %q", token.Audience, of.Party)
	case token.IssuedAt.IsZero() || token.IssuedAt.Unix() == 0:
		err = errors.New("it does not say since when it is")
	case token.IssuedAt.After(now.Add(Skew)):
		err = fmt.Errorf("it is of the future by %v: look at the clocks", token.IssuedAt.Sub(now))
	case token.AccessTokenHash != "":
		err = token.VerifyAccessToken(got.AccessToken)
	}
	if err != nil {
		return nil, refuse(Token, err)
	}
	return token, nil
}

// heard remembers why a signature could not be checked: the library's verifier
// has it in words alone.
type heard struct {
	oidc.KeySet
	err error
}

func (h *heard) VerifySignature(ctx context.Context, jwt string) (payload []byte, err error) {
	payload, h.err = h.KeySet.VerifySignature(ctx, jwt)
	return payload, h.err
}

// gone tells keys that can't be read from a signature that is not good, which the
// library does in words too.
func (h *heard) gone() bool {
	return h.err != nil && (strings.HasPrefix(h.err.Error(), "fetching keys ") || errors.Is(h.err, context.DeadlineExceeded))
}

// name is what the configured claim holds. Providers may say it in the ID token,
// or when they are asked (OpenID Connect Core 1.0, 5.4).
func (p *Provider) name(ctx context.Context, k *known, got *oauth2.Token, token *oidc.IDToken) (string, error) {
	if p.config.Claim == "" {
		return "", nil
	}
	if name, ok := p.claimed(token); ok {
		return name, nil
	}
	if k.provider.UserInfoEndpoint() == "" {
		return "", nil
	}
	info, err := k.provider.UserInfo(ctx, oauth2.StaticTokenSource(got))
	if err != nil {
		return "", refuse(Gone, err)
	}
	if info.Subject != token.Subject { // 5.3.2: it may be about somebody else
		return "", refuse(Token, errors.New("the userinfo endpoint speaks of another subject"))
	}
	name, _ := p.claimed(info)
	return name, nil
}

// claimed is the claim's value, where it is a text.
func (p *Provider) claimed(from interface{ Claims(any) error }) (name string, ok bool) {
	all := map[string]json.RawMessage{}
	if from.Claims(&all) != nil {
		return "", false
	}
	ok = json.Unmarshal(all[p.config.Claim], &name) == nil && name != ""
	return name, ok
}

// Refusal is why an error refuses; "" for another error.
func Refusal(err error) Reason {
	var r *RefusedError
	if errors.As(err, &r) && slices.Contains(Reasons(), r.Reason) {
		return r.Reason
	}
	return ""
}
