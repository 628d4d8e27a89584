package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// versioned are the operations that edit what is there already, each with the
// operation that gives its version.
var versioned = map[string]string{
	"POST /api/v1/accounts/{name}/change":   "GET /api/v1/accounts/{name}",
	"POST /api/v1/accounts/{name}/sign-out": "GET /api/v1/accounts/{name}",
	"POST /api/v1/accounts/{name}/suspend":  "GET /api/v1/accounts/{name}",
	"POST /api/v1/accounts/{name}/restore":  "GET /api/v1/accounts/{name}",
	"POST /api/v1/tokens/{name}/revoke":     "GET /api/v1/tokens/{name}",
	"POST /api/v1/hazards/{id}/state":       "GET /api/v1/hazards/{id}",
	"POST /api/v1/drills/{id}/accept":       "GET /api/v1/drills/{id}",
	"POST /api/v1/drills/{id}/arrive":       "GET /api/v1/drills/{id}",
	"POST /api/v1/drills/{id}/cancel":       "GET /api/v1/drills/{id}",
	"POST /api/v1/drills/{id}/confirm":      "GET /api/v1/drills/{id}",
	"POST /api/v1/drills/{id}/count":        "GET /api/v1/drills/{id}",
	"POST /api/v1/drills/{id}/return":       "GET /api/v1/drills/{id}",
	"POST /api/v1/drills/{id}/start":        "GET /api/v1/drills/{id}",
	"POST /api/v1/drills/{id}/stop":         "GET /api/v1/drills/{id}",
	"POST /api/v1/roster":                   "GET /api/v1/roster",
}

// unversioned are the others that change something, and why nobody overwrites
// anything by them unseen. A row that ends in * is of all that begin so.
var unversioned = map[string]string{
	"POST /api/v1/session":                  "begins something new",
	"DELETE /api/v1/session":                "ends one's own",
	"POST /api/v1/accounts":                 "adds something new",
	"POST /api/v1/tokens":                   "makes something new",
	"PUT /api/v1/password":                  "names the present one",
	"POST /api/v1/accounts/{name}/password": "draws something new, of which nobody can have seen anything",
	"POST /api/v1/incidents*":               "is added to the incident, which keeps what was before",
	"POST /api/v1/drills":                   "plans something new",
	"POST /api/v1/drills/{id}/real":         "is an alarm",
	"POST /api/v1/drills/{id}/release":      "names the text that was seen by its hash",
	"POST /api/v1/headcounts/{id}":          "is added to the count, which keeps what was before",
	"POST /api/v1/hazards":                  "reports something new",
	"PUT /api/v1/hazards/{id}/photo":        "a second photo is refused",
	"POST /api/v1/posts/{id}/checkins":      "is a stamp of its own",
	"POST /api/v1/posts/aways":              "is a stamp of its own",
	"POST /api/v1/shifts/claim":             "an open slot is taken once",
	"POST /api/v1/shifts/replace":           "names who stands there; another is refused",
	"POST /api/v1/shifts/swap":              "names who stand there; others are refused",
	"POST /api/v1/shifts/well":              "is a stamp of its own",
	"POST /api/v1/roll-calls*":              "is a stamp of its own",
	"POST /api/v1/gates/mutes":              "begins something new",
	"POST /api/v1/gates/mutes/{id}/lift":    "ends for good what has an end already",
	"POST /api/v1/people/tests":             "begins something new",
	"POST /api/v1/push/subscriptions":       "is one's own browser's",
	"DELETE /api/v1/push/subscriptions":     "is one's own browser's",
	"POST /api/v1/subscriptions/{school}/*": "draws a code anew, or ends the one that there is",
	"POST /api/v1/path-checks/{id}/shown":   "is a stamp of its own",
	"POST /api/v1/audit/check":              "changes nothing that is there",
}

// Every operation that changes something stands in one of the tables, and those of
// the first give and take versions, also in the document.
func TestEveryEditOfTheAPITakesAVersion(t *testing.T) {
	b := startBusy(t)
	all, etags := map[string]route{}, map[string]bool{}
	for _, r := range b.routes() {
		all[r.at] = r
		etags[r.at] = r.etag
	}
	for at, r := range all {
		if strings.HasPrefix(at, "GET ") {
			continue
		}
		why := unversioned[at]
		for row, is := range unversioned {
			if root, whole := strings.CutSuffix(row, "*"); whole && strings.HasPrefix(at, root) {
				why = is
			}
		}
		read := versioned[at]
		require.NotEqual(t, why == "", read == "", "%s stands in one of the tables", at)
		if read == "" {
			assert.NotContains(t, r.parameters, "If-Match", at)
			continue
		}
		assert.Contains(t, r.parameters, "If-Match", at)
		assert.Contains(t, r.statuses, "412", at)
		assert.True(t, etags[read], "%s gives a version in the document", read)
	}
	for at := range versioned {
		assert.Contains(t, all, at)
	}
}

// Two administrators have the same account before them: whose page is older is
// told, keeps what was typed, and changes nothing.
func TestAnAccountIsChangedAsItWasSeen(t *testing.T) {
	h := start(t)
	one, two := h.as("admin-1", "en"), h.as("admin-1", "en")
	seen := regexp.MustCompile(`name="seen" value="([0-9a-f]{16})"`)
	of := func(b *browser) string {
		found := seen.FindStringSubmatch(b.get("/accounts/clerk-1").html)
		require.Len(t, found, 2)
		return found[1]
	}
	before := of(two)
	require.Equal(t, http.StatusOK, one.post("/accounts/clerk-1/suspend", "reason", "left", "seen", of(one)).status)
	refused := two.post("/accounts/clerk-1/sign-out", "reason", "handed over", "seen", before)
	assert.Equal(t, http.StatusPreconditionFailed, refused.status)
	says(t, refused.html, "Somebody has changed this account meanwhile")
	says(t, refused.html, "handed over")
	assert.NotContains(t, two.get("/accounts/clerk-1").html, "handed over")
	assert.Equal(t, http.StatusOK, two.post("/accounts/clerk-1/restore", "reason", "back", "seen", of(two)).status)
}
