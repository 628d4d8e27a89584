package console

import (
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"example.org/campushub/dashboards/api"
)

// Config is how the console behaves.
type Config struct {
	// Language is spoken to a browser that asks for neither: zh, or en.
	Language string
}

// Console serves the pages.
type Console struct {
	config    Config
	api       *api.Server
	words     map[string]catalogue
	templates *template.Template
	assets    *assets
	// compression wraps what serves pages.
	compression func(http.Handler) http.HandlerFunc
	turns       turns
	// pages draws a page again that a refused form stands on; mounted once.
	pages http.Handler
	log   *slog.Logger
}

// New builds the console on top of the API.
func New(c Config, server *api.Server, log *slog.Logger) (*Console, error) {
	if server == nil {
		return nil, errors.New("console: the api is missing")
	}
	if c.Language == "" {
		c.Language = languages[0]
	}
	words, err := loadWords()
	if err != nil {
		return nil, err
	}
	if _, ok := words[c.Language]; !ok {
		return nil, fmt.Errorf("console: language %q is none of %v", c.Language, languages)
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	templates, err := loadTemplates(files)
	if err != nil {
		return nil, err
	}
	compression, err := newCompression()
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	out := &Console{
		config: c, api: server, words: words, templates: templates, assets: files, compression: compression, turns: newTurns(), log: log.With("component", "console"),
	}
	server.DrawReportsBy(out.reports)
	return out, nil
}

// Handler serves everything that a hub serves over HTTP: the pages and the API.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	c.api.Mount(mux)
	c.mount(mux)
	c.pages = mux
	return c.turns.taken(c.compressed(c.api.Guard(mux, c.refuse)))
}

// routes takes what the console serves, pattern by pattern, as a ServeMux does.
type routes interface {
	HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request))
}

func (c *Console) mount(mux routes) {
	mux.HandleFunc("GET /{$}", c.signedIn(c.home))
	mux.HandleFunc("GET /alarms", c.signedIn(c.alarms))
	mux.HandleFunc("GET /incidents", c.signedIn(c.history))
	mux.HandleFunc("GET /incidents/{id}", c.signedIn(c.incident))
	mux.HandleFunc("GET /plans/{school}/{plan}/{version}", c.signedIn(c.plan))
	for _, verb := range offered {
		mux.HandleFunc("POST /incidents/{id}/"+string(verb), c.signedIn(c.command(verb)))
	}
	if c.api.Service().HasNotices() {
		mux.HandleFunc("GET /notices", c.signedIn(c.notices))
		mux.HandleFunc("GET /headcounts", c.signedIn(c.headcounts))
		mux.HandleFunc("POST /headcounts/{id}", c.signedIn(c.headcount))
		mux.HandleFunc("GET /incidents/{id}/release", c.signedIn(c.gate))
		mux.HandleFunc("POST /incidents/{id}/release", c.signedIn(c.step))
		mux.HandleFunc("POST /incidents/{id}/muster", c.signedIn(c.muster))
	}
	if c.api.Service().HasEvidence() {
		mux.HandleFunc("GET /incidents/{id}/review", c.signedIn(c.review))
		mux.HandleFunc("POST /incidents/{id}/evidence", c.signedIn(c.takeEvidence))
	}
	if c.api.Service().HasAudit() {
		mux.HandleFunc("GET /audit", c.signedIn(c.audit))
		mux.HandleFunc("POST /audit/check", c.signedIn(c.checkAudit))
	}
	mux.HandleFunc("POST /incidents/{id}/follow", c.signedIn(c.follow))
	mux.HandleFunc("POST /acknowledge", c.signedIn(c.acknowledgeAll))
	mux.HandleFunc("GET /deliveries", c.signedIn(c.deliveries))
	mux.HandleFunc("GET /false-alarms", c.signedIn(c.falseAlarms))
	mux.HandleFunc("GET /raise", c.signedIn(c.raisePage))
	mux.HandleFunc("POST /raise", c.signedIn(c.raise))
	if c.api.Service().Supervises() {
		mux.HandleFunc("GET /devices", c.signedIn(c.devices))
		mux.HandleFunc("GET /devices/{school}/{device}", c.signedIn(c.device))
		mux.HandleFunc("GET /gates", c.signedIn(c.gates))
	}
	if c.api.Service().HasGates() {
		mux.HandleFunc("POST /gates/mutes", c.signedIn(c.mute))
		mux.HandleFunc("POST /gates/mutes/{id}/lift", c.signedIn(c.lift))
	}
	if c.api.Service().HasTrials() {
		mux.HandleFunc("GET /people", c.signedIn(c.folk))
		mux.HandleFunc("POST /people/tests", c.signedIn(c.try))
	}
	if c.api.HasSubscriptions() {
		c.mountInvitations(mux)
		c.mountParents(mux)
	}
	mux.HandleFunc("GET /today", c.signedIn(c.today))
	mux.HandleFunc("GET /map", c.signedIn(c.districtMap))
	mux.HandleFunc("GET /hub", c.signedIn(c.hub))
	c.mountConfiguration(mux)
	mux.HandleFunc("GET /styleguide", c.signedIn(c.styleguide))
	c.mountAccounts(mux)
	if c.api.Service().TakesHazards() {
		c.mountHazards(mux)
	}
	c.mountDrills(mux)
	c.mountDuty(mux)
	mux.HandleFunc("GET /sign-in", c.signInPage)
	mux.HandleFunc("POST /sign-in", c.signIn)
	if _, ok := c.api.IdentityOffer(); ok {
		mux.HandleFunc("GET "+api.IdentityPath, c.toProvider)
		mux.HandleFunc("GET "+api.IdentityReturn, c.fromProvider)
	}
	mux.HandleFunc("POST /sign-out", c.signOut)
	mux.HandleFunc("POST /language", c.language)
	mux.HandleFunc("GET /worker.js", c.assets.worker)
	mux.HandleFunc("GET /offline", c.offline)
	mux.HandleFunc("GET /manifest.webmanifest", c.manifest)
	mux.HandleFunc("GET /assets/{version}/{name}", c.assets.serve)
}

// refuse answers programs with a problem and people with a page.
func (c *Console) refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	if strings.HasPrefix(r.URL.Path, "/api/") || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		api.Problems(w, r, status, detail)
		return
	}
	c.errorPage(w, r, status)
}
