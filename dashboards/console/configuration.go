package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
)

// configurationPage is what is at fault in the configuration, by school.
type configurationPage struct {
	*page
	ReadAt  string
	Refused string // when one was not taken; "" where none was
	Why     []configRow
	Groups  []configGroup
	Mends   bool // the reader is who mends it
}

// configGroup is what is at fault of one school, or of none in particular.
type configGroup struct {
	ID, Name string
	Rows     []configRow
}

// configRow is one fault in words.
type configRow struct {
	Text, Do string
	Place    string // where to mend it, "" for whoever mends no file
	Said     string // what the command says, to look for
}

// HasConfiguration reports whether the reader is told what is at fault in the
// configuration.
func (p *page) HasConfiguration() bool { return p.configured && api.ReadsConfiguration(p.Account) }

func (c *Console) mountConfiguration(mux routes) {
	if c.api.Service().HasConfiguration() {
		mux.HandleFunc("GET /configuration", c.signedIn(c.configuration))
	}
}

func (c *Console) configuration(w http.ResponseWriter, r *http.Request, a people.Account) {
	found, err := c.api.Service().Configuration(a)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &configurationPage{page: c.newPage(r, a), Mends: a.Role == alerting.RoleAdmin}
	p.ReadAt = p.moment(found.ReadAt)
	if !found.RefusedAt.IsZero() {
		p.Refused = p.moment(found.RefusedAt)
	}
	for _, f := range found.Refused {
		p.Why = append(p.Why, p.configRow(f))
	}
	for _, f := range found.Warnings {
		p.add(f)
	}
	p.Title = p.Say("config")
	c.render(w, http.StatusOK, "configuration", p)
}

// add puts a fault under its school.
func (p *configurationPage) add(f api.ConfigFault) {
	at := slices.IndexFunc(p.Groups, func(g configGroup) bool { return g.ID == f.School })
	if at < 0 {
		name := p.Say("config.hub")
		if f.School != "" {
			name = p.schoolName(f.School)
		}
		p.Groups, at = append(p.Groups, configGroup{ID: f.School, Name: name}), len(p.Groups)
	}
	p.Groups[at].Rows = append(p.Groups[at].Rows, p.configRow(f))
}

func (p *configurationPage) configRow(f api.ConfigFault) configRow {
	row := configRow{Text: f.Message, Do: f.Do}
	if f.Code != "" {
		holes := p.configHoles(f.About)
		row = configRow{Text: p.Say("config.fault."+f.Code, holes...), Do: p.Say("config.mend."+f.Code, holes...), Said: f.Message}
	}
	if f.File != "" {
		row.Place = f.File
		if f.Line > 0 {
			row.Place += fmt.Sprintf(":%d:%d", f.Line, f.Column)
		}
		row.Place = strings.Join(slices.DeleteFunc([]string{row.Place, f.Path}, func(s string) bool { return s == "" }), " · ")
	}
	return row
}

// configHoles is what a fault is about in the reader's words. What people write in
// a configuration by its own name, such as a duty, keeps it: it is looked for there.
func (p *configurationPage) configHoles(about map[string]string) (pairs []any) {
	for name, value := range about {
		switch name {
		case "kinds":
			value = p.each(value, func(k string) string { return p.vocabulary(policy.KindText(alerting.Kind(k))) })
		case "audience":
			value = p.Say("audience." + value)
		case "via":
			value = p.each(value, p.viaName)
		case "channel":
			value = p.Say("channel." + value)
		case "hours", "days":
			value = p.week(value)
		}
		pairs = append(pairs, name, value)
	}
	return pairs
}

// each says a list word for word.
func (p *page) each(list string, say func(string) string) string {
	words := strings.Split(list, ", ")
	for k, w := range words {
		words[k] = say(w)
	}
	return strings.Join(words, p.Say("list.comma"))
}

func (p *page) viaName(via string) string {
	switch via {
	case string(alerting.ViaLAN), string(alerting.ViaInternet), string(alerting.ViaCellular):
		return p.Say("config.via." + via)
	}
	return p.Say("config.via.none")
}

// week says times of the week, which come as "sat 07:00 to sat 09:00" or "half wed
// in summer", with the days of the reader's language.
func (p *page) week(said string) string {
	var pairs []string
	for day := time.Sunday; day <= time.Saturday; day++ {
		short := strings.ToLower(day.String()[:3])
		pairs = append(pairs, short+" ", p.Say("config.day."+short)+" ", short, p.Say("config.day."+short))
	}
	pairs = append(pairs, " to ", p.Say("config.to"), " in summer", p.Say("config.summer"), "half ", p.Say("config.half"), ", ", p.Say("list.comma"))
	return strings.NewReplacer(pairs...).Replace(said)
}

// configFaults counts what the reader is told, and says whether a configuration was
// not taken.
func (c *Console) configFaults(p *page) (n int, refused bool) {
	if !p.HasConfiguration() {
		return 0, false
	}
	found, err := c.api.Service().Configuration(p.Account)
	if err != nil {
		return 0, false
	}
	return len(found.Warnings), !found.RefusedAt.IsZero()
}

// configToday is what is at fault in the configuration of a school; nothing where
// nothing is. It is to be mended, and nothing that a day needs somebody for.
func (c *Console) configToday(k known, school string) []todayRow {
	if !k.HasConfiguration() {
		return nil
	}
	found, err := c.api.Service().Configuration(k.Account)
	if err != nil {
		return nil
	}
	n := 0
	for _, f := range found.Warnings {
		if f.School == school {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []todayRow{{ID: "config", Href: "/configuration", State: nearLine{k.many("config.n", n), false}}}
}
