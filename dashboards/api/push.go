package api

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Push keeps the browsers that accounts want to be told through.
type Push interface {
	// Key is the public key that an account's browsers subscribe with, in
	// base64url; false where no contact is reached through them.
	Key(a people.Account) (key string, ok bool)
	// Subscribe tells the account through one more browser; it is durable then.
	Subscribe(ctx context.Context, account string, s Subscription, now time.Time) error
	// Unsubscribe tells the account through a browser no more.
	Unsubscribe(ctx context.Context, account, endpoint string) error
}

// Subscription is one browser, as its Push API gives it.
type Subscription struct {
	Endpoint string
	Auth     string // base64url
	P256dh   string // base64url
}

// PushKey is what the account's browsers subscribe with; false where nobody is
// told through them: there is nothing to switch on.
func (s *Server) PushKey(a people.Account) (key string, ok bool) {
	if s.push == nil {
		return "", false
	}
	return s.push.Key(a)
}

type pushKeyOutput struct {
	Body struct {
		Key string `json:"key" doc:"The application server key, in base64url."`
	}
}

type subscriptionInput struct {
	Body struct {
		Endpoint string `json:"endpoint" minLength:"1" maxLength:"1024"`
		Keys     struct {
			Auth   string `json:"auth" maxLength:"64"`
			P256dh string `json:"p256dh" maxLength:"128"`
		} `json:"keys"`
	}
}

type unsubscriptionInput struct {
	Body struct {
		Endpoint string `json:"endpoint" minLength:"1" maxLength:"1024"`
	}
}

func (s *Server) mountPush(h huma.API) {
	if s.push == nil {
		return
	}
	huma.Register(h, huma.Operation{
		OperationID: "push-key", Method: http.MethodGet, Path: "/api/v1/push",
		Summary: "The key that one's own browser subscribes with; 404 where no contact is reached through it", Security: signedIn(),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 404, 503},
	}, s.getPushKey)
	huma.Register(h, huma.Operation{
		OperationID: "subscribe", Method: http.MethodPost, Path: "/api/v1/push/subscriptions",
		Summary: "Be told through this browser too", Security: signedIn(), MaxBodyBytes: jsonBody, DefaultStatus: http.StatusNoContent,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 404, 413, 415, 422, 503},
	}, s.postSubscription)
	huma.Register(h, huma.Operation{
		OperationID: "unsubscribe", Method: http.MethodDelete, Path: "/api/v1/push/subscriptions",
		Summary: "Be told through this browser no more", Security: signedIn(), MaxBodyBytes: jsonBody, DefaultStatus: http.StatusNoContent,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 413, 415, 422, 503},
	}, s.deleteSubscription)
}

func (s *Server) getPushKey(ctx context.Context, _ *struct{}) (*pushKeyOutput, error) {
	key, ok := s.PushKey(accountOf(ctx))
	if !ok {
		return nil, s.problemOf(errNoPush)
	}
	out := &pushKeyOutput{}
	out.Body.Key = key
	return out, nil
}

var errNoPush = fmt.Errorf("%w: no contact is reached through this account's browsers", alerting.ErrNotFound)

func (s *Server) postSubscription(ctx context.Context, in *subscriptionInput) (*struct{}, error) {
	a := accountOf(ctx)
	if _, ok := s.PushKey(a); !ok {
		return nil, s.problemOf(errNoPush)
	}
	sub := Subscription{Endpoint: in.Body.Endpoint, Auth: in.Body.Keys.Auth, P256dh: in.Body.Keys.P256dh}
	if err := sub.check(); err != nil {
		return nil, s.problemOf(err)
	}
	if err := s.push.Subscribe(ctx, a.Name, sub, time.Now()); err != nil {
		return nil, s.unkept(err)
	}
	return nil, nil
}

func (s *Server) deleteSubscription(ctx context.Context, in *unsubscriptionInput) (*struct{}, error) {
	if err := s.push.Unsubscribe(ctx, accountOf(ctx).Name, in.Body.Endpoint); err != nil {
		return nil, s.unkept(err)
	}
	return nil, nil
}

// unkept answers for a subscription that is not on the disk.
func (s *Server) unkept(err error) error {
	s.log.Error("subscription was not kept", "error", err)
	return s.problemOf(fmt.Errorf("%w: subscriptions can't be kept now", alerting.ErrUnavailable))
}

// The sizes of a subscription's keys (RFC 8291 sections 3.1 and 3.2), in bytes.
const authSize = 16

// check refuses what no push service gave a browser. The hub sends to the
// endpoint, so that nothing near the hub itself may be one.
func (s Subscription) check() error {
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || !public(u.Hostname()) {
		return fmt.Errorf("%w: endpoint: want the https address that the push service gave", alerting.ErrInvalid)
	}
	auth, authErr := base64.RawURLEncoding.DecodeString(strings.TrimRight(s.Auth, "="))
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s.P256dh, "="))
	if err != nil || authErr != nil || len(auth) != authSize {
		return fmt.Errorf("%w: keys: want auth and p256dh as the browser gave them", alerting.ErrInvalid)
	}
	if _, err := ecdh.P256().NewPublicKey(point); err != nil {
		return fmt.Errorf("%w: keys: p256dh is no key of the curve", alerting.ErrInvalid)
	}
	return nil
}

// public reports whether a host may be one that the whole internet reaches:
// push services have names.
func public(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".localhost") && !strings.HasSuffix(host, ".local")
}
