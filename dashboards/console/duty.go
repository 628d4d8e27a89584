package console

import (
	"net/http"
	"strings"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// postsPage is how the posts of the reader's schools stand.
type postsPage struct {
	*page
	Schools []schoolPosts
	Keeps   bool // the reader keeps the roster
}

// schoolPosts is one school's board.
type schoolPosts struct {
	*page
	api.SchoolBoard
	Rows  []postRow
	Keeps bool
}

// postRow is one post: the shift that runs or begins, or none.
type postRow struct {
	*page
	duty.PostState
	ID, School string
	Shift      *duty.ShiftState
}

// mountDuty adds the pages of posts, rosters and shifts.
func (c *Console) mountDuty(mux routes) {
	mux.HandleFunc("GET /posts", c.signedIn(c.posts))
	mux.HandleFunc("GET /posts/day", c.signedIn(c.postsDay))
	mux.HandleFunc("POST /posts/roll-call", c.signedIn(c.rollCall))
	mux.HandleFunc("GET /posts/{id}/code.png", c.signedIn(c.postCode))
	mux.HandleFunc("POST /posts/away", c.signedIn(c.away))
	mux.HandleFunc("POST /roster/replace", c.signedIn(c.replace))
	mux.HandleFunc("POST /roster/swap", c.signedIn(c.swap))
	mux.HandleFunc("GET /roster", c.signedIn(c.roster))
	mux.HandleFunc("POST /roster", c.signedIn(c.uploadRoster))
	mux.HandleFunc("GET /shift", c.signedIn(c.shift))
	mux.HandleFunc("POST /shift/check", c.signedIn(c.checkIn))
	mux.HandleFunc("POST /shift/claim", c.signedIn(c.claim))
	mux.HandleFunc("POST /shift/well", c.signedIn(c.sayWell))
	mux.HandleFunc("POST /shift/answer", c.signedIn(c.answerRoll))
}

func (c *Console) posts(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &postsPage{page: c.newPage(r, a), Keeps: api.KeepsRoster(a.Role)}
	p.Renew = renewS
	all, err := c.api.Service().Posts(a, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p.Title = p.Say("duty")
	for _, b := range all {
		p.Schools = append(p.Schools, p.boardOf(b))
	}
	c.render(w, http.StatusOK, "posts", p)
}

func (p *postsPage) boardOf(b api.SchoolBoard) schoolPosts {
	out := schoolPosts{page: p.page, SchoolBoard: b, Keeps: p.Keeps}
	for _, s := range b.Posts {
		row := postRow{page: p.page, PostState: s, ID: s.Post.ID, School: b.ID}
		if len(s.Shifts) == 0 {
			out.Rows = append(out.Rows, row)
		}
		for i := range s.Shifts {
			each := row
			each.Shift = &s.Shifts[i]
			out.Rows = append(out.Rows, each)
		}
	}
	return out
}

// NameOf is what the school is called.
func (s schoolPosts) NameOf() string { return s.schoolName(s.ID) }

// StandInLines say who was named within a shift, and whether they were told.
func (s schoolPosts) StandInLines() []phoned {
	var out []phoned
	for _, in := range s.StandIns {
		line := s.Say("duty.standin", "who", in.Person, "post", s.Text(in.Shift.Post.Name), "named", s.clockOf(in.Named, s.ID)) + " · "
		switch {
		case in.Here:
			out = append(out, phoned{Text: line + s.Say("duty.standin.here")})
		case in.Failed:
			out = append(out, s.phoned(line+s.Say("duty.standin.unreached"), in.Person))
		case in.Told.IsZero():
			out = append(out, phoned{Text: line + s.Say("duty.standin.underway")})
		default:
			out = append(out, phoned{Text: line + s.Say("duty.standin.told", "time", s.clockOf(in.Told, s.ID))})
		}
	}
	return out
}

// AsOf is when the board was so.
func (s schoolPosts) AsOf() string { return s.timeOf(s.At, s.ID) }

// Key tells the row apart on the page: a post may have two shifts on it.
func (r postRow) Key() string {
	key := "post-" + r.School + "-" + r.ID
	if r.Shift != nil {
		key += "-" + r.Shift.From.UTC().Format("0102T1504")
	}
	return key
}

// Name is what the post is called.
func (r postRow) Name() string { return r.Text(r.Post.Name) }

// Changes is when the row changes by itself.
func (r postRow) Changes() string {
	if r.Next.IsZero() {
		return ""
	}
	return r.clockOf(r.Next, r.School)
}

// Hours are those of the shift.
func (r postRow) Hours() string {
	return r.Shift.Hours(r.zoneOf(r.School))
}

// State is how the post stands, and StateName the word for it.
func (r postRow) State() string {
	switch s := r.Shift; {
	case s == nil:
		return "idle"
	case !s.Rostered:
		return "no-roster"
	case s.Uncovered:
		return "uncovered"
	case s.CannotTell:
		return "cannot-tell"
	case s.Missing > 0:
		return "missing"
	case s.Present < s.Required:
		return "waiting"
	}
	return "manned"
}

// StateName is the word for the state.
func (r postRow) StateName() string { return r.Say("duty.state." + r.State()) }

// LostLine says what is lost, so that cards do not arrive at the post; empty where
// they do.
func (r postRow) LostLine() string {
	b := r.Shift.Blind
	if b.From.IsZero() {
		return ""
	}
	word := "duty.lost.reader"
	if b.Link() {
		word = "duty.lost.link"
	}
	if !b.To.IsZero() {
		return r.Say(word+".back", "since", r.sinceOf(b.From), "time", r.sinceOf(b.To))
	}
	return r.Say(word, "since", r.sinceOf(b.From))
}

// sinceOf is the time of day, with the day where that is another one than the
// shift's.
func (r postRow) sinceOf(t time.Time) string {
	at := t.In(r.zoneOf(r.School))
	if calendar.On(t, r.zoneOf(r.School)) != r.Shift.Date {
		return at.Format("01-02 15:04")
	}
	return at.Format("15:04")
}

// PersonLine is one person of the roster in words.
func (r postRow) PersonLine(s duty.PersonState) string {
	name := s.Person
	if s.There != "" {
		name = s.There
	}
	out := name + " · " + r.vocabulary(s.Role.Title()) + " · " + r.Say("duty.status."+string(s.Status))
	if s.Status == duty.Present {
		out += " " + r.clockOf(s.Since, r.School)
	}
	if s.Tardy {
		out += " · " + r.Say("duty.tardy")
	}
	return out
}

// UnplannedLine names who is there and owes nothing; empty where nobody is.
func (r postRow) UnplannedLine() string {
	if len(r.Shift.Unplanned) == 0 {
		return ""
	}
	return r.Say("duty.unplanned", "who", strings.Join(r.Shift.Unplanned, r.Say("list.comma")))
}

// clockOf is the time of day at a school, to the minute.
func (p *page) clockOf(t time.Time, school string) string {
	return t.In(p.zoneOf(school)).Format("15:04")
}

// CallLines are what became of the latest roll call.
func (s schoolPosts) CallLines() []phoned {
	if len(s.Calls) == 0 {
		return nil
	}
	var out []phoned
	for _, who := range s.Calls[0].Call.People {
		answer := s.Calls[0].CallState.People[who]
		line := who + " · " + s.Say("duty.called."+string(answer))
		if answer == duty.Unreached || answer == duty.Unanswered {
			out = append(out, s.phoned(line, who))
			continue
		}
		out = append(out, phoned{Text: line})
	}
	return out
}

// CallAt is when it began.
func (s schoolPosts) CallAt() string { return s.timeOf(s.Calls[0].At, s.ID) }

// Code and PIN are what hangs at a post.
func (s schoolPosts) Code(post string) string { return s.School.Code(post) }
func (s schoolPosts) PIN(post string) string  { return s.School.PIN(post) }

// HasPosts reports whether posts of the reader's schools are watched and the
// reader stands at some.
func (p *page) HasPosts() bool { return p.posts }

// ReadsPosts reports whether the reader sees who stands where.
func (p *page) ReadsPosts() bool { return p.posts && api.ReadsPosts(p.Account.Role) }
