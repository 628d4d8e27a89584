package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// shiftPage is a person's own shifts, on a phone.
type shiftPage struct {
	*page
	Known bool // the account is somebody on a roster
	There bool // checked in at a post, on the roster or not
	Code  string
	Owes  []ownShift
	Open  []ownShift
	Calls []api.OwnQuestion // of roll calls
	Alone []api.OwnQuestion // of whoever watches alone
	// Rounds are the patrol rounds that run now.
	Rounds []ownRound
	// Posts are those of the guard's schools, with who is there now.
	Posts []manning
}

// manning is one of them.
type manning struct {
	*page
	api.Manning
}

// ownShift is one of them.
type ownShift struct {
	*page
	api.MyShift
	Code string // as the QR code brought it along
}

func (c *Console) shift(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &shiftPage{page: c.newPage(r, a), Code: r.URL.Query().Get("code")}
	all, known, err := c.api.Service().MyShifts(a, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p.Known, p.Title, p.Renew = known, p.Say("shift"), renewS
	p.There = c.api.Service().AtPost(a, p.now)
	for _, q := range c.api.Service().MyQuestions(r.Context(), a, p.now) {
		if q.Call == "" {
			p.Alone = append(p.Alone, q)
		} else {
			p.Calls = append(p.Calls, q)
		}
	}
	p.rounds(c.api.Service().MyRounds(a, p.now), r.URL.Query().Get("post"))
	for _, m := range c.api.Service().Manned(a, p.now) {
		p.Posts = append(p.Posts, manning{p.page, m})
	}
	for _, m := range all {
		own := ownShift{p.page, m, p.Code}
		if post := r.URL.Query().Get("post"); post != "" && post != m.PostID {
			own.Code = ""
		}
		if m.Open {
			p.Open = append(p.Open, own)
			continue
		}
		p.Owes = append(p.Owes, own)
	}
	c.render(w, http.StatusOK, "shift", p)
}

// Renews is after how many seconds the page reads itself anew; 0 never. While
// the reader is at a post a question must appear without their doing anything;
// what they have begun to write before they are there is not lost, and for the
// number of a patrol's point there is time.
func (p *shiftPage) Renews() int {
	begins := func(s ownShift) bool { return !s.Here() && s.Now() }
	asked := len(p.Alone)+len(p.Calls) > 0
	switch {
	case !asked && (!p.There || slices.ContainsFunc(p.Owes, begins)):
		return 0
	case !asked && len(p.Rounds) > 0:
		return 60
	}
	return 20
}

// Key tells the shift apart on the page.
func (s ownShift) Key() string {
	return "shift-" + s.School + "-" + s.PostID + "-" + s.From.UTC().Format("0102T1504")
}

// Where and When say which shift it is.
func (s ownShift) Where() string { return s.Text(s.Post.Name) }
func (s ownShift) When() string {
	zone := s.zoneOf(s.School)
	return s.date(s.From.In(zone)) + " " + s.Shift.Hours(zone)
}

// As is in what capacity.
func (s ownShift) As() string { return s.vocabulary(s.MyShift.Role.Title()) }

// Here reports whether the reader is checked in.
func (s ownShift) Here() bool {
	return slices.ContainsFunc(s.People, func(p duty.PersonState) bool { return p.Status == duty.Present && p.There == s.Who })
}

// Left reports whether the reader was there and has left, by this page or by a card.
func (s ownShift) Left() bool {
	return slices.ContainsFunc(s.People, func(p duty.PersonState) bool { return p.Status == duty.Left && p.Person == s.Who })
}

// Now reports whether the shift can be checked in to.
func (s ownShift) Now() bool { return !s.page.now.Before(s.OpensAt) && s.page.now.Before(s.To) }

// Opens is when it can be.
func (s ownShift) Opens() string { return s.clockOf(s.OpensAt, s.School) }

// Beside are those who stand there too.
func (s ownShift) Beside() []string {
	var out []string
	for _, p := range s.People {
		if p.Status == duty.Present && p.There != s.Who {
			out = append(out, p.There+" · "+s.vocabulary(p.Role.Title())+" "+s.clockOf(p.Since, s.School))
		}
	}
	return out
}

// PostName is the post with its school, where the reader has several.
func (m manning) PostName() string {
	if len(m.Account.Schools) > 1 {
		return m.schoolName(m.School) + " · " + m.Text(m.Post.Name)
	}
	return m.Text(m.Post.Name)
}

// Who lists who is there.
func (m manning) Who() []string {
	var out []string
	for _, p := range m.There {
		line := p.Person
		if p.Role != "" {
			line += " · " + m.vocabulary(p.Role.Title()) + " " + m.clockOf(p.Since, m.School)
		}
		out = append(out, line)
	}
	switch {
	case m.Unseen:
		out = append(out, m.Say("duty.state.cannot-tell"))
	case len(out) == 0:
		out = append(out, m.Say("shift.nobody"))
	}
	return out
}

func (c *Console) checkIn(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	_, err := c.api.Service().CheckIn(r.Context(), a, watch.Stamp{
		ID: r.PostFormValue("id"), School: r.PostFormValue("school"), Post: r.PostFormValue("post"),
		Code: strings.TrimSpace(r.PostFormValue("code")), Out: r.PostFormValue("out") != "",
	})
	c.done(w, r, "/shift", "done.duty", dutyRefusals, err)
}

func (c *Console) claim(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	date, err := calendar.ParseDate(r.PostFormValue("date"))
	if err != nil {
		c.errorPage(w, r, http.StatusUnprocessableEntity)
		return
	}
	key := duty.ShiftKey{Date: date, PostID: r.PostFormValue("post"), Window: r.PostFormValue("shift")}
	err = c.api.Service().Claim(r.Context(), a, r.PostFormValue("school"), key, r.PostFormValue("back") != "")
	c.done(w, r, "/shift", "done.duty", dutyRefusals, err)
}

func (c *Console) sayWell(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	err := c.api.Service().SayWell(r.Context(), a, r.PostFormValue("school"), r.PostFormValue("id"))
	c.done(w, r, "/shift", "done.duty", dutyRefusals, err)
}

func (c *Console) answerRoll(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	help := r.PostFormValue("help") != ""
	err := c.api.Service().AnswerRoll(r.Context(), a, r.PostFormValue("school"), r.PostFormValue("call"), help)
	switch {
	case help && err == nil:
		http.Redirect(w, r, withNotice("/shift", "done.help"), http.StatusSeeOther)
	case help && errors.Is(err, alerting.ErrUnavailable):
		c.refused(w, r, "/shift", "refused.help", err)
	default:
		c.done(w, r, "/shift", "done.duty", dutyRefusals, err)
	}
}
