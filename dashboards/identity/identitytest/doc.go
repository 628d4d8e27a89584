// Package identitytest is an identity provider for tests, strict where the
// documents are: OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749, 7636, 9207.
// It serves on the loopback, signs with keys of its own, and has the faults of its
// kind. It shares no code with the hub's side, nor its library.
//
// It owns one HTTP server, which ends with the test, and never speaks first.
package identitytest
