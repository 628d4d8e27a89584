package console

import (
	"net/http"

	"example.org/campushub/alerting"
	notices "example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// noticesPage is what parents see, and all that they ever see: the notices of
// their schools, newest first.
type noticesPage struct {
	*page
	Notices []letter
}

// letter is one notice on the page.
type letter struct {
	ID, At, School string
	Number         int
	Text           string
	Other          string // in the other language
	Replaced       bool
}

func (c *Console) notices(w http.ResponseWriter, r *http.Request, a people.Account) {
	sent, err := c.api.Service().Notices(a, api.MaxNotices)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &noticesPage{page: c.newPage(r, a)}
	p.Title, p.Live = p.Say("notices"), true
	p.Notices = p.letters(sent)
	c.render(w, http.StatusOK, "notices", p)
}

// letters are notices in the reader's language.
func (p *page) letters(sent []notices.Sent) (out []letter) {
	for _, s := range sent {
		l := letter{
			ID: s.ID, At: s.At.In(p.zoneOf(s.School)).Format("2006-01-02 15:04"), School: p.schoolName(s.School),
			Number: s.Number, Text: s.Text.EN, Other: s.Text.ZH, Replaced: s.Replaced,
		}
		if p.Lang() == "zh" {
			l.Text, l.Other = s.Text.ZH, s.Text.EN
		}
		out = append(out, l)
	}
	return out
}

func (p *page) schoolName(id string) string {
	s, ok := p.people.School(id)
	if !ok {
		return id
	}
	return p.Text(s.Name)
}

// Parent reports whether the reader is there for notices alone: nothing of how
// the hub works is for them.
func (p *page) Parent() bool { return p.Account.Role == alerting.RoleParent }

// elsewhere serves the beginning of whoever has no board but something else.
func (c *Console) elsewhere(w http.ResponseWriter, r *http.Request, a people.Account) bool {
	switch {
	case !c.api.Service().HasNotices():
		return false
	case a.Role == alerting.RoleParent:
		c.notices(w, r, a)
	case a.Role == alerting.RoleStaff:
		c.headcounts(w, r, a)
	default:
		return false
	}
	return true
}
