package console_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// parity is what a program asks in place of a page or a form: operations of the
// API, or why there is none.
type parity struct {
	page string
	api  []string
	none string // why there is none; "" where there is
}

// by are the API's routes, an address each or with a verb.
func by(routes ...string) []string {
	for i, r := range routes {
		if !strings.Contains(r, " ") {
			r = "GET " + r
		}
		method, path, _ := strings.Cut(r, " ")
		routes[i] = method + " /api/v1" + path
	}
	return routes
}

// ownNumber is why parents subscribe by no program: it would be one that has their
// telephone.
const ownNumber = "a parent proves a telephone with a browser: no program does it for them"

// ownIdentity is why nobody signs in by the identity provider but with a browser.
const ownIdentity = "a person says to the identity provider who they are, with a browser: a program has a token"

// parities have a row for each of the console's routes.
var parities = []parity{
	{"GET /{$}", by("/incidents", "/incidents/{id}", "/stream", "/groups", "/call-backs", "/path-checks", "/posts"), ""},
	{"GET /alarms", by("/stream"), ""},
	{"GET /incidents", by("/incidents"), ""},
	{"GET /incidents/{id}", by("/incidents/{id}", "/schools", "/gates", "/posts", "/map"), ""},
	{"GET /plans/{school}/{plan}/{version}", by("/schools/{school}/plans/{plan}"), ""},
	{"POST /incidents/{id}/acknowledge", by("POST /incidents/{id}/acknowledge"), ""},
	{"POST /incidents/{id}/note", by("POST /incidents/{id}/note"), ""},
	{"POST /incidents/{id}/cancel", by("POST /incidents/{id}/cancel"), ""},
	{"POST /incidents/{id}/reset", by("POST /incidents/{id}/reset"), ""},
	{"POST /incidents/{id}/verify", by("POST /incidents/{id}/verify"), ""},
	{"POST /incidents/{id}/classify", by("POST /incidents/{id}/classify"), ""},
	{"POST /incidents/{id}/dispatch", by("POST /incidents/{id}/dispatch"), ""},
	{"POST /incidents/{id}/arrive", by("POST /incidents/{id}/arrive"), ""},
	{"POST /incidents/{id}/call", by("POST /incidents/{id}/call"), ""},
	{"POST /incidents/{id}/link", by("POST /incidents/{id}/link"), ""},
	{"POST /incidents/{id}/unlink", by("POST /incidents/{id}/unlink"), ""},
	{"POST /incidents/{id}/real", by("POST /incidents/{id}/real"), ""},
	{"POST /incidents/{id}/refer", by("POST /incidents/{id}/refer"), ""},
	{"POST /incidents/{id}/reveal", by("POST /incidents/{id}/reveal"), ""},
	{"POST /incidents/{id}/report", by("POST /incidents/{id}/report"), ""},
	{"POST /incidents/{id}/resolve", by("POST /incidents/{id}/resolve"), ""},
	{"POST /incidents/{id}/follow", by("POST /incidents/{id}/dispatch", "POST /incidents/{id}/call", "POST /incidents/{id}/arrive", "POST /incidents/{id}/acknowledge"), ""},
	{"POST /acknowledge", by("POST /incidents/acknowledge"), ""},
	{"GET /notices", by("/notices", "/notices/stream"), ""},
	{"GET /subscriptions", by("/subscriptions"), ""},
	{"POST /subscriptions/{school}/code", by("POST /subscriptions/{school}/code"), ""},
	{"POST /subscriptions/{school}/revoke", by("POST /subscriptions/{school}/revoke"), ""},
	{"GET /parent", nil, ownNumber},
	{"GET /parent/subscribe", nil, ownNumber},
	{"POST /parent/subscribe", nil, ownNumber},
	{"GET /parent/code", nil, ownNumber},
	{"POST /parent/code", nil, ownNumber},
	{"GET /parent/stream", nil, ownNumber},
	{"POST /parent/language", nil, ownNumber},
	{"POST /parent/unsubscribe", nil, ownNumber},
	{"POST /parent/sign-out", nil, ownNumber},
	{"GET /headcounts", by("/headcounts"), ""},
	{"POST /headcounts/{id}", by("POST /headcounts/{id}"), ""},
	{"GET /incidents/{id}/release", by("/incidents/{id}/release"), ""},
	{"POST /incidents/{id}/release", by("POST /incidents/{id}/release"), ""},
	{"POST /incidents/{id}/muster", by("POST /incidents/{id}/muster"), ""},
	{"GET /incidents/{id}/review", by("/incidents/{id}", "/incidents/{id}/release"), ""},
	{"POST /incidents/{id}/evidence", by("POST /incidents/{id}/evidence"), ""},
	{"GET /audit", by("/audit", "/audit/{school}"), ""},
	{"POST /audit/check", by("POST /audit/check"), ""},
	{"GET /deliveries", by("/deliveries"), ""},
	{"GET /false-alarms", by("/false-alarms"), ""},
	{"GET /raise", by("/schools"), ""},
	{"POST /raise", by("POST /incidents"), ""},
	{"GET /devices", by("/devices", "/button-tests"), ""},
	{"GET /devices/{school}/{device}", by("/devices", "/readings"), ""},
	{"GET /gates", by("/gates", "/gates/mutes", "/readings"), ""},
	{"POST /gates/mutes", by("POST /gates/mutes"), ""},
	{"POST /gates/mutes/{id}/lift", by("POST /gates/mutes/{id}/lift"), ""},
	{"GET /people", by("/people", "/people/tests/{id}"), ""},
	{"POST /people/tests", by("POST /people/tests"), ""},
	{"GET /today", by("/incidents", "/path-checks", "/posts", "/gates", "/devices", "/button-tests", "/drills", "/hazards", "/configuration"), ""},
	{"GET /map", by("/map"), ""},
	{"GET /hub", by("/hub", "/configuration"), ""},
	{"GET /configuration", by("/configuration"), ""},
	{"GET /accounts", by("/accounts", "/accounts/changes", "/rights"), ""},
	{"GET /accounts/{name}", by("/accounts/{name}", "/accounts/changes"), ""},
	{"POST /accounts", by("POST /accounts"), ""},
	{"POST /accounts/{name}/change", by("POST /accounts/{name}/change"), ""},
	{"POST /accounts/{name}/sign-out", by("POST /accounts/{name}/sign-out"), ""},
	{"POST /accounts/{name}/suspend", by("POST /accounts/{name}/suspend"), ""},
	{"POST /accounts/{name}/restore", by("POST /accounts/{name}/restore"), ""},
	{"POST /accounts/{name}/password", by("POST /accounts/{name}/password"), ""},
	{"GET /password", nil, "a form"},
	{"POST /password", by("PUT /password"), ""},
	{"GET /tokens", by("/tokens", "/rights"), ""},
	{"POST /tokens", by("POST /tokens"), ""},
	{"GET /tokens/{name}", by("/tokens/{name}", "/accounts/changes"), ""},
	{"POST /tokens/{name}/revoke", by("POST /tokens/{name}/revoke"), ""},
	{"GET /hazards", by("/hazards", "/schools"), ""},
	{"POST /hazards", by("POST /hazards", "PUT /hazards/{id}/photo"), ""},
	{"GET /hazards/{id}", by("/hazards/{id}", "/hazards/{id}/photo"), ""},
	{"POST /hazards/{id}/state", by("POST /hazards/{id}/state"), ""},
	{"POST /hazards/{id}/photo", by("PUT /hazards/{id}/photo"), ""},
	{"GET /drills", by("/drills"), ""},
	{"POST /drills", by("POST /drills"), ""},
	{"GET /drills/{id}", by("/drills/{id}"), ""},
	{"GET /drills/{id}/release", by("/drills/{id}/release"), ""},
	{"POST /drills/{id}/release", by("POST /drills/{id}/release"), ""},
	{"POST /drills/{id}/accept", by("POST /drills/{id}/accept"), ""},
	{"POST /drills/{id}/start", by("POST /drills/{id}/start"), ""},
	{"POST /drills/{id}/confirm", by("POST /drills/{id}/confirm"), ""},
	{"POST /drills/{id}/mark", by("POST /drills/{id}/arrive", "POST /drills/{id}/count"), ""},
	{"POST /drills/{id}/real", by("POST /drills/{id}/real"), ""},
	{"POST /drills/{id}/stop", by("POST /drills/{id}/stop"), ""},
	{"POST /drills/{id}/return", by("POST /drills/{id}/return"), ""},
	{"POST /drills/{id}/cancel", by("POST /drills/{id}/cancel"), ""},
	{"GET /posts", by("/posts", "/posts/{id}/code"), ""},
	{"GET /posts/day", by("/posts/coverage"), ""},
	{"POST /posts/roll-call", by("POST /roll-calls"), ""},
	{"GET /posts/{id}/code.png", by("/posts/{id}/code"), ""},
	{"POST /posts/away", by("POST /posts/aways"), ""},
	{"POST /roster/replace", by("POST /shifts/replace"), ""},
	{"POST /roster/swap", by("POST /shifts/swap"), ""},
	{"GET /roster", by("/roster", "/roster/changes", "/posts/checkins", "/posts/rounds"), ""},
	{"POST /roster", by("POST /roster"), ""},
	{"GET /shift", by("/shifts", "/schools"), ""},
	{"POST /shift/check", by("POST /posts/{id}/checkins"), ""},
	{"POST /shift/claim", by("POST /shifts/claim"), ""},
	{"POST /shift/well", by("POST /shifts/well"), ""},
	{"POST /shift/answer", by("POST /roll-calls/{id}/answers"), ""},
	{"POST /sign-in", by("POST /session"), ""},
	{"POST /sign-out", by("DELETE /session"), ""},
	{"GET /sign-in", nil, "a form: who signs in by the API has a name and a password"},
	{"GET /sign-in/oidc", nil, ownIdentity},
	{"GET /sign-in/oidc/return", nil, ownIdentity},
	{"GET /styleguide", nil, "what pages are made of, with made-up data"},
	{"POST /language", nil, "the API says everything in both languages"},
	{"GET /worker.js", nil, "a script that browsers run; what it needs of the hub is GET /api/v1/push"},
	{"GET /offline", nil, "what a browser shows where there is no hub"},
	{"GET /manifest.webmanifest", nil, "how the console presents itself where it is installed"},
	{"GET /assets/{version}/{name}", nil, "scripts, styles and type of the pages"},
}

func TestWhatTheConsoleDoesTheAPIDoes(t *testing.T) {
	b := startBusy(t)
	said := map[string]bool{}
	for _, p := range parities {
		assert.False(t, said[p.page], "%s has two rows", p.page)
		said[p.page] = true
		assert.Contains(t, b.patterns, p.page, "a row is of no route")
		assert.Equal(t, p.none == "", len(p.api) > 0, "%s: either operations, or why there is none", p.page)
		for _, operation := range p.api {
			assert.Contains(t, b.mounted, operation, "what stands in for %s is not there", p.page)
		}
		command := strings.HasPrefix(p.page, "POST") && p.none == ""
		assert.True(t, !command || !slices.ContainsFunc(p.api, func(o string) bool { return strings.HasPrefix(o, "GET") }), "%s is a command", p.page)
	}
	for _, pattern := range b.patterns {
		assert.True(t, said[pattern], "nobody says by which operations a program does what %s does, or why by none", pattern)
	}
}
