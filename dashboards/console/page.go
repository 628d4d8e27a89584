package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

//go:embed templates/*.html
var templateFiles embed.FS

// places are where the layout takes in what is the page's own: the template
// "board.main" is the board's main part. Every page has a main part; without a
// script of its own it loads that of all pages.
var places = []string{"script", "counts", "main"}

// loadTemplates reads all templates as one set: what the pages have in common
// is in memory once, and not once for each of them.
func loadTemplates(files *assets) (*template.Template, error) {
	t, err := template.New("console").
		Funcs(template.FuncMap{"asset": files.url, "call": withDetail, "update": updateWithDetail}).
		ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("console templates: %w", err)
	}
	return t, nil
}

// page is what every page knows: who reads it, in which language, and when.
type page struct {
	words   catalogue
	Account people.Account
	people  *people.Directory
	now     time.Time
	drills  bool // the reader has a part in them
	posts   bool // of the reader's schools are watched
	hazards bool // are the reader's to report
	devices bool // are supervised
	vault   bool // evidence can be taken away
	// accounts are looked after here.
	accounts bool
	// configured: somebody says what is at fault in the configuration.
	configured bool
	folk       bool   // the reader looks after whom alarms reach
	invites    bool   // the reader looks after what parents subscribe with
	dead       bool   // tells of a fault, and has nothing that changes
	release    string // of the assets
	// unresolved is what the reader may see of it.
	unresolved []alerting.Incident

	Way    way // the head line
	Title  string
	Here   string // path and query, where a form comes back to
	Notice *notice
	Live   bool // a script of its own follows the event stream
	Renew  int  // seconds after which live.js draws it anew; 0 never
	Count  int  // open incidents, for the tab
	// PushKey is what the reader's browser subscribes with; "" where nobody is
	// reached through it.
	PushKey string

	parts map[string]template.HTML // by place, once they are drawn
}

// notice is what came of a command, in words over the page.
type notice struct {
	Text  string
	Error bool
}

func (c *Console) newPage(r *http.Request, a people.Account) *page {
	p := &page{
		words: c.languageOf(r), Account: a, people: c.api.Service().People(),
		now: time.Now(), Here: localPath(r.URL.RequestURI()),
	}
	p.release = c.assets.version
	p.Title, p.drills = p.Say("title"), c.api.Service().RunsDrills(a)
	p.posts = c.api.Service().HasPosts(a)
	p.hazards = c.api.Service().HasHazards(a)
	p.devices, p.vault = c.api.Service().Supervises(), c.api.Service().HasEvidence()
	p.accounts = c.api.HasAccounts()
	p.configured = c.api.Service().HasConfiguration()
	p.invites = c.api.Invites(a)
	p.folk = c.api.Service().HasTrials() && api.ReadsFolk(a.Role)
	if key, ok := c.api.PushKey(a); ok {
		p.PushKey = key
	}
	if a.Role.SeesIncidents() {
		p.unresolved = p.shown(c.api.Service().Unresolved(a))
		p.Count = len(p.unresolved)
	}
	p.Way = c.wayOf(p)
	p.Notice = p.noticeOf(r.URL.Query().Get("notice"))
	return p
}

// Say is the word for a key in the reader's language and trade.
func (p *page) Say(key string, pairs ...any) string {
	return p.words.say(p.Account.Role.Audience(), key, pairs...)
}

// many is the word for so many: a key with ".one" behind it has it for one.
func (p *page) many(key string, n int) string {
	if n == 1 {
		key += ".one"
	}
	return p.Say(key, "n", n)
}

// Lang is the page's language.
func (p *page) Lang() string { return p.words.lang }

// HTMLLang is the same for the lang attribute, which picks glyphs and hyphens.
func (p *page) HTMLLang() string {
	if p.words.lang == "zh" {
		return "zh-Hans"
	}
	return p.words.lang
}

// OtherLang is the language that the switch leads to.
func (p *page) OtherLang() string {
	for _, l := range languages {
		if l != p.words.lang {
			return l
		}
	}
	return p.words.lang
}

// Text picks the language of a sentence.
func (p *page) Text(t alerting.Text) string { return p.words.text(t) }

// SignedIn reports whether somebody reads the page.
func (p *page) SignedIn() bool { return p.Account.Name != "" }

// MayRaise reports whether the reader's phone is a button.
func (p *page) MayRaise() bool { return p.SignedIn() && p.Account.Role.MayRaise() }

// HelpBar reports whether the way to call help stands at the bottom of a
// telephone: on every page of a guard's but the one that it leads to.
func (p *page) HelpBar() bool {
	return p.MayRaise() && p.Account.Role == alerting.RoleGuard && !strings.HasPrefix(p.Here, "/raise")
}

// HasDrills reports whether the reader has a part in drills.
func (p *page) HasDrills() bool { return p.drills }

// HasDevices reports whether the reader looks after devices.
func (p *page) HasDevices() bool {
	return p.devices && (p.Account.Role.SeesIncidents() || p.Account.Role == alerting.RoleAdmin)
}

// Role is the reader's role in words.
func (p *page) Role() string { return p.Say("role." + string(p.Account.Role)) }

// Now is the hub's time for the script's clocks.
func (p *page) Now() string { return rfc3339(p.now) }

// Zone is the time zone of the reader's first school.
func (p *page) Zone() string { return p.zone().String() }

// Clock is the time of day there.
func (p *page) Clock() string { return p.now.In(p.zone()).Format(time.TimeOnly) }

func (p *page) zone() *time.Location {
	if len(p.Account.Schools) > 0 {
		return p.zoneOf(p.Account.Schools[0])
	}
	return time.UTC
}

func (p *page) zoneOf(school string) *time.Location {
	s, _ := p.people.School(school)
	return s.Location()
}

// framed is the data of a page's templates: it embeds a *page.
type framed interface{ frame() *page }

func (p *page) frame() *page { return p }

// Fills reports whether the page has a part of its own for that place.
func (p *page) Fills(place string) bool { _, filled := p.parts[place]; return filled }

// Part is the page's own part for that place; empty where it has none.
func (p *page) Part(place string) template.HTML { return p.parts[place] }

// draw writes a page into b: first its own parts, then the layout around them.
func (c *Console) draw(b *bytes.Buffer, name string, data framed) error {
	parts := map[string]template.HTML{}
	for _, place := range places {
		t := c.templates.Lookup(name + "." + place)
		if t == nil && place == "main" {
			return fmt.Errorf("there is no template %s.main", name)
		}
		if t == nil {
			continue
		}
		b.Reset()
		if err := t.Execute(b, data); err != nil {
			return err
		}
		parts[place] = template.HTML(b.String()) // a template has written and escaped it
	}
	data.frame().parts = parts
	b.Reset()
	return c.templates.ExecuteTemplate(b, "layout", data)
}

// render writes a page. It is built whole first, so that a fault in it is an
// error and not half a page.
func (c *Console) render(w http.ResponseWriter, status int, name string, data framed) {
	var b bytes.Buffer
	if err := c.draw(&b, name, data); err != nil {
		c.log.Error("rendering a page failed", "page", name, "error", err)
		http.Error(w, "the hub could not show this page", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Cookie, Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
