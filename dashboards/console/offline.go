package console

import (
	"encoding/json"
	"net/http"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// colours of the browser's own frame around a page: those of the surface that the
// head of a page has, in each theme.
type themeColour struct{ Value, Media string }

var themeColours = []themeColour{
	{"#f8f7f4", "(prefers-color-scheme: light)"},
	{"#191c1f", "(prefers-color-scheme: dark)"},
}

// ThemeColours are for the browser's frame.
func (p *page) ThemeColours() []themeColour { return themeColours }

// Installs reports whether the page sees to the worker: where somebody is signed in,
// whose words it is to have.
func (p *page) Installs() bool { return p.SignedIn() && !p.dead }

// appManifest is how the console presents itself where it is installed
// (w3.org/TR/appmanifest).
type appManifest struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	ShortName   string    `json:"short_name"`
	Description string    `json:"description"`
	Lang        string    `json:"lang"`
	StartURL    string    `json:"start_url"`
	Scope       string    `json:"scope"`
	Display     string    `json:"display"`
	Background  string    `json:"background_color"`
	Theme       string    `json:"theme_color"`
	Icons       []appIcon `json:"icons"`
}

type appIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

// icons are the pictures of assets/icon.svg, the last with room around it.
var icons = []appIcon{
	{"icon.svg", "any", "image/svg+xml", ""},
	{"icon-192.png", "192x192", "image/png", ""},
	{"icon-512.png", "512x512", "image/png", ""},
	{"icon-maskable.png", "512x512", "image/png", "maskable"},
}

// asked is the language that an address names, else the browser's.
func (c *Console) asked(r *http.Request) catalogue {
	if words, ok := c.words[r.URL.Query().Get("lang")]; ok {
		return words
	}
	return c.languageOf(r)
}

func (c *Console) manifest(w http.ResponseWriter, r *http.Request) {
	p := &page{words: c.asked(r)}
	m := appManifest{
		ID: "/", Name: p.Say("product"), ShortName: p.Say("product.short"), Description: p.Say("product.what"), Lang: p.HTMLLang(),
		StartURL: "/", Scope: "/", Display: "standalone", Background: themeColours[0].Value, Theme: themeColours[0].Value,
	}
	for _, i := range icons {
		i.Source = "/assets/" + c.assets.version + "/" + i.Source
		m.Icons = append(m.Icons, i)
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	_ = json.NewEncoder(w).Encode(m)
}

// offlinePage is what a browser shows where there is no hub. It is fetched while
// there is one, and kept: it says nothing of any incident, and nobody's name.
type offlinePage struct {
	*page
	audience alerting.Audience
}

// Bare reports whether the page has no head: what it leads to is not there either.
func (p *page) Bare() bool { return false }

// Bare of the page without a hub: all.
func (p *offlinePage) Bare() bool { return true }

// Say is in the words of whoever was signed in.
func (p *offlinePage) Say(key string, pairs ...any) string {
	return p.words.say(p.audience, key, pairs...)
}

// Calls reports whether the reader is told to telephone 110, for which there is a
// button.
func (p *offlinePage) Calls() bool {
	return p.audience != alerting.Police && p.audience != alerting.Parents
}

func (c *Console) offline(w http.ResponseWriter, r *http.Request) {
	p := &offlinePage{page: c.newPage(r, people.Account{}), audience: alerting.Audience(r.URL.Query().Get("audience"))}
	p.words, p.dead = c.asked(r), true
	p.Title = p.Say("offline.title")
	c.render(w, http.StatusOK, "offline", p)
}
