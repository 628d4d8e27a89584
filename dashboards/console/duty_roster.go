package console

import (
	"errors"
	"mime/multipart"
	"net/http"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// rosterPage is where an officer hands a sheet in, and reads what is wrong with
// it.
type rosterPage struct {
	*page
	School  string
	Days    calendar.Span
	Entries int
	Result  *sheet.Result
	Refused string // why the file is none at all
	Version string // of the days that the page shows

	all     []duty.Entry
	posts   []duty.Post
	shifts  func(duty.ShiftKey) (duty.Shift, bool)
	changes []watch.Change
}

func (c *Console) roster(w http.ResponseWriter, r *http.Request, a people.Account) {
	c.showRoster(w, r, a, http.StatusOK, func(*rosterPage) {})
}

// showRoster renders the page with what came of a sheet.
func (c *Console) showRoster(w http.ResponseWriter, r *http.Request, a people.Account, status int, with func(*rosterPage)) {
	p := &rosterPage{page: c.newPage(r, a), School: r.FormValue("school")}
	days, err := c.api.Service().Days(a, r.FormValue("from"), r.FormValue("to"), p.now)
	if err != nil {
		days, err = c.api.Service().Days(a, "", "", p.now)
	}
	if err == nil {
		p.all, err = c.api.Service().Roster(a, p.School, days)
	}
	for i := 0; i < len(a.Schools) && p.School == "" && errors.Is(err, alerting.ErrInvalid); i++ { // several schools: the first with posts
		if all, failed := c.api.Service().Roster(a, a.Schools[i], days); failed == nil {
			p.School, p.all, err = a.Schools[i], all, nil
		}
	}
	if err == nil {
		p.Entries, p.Version = len(p.all), duty.Version(p.all)
		p.posts = c.api.Service().PostsOf(a, p.schoolID())
		p.shifts = func(key duty.ShiftKey) (duty.Shift, bool) { return c.api.Service().ShiftOf(a, p.schoolID(), key) }
		p.changes, err = c.api.Service().RosterChanges(r.Context(), a, p.schoolID())
	}
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p.Days, p.Title = days, p.Say("roster")
	with(p)
	c.render(w, status, "roster", p)
}

// SchoolOptions are the reader's schools.
func (p *rosterPage) SchoolOptions() []option {
	var out []option
	for _, id := range p.Account.Schools {
		out = append(out, option{Code: id, Name: p.schoolName(id), On: id == p.School})
	}
	return out
}

// uploadRoster takes a sheet whole or not at all, and says every bad row.
func (c *Console) uploadRoster(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !api.KeepsRoster(a.Role) {
		c.errorPage(w, r, http.StatusForbidden)
		return
	}
	f, _, err := r.FormFile("sheet")
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.errorPage(w, r, http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		c.refusedSheet(w, r, a, c.newPage(r, a).Say("roster.nofile"))
		return
	}
	defer f.Close() //nolint:errcheck // it was only read
	c.takeSheet(w, r, a, f)
}

func (c *Console) takeSheet(w http.ResponseWriter, r *http.Request, a people.Account, f multipart.File) {
	days, err := c.api.Service().Days(a, r.FormValue("from"), r.FormValue("to"), c.newPage(r, a).now)
	if err != nil {
		c.refusedSheet(w, r, a, c.newPage(r, a).Say("roster.period"))
		return
	}
	got, err := c.api.Service().ImportRoster(r.Context(), a, r.FormValue("school"), days, seenOf(r), f)
	var refused *sheet.Refusal
	switch {
	case errors.Is(err, duty.ErrOtherRoster):
		p := c.newPage(r, a)
		c.showRoster(w, r, a, http.StatusPreconditionFailed, func(to *rosterPage) { to.Refused = p.Text(duty.ErrOtherRoster.Text) })
	case errors.As(err, &refused):
		c.refusedSheet(w, r, a, c.newPage(r, a).Text(refused.Reason))
	case errors.Is(err, duty.ErrFull):
		c.refusedSheet(w, r, a, c.newPage(r, a).Say("roster.full"))
	case errors.Is(err, alerting.ErrInvalid): // of several schools none is chosen
		c.refusedSheet(w, r, a, c.newPage(r, a).Say("roster.noschool"))
	case err != nil:
		c.failed(w, r, err)
	case len(got.Faults) > 0:
		c.showRoster(w, r, a, http.StatusUnprocessableEntity, func(p *rosterPage) { p.Result = &got })
	default:
		c.showRoster(w, r, a, http.StatusOK, func(p *rosterPage) { p.Result = &got })
	}
}

// seenOf are the versions that the page showed of the days that are meant; nil
// where it showed other days.
func seenOf(r *http.Request) []string {
	seen := r.FormValue("seen")
	if seen == "" || r.FormValue("seen_of") != r.FormValue("school")+" "+r.FormValue("from")+" "+r.FormValue("to") {
		return nil
	}
	return []string{seen}
}

// SeenOf are the days whose version the page has.
func (p *rosterPage) SeenOf() string {
	return p.schoolID() + " " + p.Days.From.String() + " " + p.Days.To.String()
}

func (c *Console) refusedSheet(w http.ResponseWriter, r *http.Request, a people.Account, why string) {
	c.showRoster(w, r, a, http.StatusUnprocessableEntity, func(p *rosterPage) { p.Refused = why })
}

// rollCall asks everybody at the posts of a school.
func (c *Console) rollCall(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	id := r.PostFormValue("id")
	if _, err := uuid.Parse(id); err != nil {
		c.errorPage(w, r, http.StatusUnprocessableEntity)
		return
	}
	c.done(w, r, "/posts", "done.duty", dutyRefusals, c.api.Service().CallRoll(r.Context(), a, r.PostFormValue("school"), id))
}

// NewID makes a form idempotent.
func (p *page) NewID() string { return uuid.NewString() }
