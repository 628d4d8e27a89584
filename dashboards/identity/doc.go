// Package identity asks an identity provider (统一身份认证) who somebody is, by
// OpenID Connect Core 1.0: authorization code flow, PKCE (RFC 7636, S256), issuer
// identification (RFC 9207). It says who stands behind the provider's word, and
// nothing of what they may do: accounts, roles and schools are the hub's.
//
// Provider.Run is the one goroutine: it reads the provider's discovery document
// again and again, so that nobody who opens a page waits for a provider that is
// gone. Begin never waits for the network. Finish does, for 10 s at most, and
// makes the goroutine that go-oidc reads keys with. Nothing is kept on the disk:
// whoever is between going and coming back when the hub restarts begins again.
//
// The package never makes a session, reads no configuration, and trusts a browser
// with nothing that it has not signed.
package identity
