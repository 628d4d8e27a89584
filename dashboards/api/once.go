package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// keyHeader has a command done once however often it is sent
// (draft-ietf-httpapi-idempotency-key-header).
const (
	keyHeader  = "Idempotency-Key"
	longestKey = 128
	// bodyWithin bounds the reading of a body whose digest is needed first.
	bodyWithin = 5 * time.Second
	// doneWithin bounds the doing, which goes on without whoever asked.
	doneWithin = 30 * time.Second
)

// how says how an operation is done once.
type how int

const (
	// kept: it is written down before it begins, and its answer when it has ended.
	kept how = iota
	// rerun: its command has an id that its owner knows again, for ever. It is run
	// again, which does nothing more and answers with how things are now, as its
	// reader may see them now: no words of an incident are kept here, and no disk
	// is asked before an alarm.
	rerun
	// behind: it is an alarm, too, which waits for no disk; its answer is kept.
	behind
	// secret: its answer is kept in memory alone.
	secret
)

// hows are the operations that are not kept; the verbs of incidents are rerun.
var hows = map[string]how{
	"raise-incident": rerun, "acknowledge-incidents": rerun, "confirm-incident": rerun,
	"muster-incident": rerun, "report-headcount": rerun, "release-incident": rerun,
	"real-drill":    behind,
	"take-evidence": secret, "make-token": secret, "give-password": secret, "add-account": secret,
}

func howOf(op *huma.Operation) how {
	if verb, ok := strings.CutPrefix(op.Path, "/api/v1/incidents/{id}/"); ok && verbSummaries[alerting.Verb(verb)] != "" {
		return rerun
	}
	if h, ok := hows[op.OperationID]; ok {
		return h
	}
	return kept
}

// Why a request with a key is refused.
var (
	errKeyForm    = badKey(http.StatusUnprocessableEntity, "form", fmt.Sprintf("%s: want 1 to %d letters, digits and signs, without blanks: a UUID is best", keyHeader, longestKey))
	errKeyReused  = badKey(http.StatusUnprocessableEntity, "reused", "this key came with another request: a key is for one")
	errKeyRunning = badKey(http.StatusConflict, "running", "the request with this key is still under way: ask again in a moment")
	errKeyUnknown = badKey(http.StatusConflict, "unknown", "the hub was interrupted at the request with this key: look whether it was done; where it was not, send it with another key")
	errKeyGone    = badKey(http.StatusConflict, "gone", "the request with this key was done; its answer is kept no more: read what it did")
	errKeyUnkept  = badKey(http.StatusServiceUnavailable, "unkept", "the key can't be written down now: nothing was done")
)

func badKey(status int, code, detail string) *CallerError {
	e := &CallerError{Status: status, Code: "key." + code, Detail: detail}
	if code == "running" {
		e.Wait = time.Second
	}
	return e
}

// onceKey is where the id of a request with a key travels.
type onceKey struct{}

// idOf is the id of a command: its own, else one that its Idempotency-Key gives
// it; "" without either.
func idOf(ctx context.Context, own string) string {
	if derived, ok := ctx.Value(onceKey{}).(string); ok && own == "" {
		return derived
	}
	return own
}

// once lets an operation run, and one that comes with a key only once.
func (s *Server) once(ctx huma.Context, reader Reader, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	keys := r.Header.Values(keyHeader)
	if r.Method != http.MethodPost || len(keys) == 0 {
		next(ctx)
		return
	}
	rec, ok := w.(*recorder)
	key, good := keyOf(keys)
	if !good || !ok {
		errKeyForm.write(w)
		return
	}
	body, whole := bodyFor(w, r)
	if !whole { // too long or too slow: the operation's own refusal
		next(ctx)
		return
	}
	k := people.Answered{
		Account: reader.Account.Name, Key: sha256.Sum256([]byte(key)),
		Request: digestOf(r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body)), Rights: rightsOf(reader), At: time.Now(),
	}
	o := &one{s: s, Answered: k, as: keyed{k.Account, k.Key}, how: howOf(ctx.Operation()), rec: rec}
	// What has begun is done, also where whoever asked has gone: they ask again.
	c, cancel := context.WithTimeout(context.WithoutCancel(ctx.Context()), doneWithin)
	defer cancel()
	ctx = huma.WithContext(ctx, context.WithValue(c, onceKey{}, o.id()))
	o.serve(func() { next(ctx) })
}

// keyOf is the key of a request, with or without the quotes of a structured field.
func keyOf(values []string) (string, bool) {
	if len(values) != 1 {
		return "", false
	}
	key := strings.TrimSpace(values[0])
	if len(key) > 1 && key[0] == '"' && key[len(key)-1] == '"' {
		key = key[1 : len(key)-1]
	}
	plain := !strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' || c == ',' })
	return key, key != "" && len(key) <= longestKey && plain
}

// bodyFor reads a body and puts it back. What cannot be read whole is put back so
// far as it came, with its error.
func bodyFor(w http.ResponseWriter, r *http.Request) (body []byte, whole bool) {
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Now().Add(bodyWithin))
	body, err := io.ReadAll(r.Body)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		_ = c.SetReadDeadline(time.Time{})
	}
	back := io.Reader(bytes.NewReader(body))
	if err != nil {
		back = io.MultiReader(back, failing{err})
	}
	r.Body = io.NopCloser(back)
	return body, err == nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func digestOf(parts ...string) people.Digest {
	h := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return people.Digest(h.Sum(nil))
}

