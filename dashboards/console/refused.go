package console

import (
	"errors"
	"net/http"

	"example.org/campushub/alerting"
)

// refusals is what a page says of the sorts of errors that it knows, by the
// keys of their notices. What is none of them is nothing that its reader can
// put right.
type refusals struct{ conflict, invalid, none, forbidden string }

// The refusals of the pages. That the hub cannot store it now is the same on
// all of them.
var (
	dutyRefusals     = refusals{conflict: "refused.duty.conflict", none: "refused.duty.none", forbidden: "refused.duty.forbidden"}
	rosterRefusals   = refusals{conflict: "refused.roster.conflict", none: "refused.roster.none", invalid: "refused.roster.invalid"}
	muteRefusals     = refusals{conflict: "refused.mute.conflict", none: "refused.mute.none", invalid: "refused.mute.invalid", forbidden: "refused.forbidden"}
	evidenceRefusals = refusals{invalid: "refused.evidence.invalid"}
	accountRefusals  = refusals{conflict: "refused.account.conflict", none: "refused.account.none", invalid: "refused.account.why", forbidden: "refused.forbidden"}
	tokenRefusals    = refusals{conflict: "refused.token.ended", none: "refused.account.none", invalid: "refused.account.why", forbidden: "refused.forbidden"}
	hazardRefusals   = refusals{conflict: "refused.hazard.conflict", invalid: "refused.hazard.invalid", forbidden: "refused.forbidden"}
	drillRefusals    = refusals{conflict: "refused.drill.conflict", invalid: "refused.drill.invalid", forbidden: "refused.forbidden"}
)

// of is the key of the notice that says why: the refusal's own, else that of
// its sort; "" where the page has none.
func (s refusals) of(err error) string {
	var own *alerting.Refusal
	switch {
	case errors.As(err, &own):
		return "refused." + own.Code
	case errors.Is(err, alerting.ErrForbidden):
		return s.forbidden
	case errors.Is(err, alerting.ErrConflict):
		return s.conflict
	case errors.Is(err, alerting.ErrNotFound):
		return s.none
	case errors.Is(err, alerting.ErrInvalid):
		return s.invalid
	case errors.Is(err, alerting.ErrUnavailable):
		return "refused.unavailable"
	}
	return ""
}

// done leads back where it was done; else it answers with the form and why it was
// not taken.
func (c *Console) done(w http.ResponseWriter, r *http.Request, back, done string, s refusals, err error) {
	if err == nil {
		http.Redirect(w, r, withNotice(back, done), http.StatusSeeOther)
		return
	}
	c.refused(w, r, back, s.of(err), err)
}
