package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// errChanged refuses an edit of what is not any more as it was read.
var errChanged = &CallerError{Status: http.StatusPreconditionFailed, Code: "changed", Detail: "it was changed since the version that If-Match names: read it again; nothing was changed by this"}

// ErrOtherAccount refuses a form about an account that somebody has changed since
// the page was drawn.
var ErrOtherAccount = &alerting.Refusal{Kind: alerting.ErrChanged, Code: "account-changed", Text: alerting.Text{
	ZH: "这期间有人改动了此账号", EN: "somebody has changed this account meanwhile",
}}

// ChangeAccountSeen is ChangeAccount for whoever has a version of it before them;
// "" is any. It fails with ErrOtherAccount where it is another by now.
func (s *Server) ChangeAccountSeen(ctx context.Context, admin people.Account, name string, did people.Deed, why, seen string, now time.Time) (AccountState, error) {
	s.editing.Lock()
	defer s.editing.Unlock()
	if is, err := s.ManagedOne(ctx, admin, name, now); err == nil && seen != "" && seen != is.Version() {
		return AccountState{}, ErrOtherAccount
	}
	return s.ChangeAccount(ctx, admin, name, did, why, now)
}

// thing is something that is edited: what is read, what edits it, and its version
// as an account may read it.
type thing struct {
	read    string
	edits   []string
	version func(ctx context.Context, s *Server, a people.Account, id string) (string, error)
}

// things are all that is edited by operations. A roster has a version of its own,
// by days. What is an alarm is refused for no version: not even "not a drill".
func things() []thing {
	return []thing{
		{"get-account", []string{"sign-out-account", "suspend-account", "restore-account", "change-account"}, func(ctx context.Context, s *Server, a people.Account, name string) (string, error) {
			of, err := s.ManagedOne(ctx, a, name, time.Now())
			return of.Version(), err
		}},
		{"get-token", []string{"revoke-token"}, func(ctx context.Context, s *Server, a people.Account, name string) (string, error) {
			v, err := s.ManagedToken(ctx, a, name, time.Now())
			return versionOf(v.Role, v.Token.Schools, v.Scopes, v.Until, v.State()), err
		}},
		{"get-hazard", []string{"move-hazard"}, func(ctx context.Context, s *Server, a people.Account, id string) (string, error) {
			r, err := s.service.Hazard(ctx, a, id)
			return versionOf(r.State, len(r.Steps), r.Photo.Size), err
		}},
		{"get-drill", []string{
			"accept-drill", "cancel-drill", "start-drill", "confirm-drill", "arrive-drill", "count-drill", "stop-drill", "return-drill",
		}, func(_ context.Context, s *Server, a people.Account, id string) (string, error) {
			v, err := s.service.Drill(a, id)
			return versionOf(len(v.Commands), v.Phase, v.Accepted, v.Back, v.Marks, v.Counts, v.EndedAt), err
		}},
	}
}

// Version is that of what an administrator changes of an account; who has signed
// in to it since changes nothing of it.
func (a AccountState) Version() string {
	return versionOf(a.Account.Terms(), a.Off)
}

func versionOf(facts ...any) string {
	d := digestOf(fmt.Sprint(facts...))
	return hex.EncodeToString(d[:8])
}

// thingOf is what an operation reads or edits.
func thingOf(operation string) (of thing, edits, ok bool) {
	for _, t := range things() {
		if edits := slices.Contains(t.edits, operation); edits || t.read == operation {
			return t, edits, true
		}
	}
	return thing{}, false, false
}

// unchanged lets an operation run; one that edits what is not as its If-Match
// names it is refused. Edits that name a version go one after the other, so that
// of two with the same one the second is told.
func (s *Server) unchanged(ctx huma.Context, a people.Account, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	t, edits, ok := thingOf(ctx.Operation().OperationID)
	match := r.Header.Get("If-Match")
	if !ok || edits && match == "" {
		next(ctx)
		return
	}
	id := ctx.Param("id")
	if id == "" {
		id = ctx.Param("name")
	}
	if !edits { // the version first: what changes while it is read is seen as a change
		if is, err := t.version(ctx.Context(), s, a, id); err == nil {
			w.Header().Set("ETag", `"`+is+`"`)
		}
		next(ctx)
		return
	}
	s.editing.Lock()
	defer s.editing.Unlock()
	is, err := t.version(ctx.Context(), s, a, id)
	// What may not be read is refused by the operation itself, in its own words.
	if named := tagsOf(match); err == nil && named != nil && !slices.Contains(named, is) {
		errChanged.write(w)
		return
	}
	next(ctx)
}

// describeEdits adds versions to the operations that have them.
func describeEdits(doc *huma.OpenAPI) {
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post} {
			if op == nil {
				continue
			}
			switch _, edits, ok := thingOf(op.OperationID); {
			case ok && edits:
				op.Parameters = append(op.Parameters, &huma.Param{
					Name: "If-Match", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
					Description: "The ETag that was read. Where it is another by now, nothing is changed (412, type urn:campushub:refusal:changed). Without it the edit is of whatever there is.",
				})
				declare(op, http.StatusPreconditionFailed)
			case ok:
				op.Responses["200"].Headers = map[string]*huma.Param{"ETag": {Description: "Its version, for If-Match.", Schema: &huma.Schema{Type: huma.TypeString}}}
			}
		}
	}
}
