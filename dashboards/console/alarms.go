package console

import (
	"net/http"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// maxAlarms bounds the alarms on a page that is no board. Overflow: the gravest
// are shown, the board has all.
const maxAlarms = 3

// Alarms are the incidents that wait for somebody, the gravest first: every page
// shows them, and sounds like them. The board has them as cards.
func (p *page) Alarms() []card {
	var out []card
	for _, i := range p.unresolved {
		if k := (card{page: p, Incident: i}); !k.Calm() && (k.Sound() != "" || k.Incident.Severity != alerting.Low) && k.Group() != groupDrill && !k.Hushed() && k.told() {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b card) int { return slices.Index(groups, a.Group()) - slices.Index(groups, b.Group()) })
	return out[:min(len(out), maxAlarms)]
}

// Alarms of the board are its cards.
func (b *board) Alarms() []card { return nil }

// Alarms beside an incident are the others.
func (p *incidentPage) Alarms() []card {
	return slices.DeleteFunc(p.page.Alarms(), func(k card) bool { return k.ID == p.Detail.ID })
}

// Alarms move nothing under the thumb of whoever calls help.
func (p *raisePage) Alarms() []card { return nil }

// Follows reports whether the page lives by live.js: it is signed in, and has no
// script that does more.
func (p *page) Follows() bool { return p.SignedIn() && !p.Live && !p.Parent() && !p.dead }

// Stream is the event stream that the page follows; "" for a reader who has
// none: such a page asks for itself.
func (p *page) Stream() string {
	if p.Parent() {
		return "/api/v1/notices/stream?beat=1"
	}
	if !p.Account.Role.SeesIncidents() {
		return ""
	}
	return "/api/v1/stream?beat=1"
}

// ShowsState reports whether the page has something that grows old.
func (p *page) ShowsState() bool { return true }

// ShowsState of the page to call help: nothing on it does.
func (p *raisePage) ShowsState() bool { return false }

// alarms is what a page that can't be drawn anew asks for.
func (c *Console) alarms(w http.ResponseWriter, r *http.Request, a people.Account) {
	c.render(w, http.StatusOK, "alarms", c.newPage(r, a))
}

// renewS is after how many seconds a page that shows states draws itself anew,
// besides every change that the stream tells.
const renewS = 15
