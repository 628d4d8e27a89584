package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
)

// listedMutes is how many of the latest mutes that have ended are shown.
const listedMutes = 10

// schoolMutes is who muted which gate rule of a school, and the form for it.
type schoolMutes struct {
	*page
	ID   string
	Held []rules.Mute
	Past []rules.Mute
	Why  string // why the earlier ones are not shown; "" where they are

	all []*rules.Rule
}

// mutesOf is nil where no gate rules run.
func (c *Console) mutesOf(r *http.Request, p *page, school string) (*schoolMutes, error) {
	s := c.api.Service()
	if !s.HasGates() {
		return nil, nil //nolint:nilnil // a page without them is whole
	}
	m := &schoolMutes{page: p, ID: school}
	var err error
	if m.all, err = s.GateRules(p.Account, school); err != nil {
		return nil, err
	}
	if m.Held, err = s.Held(p.Account, school, p.now); err != nil {
		return nil, err
	}
	latest, err := s.Mutes(r.Context(), p.Account, school)
	if errors.Is(err, alerting.ErrUnavailable) {
		m.Why = p.Say("mutes.unread")
		return m, nil
	}
	m.Past = slices.DeleteFunc(latest, func(o rules.Mute) bool {
		return slices.ContainsFunc(m.Held, func(held rules.Mute) bool { return held.ID == o.ID })
	})
	m.Past = m.Past[:min(len(m.Past), listedMutes)]
	return m, err
}

// May reports whether the reader may mute rules.
func (m *schoolMutes) May() bool { return api.MutesRules(m.Account.Role) }

// Line is a mute in words.
func (m *schoolMutes) Line(o rules.Mute) string {
	zone := m.zoneOf(m.ID)
	at := func(t time.Time) string { return t.In(zone).Format("01-02 15:04") }
	line := m.Say("mutes.line", "rule", m.ruleName(o.Rule), "gate", m.gateName(o.Device), "from", at(o.From), "until", at(o.Until), "by", o.By, "reason", o.Reason)
	if !o.Lifted.IsZero() {
		line += " · " + m.Say("mutes.lifted", "time", at(o.Lifted), "by", o.LiftedBy)
	}
	return line
}

func (m *schoolMutes) ruleName(id string) string {
	for _, r := range m.all {
		if r.ID == id {
			return id + " " + m.Text(r.Title)
		}
	}
	return id
}

func (m *schoolMutes) gateName(id string) string {
	if id == "" {
		return m.Say("mutes.every")
	}
	known, _ := m.people.Device(devices.Address{School: m.ID, Device: id})
	return id + " · " + m.Text(known.Place.Name)
}

// RuleOptions are the rules that can be muted.
func (m *schoolMutes) RuleOptions() []option {
	var out []option
	for _, r := range m.all {
		if !r.Always {
			out = append(out, option{Code: r.ID, Name: m.ruleName(r.ID)})
		}
	}
	return out
}

// GateOptions are the gates of the school, and all of them.
func (m *schoolMutes) GateOptions() []option {
	out := []option{{Name: m.Say("mutes.every")}}
	for _, d := range m.people.Devices() {
		if d.Address.School == m.ID && d.Kind == devices.KindGate {
			out = append(out, option{Code: d.Address.Device, Name: m.gateName(d.Address.Device)})
		}
	}
	return out
}

// TimeOptions are for how long.
func (m *schoolMutes) TimeOptions() []option {
	var out []option
	for _, minutes := range []int{30, 60, 120, 240, 480} {
		name := m.Say("mutes.minutes", "n", minutes)
		if minutes >= 60 {
			name = m.Say("mutes.hours", "n", minutes/60)
		}
		out = append(out, option{Code: strconv.Itoa(minutes), Name: name})
	}
	return out
}

// mute keeps a rule from raising anything new for a time.
func (c *Console) mute(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	minutes, err := strconv.Atoi(r.PostFormValue("minutes"))
	id := r.PostFormValue("id")
	if err != nil || minutes < 1 || minutes > int(rules.LongestMute/time.Minute) || id == "" || len(id) > 64 {
		c.done(w, r, "/gates", "", muteRefusals, alerting.ErrInvalid)
		return
	}
	_, err = c.api.Service().Mute(r.Context(), a, rules.Mute{
		ID: id, School: r.PostFormValue("school"), Device: r.PostFormValue("device"), Rule: r.PostFormValue("rule"), Reason: r.PostFormValue("reason"),
	}, time.Duration(minutes)*time.Minute, time.Now())
	c.done(w, r, "/gates", "done.mute", muteRefusals, err)
}

// lift ends a mute before its time.
func (c *Console) lift(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	c.done(w, r, "/gates", "done.lift", muteRefusals, c.api.Service().Lift(r.Context(), a, r.PostFormValue("school"), r.PathValue("id"), time.Now()))
}