// rightsOf is what a reader may do: an answer is for whoever may do as much now.
func rightsOf(r Reader) people.Digest {
	a := r.Account
	return digestOf(fmt.Sprint(a.Role, a.Schools, a.Named, a.Release, a.Classes, a.StandsInAt(), r.program.Scopes))
}

// one is a request with a key.
type one struct {
	people.Answered
	s   *Server
	as  keyed
	how how
	rec *recorder
}

// id is that of its command, for owners that know commands by ids.
func (o *one) id() string {
	return uuid.NewSHA1(uuid.NameSpaceOID, append(append([]byte(o.Account+"\x00"), o.Key[:]...), o.Request[:]...)).String()
}

func (o *one) serve(run func()) {
	known, taken := o.s.answered.take(o.Answered)
	switch {
	case taken && o.begun():
		o.run(run)
	case taken:
		o.s.answered.settle(o.as, 0, nil)
		errKeyUnkept.write(o.rec)
	case known.Request != o.Request:
		errKeyReused.write(o.rec)
	case known.running:
		errKeyRunning.write(o.rec)
	case o.how == rerun:
		o.rerun(known, run)
	case known.Status == 0:
		errKeyUnknown.write(o.rec)
	case known.Rights != o.Rights:
		errKeyGone.write(o.rec)
	default:
		o.answer(known)
	}
}

// rerun runs a command that its owner knows again.
func (o *one) rerun(known memo, run func()) {
	if !o.s.answered.again(o.as) {
		errKeyRunning.write(o.rec)
		return
	}
	if known.Status != 0 { // as it was answered: what was new then is not new now
		o.rec.success = known.Status
	}
	defer o.s.answered.settle(o.as, known.Status, nil)
	run()
}

// begun writes down that the request begins, where it has to be.
func (o *one) begun() bool {
	if o.how == rerun || o.how == behind {
		return true
	}
	return o.keep()
}

// run runs the request for the first time. Only what was done is kept: after a
// refusal the same key may come again, also with another body.
func (o *one) run(run func()) {
	o.rec.copied = &copied{}
	ended := false
	defer func() {
		o.rec.copied = nil
		if !ended { // a panic, which is answered further up: whether it was done nobody knows
			o.s.answered.lost(o.as)
		}
	}()
	run()
	ended = true
	switch done := o.rec.status >= 200 && o.rec.status < 300; {
	case done:
		o.done()
	case o.rec.status == http.StatusInternalServerError && o.how != rerun:
		o.s.answered.lost(o.as)
	default:
		o.s.answered.settle(o.as, 0, nil)
		o.drop()
	}
}

func (o *one) done() {
	o.Status = o.rec.status
	whole := o.Answered
	if whole.Header = headerOf(o.rec.Header()); !o.rec.copied.long {
		whole.Body = append([]byte{}, o.rec.copied.body...)
	}
	switch {
	case o.how == rerun:
		o.s.answered.settle(o.as, o.Status, nil)
	case o.how == secret || o.s.answered.store == nil:
		o.s.answered.settle(o.as, o.Status, &whole)
	default:
		o.Header, o.Body = whole.Header, whole.Body
		// The disk first: who asks again in between hears that it is under way.
		o.keep()
		o.s.answered.settle(o.as, o.Status, nil)
		return
	}
	o.keep()
}

// keep writes the request down as far as it is known.
func (o *one) keep() bool {
	if o.s.answered.store == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), answersWithin)
	defer cancel()
	if err := o.s.answered.store.KeepAnswer(ctx, o.Answered); err != nil {
		o.s.log.Warn("keeping a request with a key failed", "account", o.Account, "ended", o.Status != 0, "error", err)
		return false
	}
	return true
}

func (o *one) drop() {
	if o.s.answered.store == nil || o.how == rerun || o.how == behind {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), answersWithin)
	defer cancel()
	if err := o.s.answered.store.DropAnswer(ctx, o.Account, o.Key); err != nil {
		o.s.log.Warn("dropping a key failed", "account", o.Account, "error", err)
	}
}

// answer gives once more what was answered.
func (o *one) answer(known memo) {
	a, ok := known.Answered, known.Body != nil
	if !ok && o.s.answered.store != nil {
		ctx, cancel := context.WithTimeout(context.Background(), answersWithin)
		defer cancel()
		var err error
		if a, ok, err = o.s.answered.store.Answer(ctx, o.Account, o.Key); err != nil {
			o.s.log.Warn("reading an answer failed", "account", o.Account, "error", err)
			errKeyUnkept.write(o.rec)
			return
		}
	}
	if !ok || a.Body == nil {
		errKeyGone.write(o.rec)
		return
	}
	for name, value := range a.Header {
		o.rec.Header().Set(name, value)
	}
	o.rec.WriteHeader(known.Status)
	_, _ = o.rec.Write(a.Body)
}

// headerOf is what of an answer's header is kept.
func headerOf(h http.Header) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"Content-Type", "Content-Disposition", "ETag", "Location"} {
		if v := h.Get(name); v != "" {
			out[name] = v
		}
	}
	return out
}

// describeKeys adds the key to every operation that has it.
func describeKeys(doc *huma.OpenAPI) {
	most := longestKey
	for _, path := range doc.Paths {
		op := path.Post
		if op == nil || len(op.Security) == 0 {
			continue
		}
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: keyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most},
			Description: "Done once, however often it is sent with this key within 24 h, and answered the same; a UUID is best. Its refusals have types: urn:campushub:refusal:key. and form, reused (422), running, unknown, gone (409), unkept (503).",
		})
		for _, status := range []int{http.StatusConflict, http.StatusUnprocessableEntity, http.StatusServiceUnavailable} {
			declare(op, status)
		}
	}
}
