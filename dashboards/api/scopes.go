package api

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
)

// What a program can be permitted to do. Whatever only a person can promise has
// no scope: to take an incident on, to say what it is, to close it, to send
// somebody, to tell parents, to run a drill, to change an account.
const (
	ScopeReadIncidents = "incidents:read"
	ScopeNote          = "incidents:note"
	ScopeRaise         = "incidents:raise"
	ScopeTest          = "incidents:test" // raises in mode test alone
	ScopeReadDuty      = "duty:read"
	ScopeReadRoster    = "roster:read"
	ScopeWriteRoster   = "roster:write"
	ScopeReadDevices   = "devices:read"
	ScopeReadAudit     = "audit:read"
)

// Scope is a part of what a role may do, for programs.
type Scope struct {
	ID    string
	Right string // of the table of rights, which says whose it is
}

// Scopes lists every scope, in the order in which pages show them.
func Scopes() []Scope {
	return []Scope{
		{ScopeReadIncidents, "incidents"},
		{ScopeNote, "note"},
		{ScopeRaise, "raise"},
		{ScopeTest, "raise"},
		{ScopeReadDuty, "posts"},
		{ScopeReadRoster, "roster"},
		{ScopeWriteRoster, "roster"},
		{ScopeReadDevices, "devices"},
		{ScopeReadAudit, "audit"},
	}
}

// For reports whether a program of a role can have the scope: where everybody
// of that role has the right. What only named people have, no program has.
func (s Scope) For(role alerting.Role) bool {
	return slices.ContainsFunc(Rights(), func(r Right) bool { return r.ID == s.Right && r.Of(role) == AllowedAll })
}

// ScopesFor lists what a program of a role can be permitted.
func ScopesFor(role alerting.Role) []string {
	var out []string
	for _, s := range Scopes() {
		if s.For(role) {
			out = append(out, s.ID)
		}
	}
	return out
}

// ProgramRoles lists the roles of which a program can be.
func ProgramRoles() []alerting.Role {
	return slices.DeleteFunc(alerting.Roles(), func(r alerting.Role) bool { return len(ScopesFor(r)) == 0 })
}

// The ways of OpenAPI's security schemes.
const (
	schemeSession = "bearer"
	schemeCookie  = "cookie"
	schemeToken   = "token"
)

// signedIn is the security of an operation of people alone: no program has it.
func signedIn() []map[string][]string {
	return []map[string][]string{{schemeSession: {}}, {schemeCookie: {}}}
}

// open is the security of an operation that people have, and programs with one
// of the scopes. It is what the document says and what requests are held to.
func open(scopes ...string) []map[string][]string {
	out := signedIn()
	for _, s := range scopes {
		out = append(out, map[string][]string{schemeToken: {s}})
	}
	return out
}

// scopesOf are those that open an operation to programs; none keep it closed.
func scopesOf(op *huma.Operation) (out []string) {
	for _, way := range op.Security {
		scopes, opens := way[schemeToken]
		if opens && len(scopes) == 0 {
			scopes = []string{anyScope}
		}
		out = append(out, scopes...)
	}
	return out
}

// securitySchemes are the ways to say who asks.
func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		schemeSession: {Type: "http", Scheme: "bearer", Description: "The token of a session that POST /api/v1/session began: a person's."},
		schemeCookie:  {Type: "apiKey", In: "cookie", Name: sessionCookie},
		schemeToken: {
			Type: "http", Scheme: "bearer", BearerFormat: "chub_ and 64 hexadecimal digits",
			Description: "A program's token. It needs one of the scopes that stand beside it at an operation; where none does, the operation is for people. Cookies beside it are not read.",
		},
	}
}

// describePrograms adds to the operations that programs have how one is refused.
func describePrograms(doc *huma.OpenAPI) {
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Delete} {
			if op == nil || len(scopesOf(op)) == 0 {
				continue
			}
			for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests} {
				declare(op, status)
			}
		}
	}
}

// declare adds a refusal to an operation that has none of its status.
func declare(op *huma.Operation, status int) {
	if code := strconv.Itoa(status); op.Responses[code] == nil {
		op.Responses[code] = &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/problem+json": {}}}
	}
}
