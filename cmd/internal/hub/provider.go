package hub

import (
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/identity"
)

// newProvider is the identity provider by which people may sign in; nil where none
// is configured. It is asked by nobody who starts.
func newProvider(h *Hub) (*identity.Provider, error) {
	c := h.cfg.Hub.HTTP
	if c.OIDC.Issuer == "" {
		return nil, nil //nolint:nilnil // none is configured, which is no error
	}
	return identity.New(identity.Config{
		Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, Secret: c.OIDC.Secret, Claim: c.OIDC.Claim, Label: c.OIDC.Label,
		Redirect: c.Public + api.IdentityReturn,
	}, h.registry, h.log)
}

// offered is the provider as the API knows it: a nil one is none.
func offered(p *identity.Provider) api.Identities {
	if p == nil {
		return nil
	}
	return p
}
