package config

import (
	"net/url"
	"slices"
	"strings"

	"example.org/campushub/alerting/people"
)

// public reads the address that browsers reach the hub by.
func (r *reader) public(o object) string {
	if !o.has("public") {
		return ""
	}
	t := o.need("public")
	if !t.ok {
		return ""
	}
	u, err := url.Parse(t.s)
	switch {
	case err != nil || u.Hostname() == "":
		r.fault(t.value, "want the address that browsers reach the hub by, such as https://campushub.example.org")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		r.fault(t.value, "want https: a password or a session in clear is everybody's")
	case (&url.URL{Scheme: u.Scheme, Host: u.Host}).String() != strings.TrimSuffix(t.s, "/"):
		r.fault(t.value, "want scheme and host alone, such as https://campushub.example.org")
	}
	return strings.TrimSuffix(t.s, "/")
}

// oidc reads the identity provider by which people may sign in.
func (r *reader) oidc(o object) OIDC {
	if !o.has("oidc") {
		return OIDC{}
	}
	i := o.section("oidc", "issuer", "client_id", "secret_file", "claim", "label")
	if i.fields == nil {
		return OIDC{}
	}
	if !o.has("public") {
		r.fault(o.field("public"), "is missing: the identity provider sends browsers back to it")
	}
	if !i.has("secret_file") {
		r.fault(i.field("secret_file"), "is missing")
	}
	r.provider = i.value
	out := OIDC{
		Issuer: r.issuer(i), ClientID: r.readable(i, "client_id"), Secret: r.secret(i, "secret_file", minClientSecret), Label: r.words(i, "label"),
	}
	if i.has("claim") {
		out.Claim = r.readable(i, "claim")
	}
	return out
}

// issuer reads what an identity provider calls itself.
func (r *reader) issuer(o object) string {
	t := o.need("issuer")
	if !t.ok {
		return ""
	}
	u, err := url.Parse(t.s)
	switch {
	case err != nil || u.Hostname() == "":
		r.fault(t.value, "want the issuer as the provider writes it, such as https://login.example.org/realms/police")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		r.fault(t.value, "want https: what is not encrypted stays on this machine")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		r.fault(t.value, "holds a user name, a query or a fragment: an issuer has none")
	}
	return t.s
}

// identity reads whom the identity provider vouches for by this account.
func (r *reader) identity(o object) people.Identity {
	if !o.has("identity") {
		return people.Identity{}
	}
	i := o.section("identity", "issuer", "subject")
	if i.fields == nil {
		return people.Identity{}
	}
	sub := i.need("subject")
	out := people.Identity{Issuer: r.issuer(i), Subject: sub.s}
	own := r.config.Hub.HTTP.OIDC.Issuer
	switch {
	case !sub.ok || out.Issuer == "":
	case len(sub.s) > longestSub || strings.ContainsFunc(sub.s, func(c rune) bool { return c < ' ' || c > '~' }):
		r.fault(sub.value, "want at most %d ASCII characters, as the provider writes them", longestSub)
	case own != "" && out.Issuer != own:
		r.fault(i.field("issuer"), "%s is not the identity provider of this hub, %s", out.Issuer, own)
	default:
		r.unique("identity", sub, out.Issuer+" "+sub.s)
	}
	return out
}

// checkIdentities warns of an identity provider by which nobody can sign in.
func (r *reader) checkIdentities() {
	p := r.config.Hub.HTTP.OIDC
	linked := slices.ContainsFunc(r.config.Accounts, func(a people.Account) bool { return a.Identity != people.Identity{} })
	if p.Issuer != "" && p.Claim == "" && !linked {
		r.warn(r.provider, WarnProvider, "", nil, "give the accounts their identity, or name the claim that holds an account's name", "nobody can sign in by the identity provider: no account has an identity")
	}
}
