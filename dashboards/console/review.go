package console

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// reviewPage is the report of one incident: what happened, who was told over
// what and when, what missed its time, how it ended, and what is still owed. It
// is a page of the console, and a file of a bundle of evidence.
type reviewPage struct {
	*page
	Detail *detail
	Style  template.CSS // of the file, which stands alone
}

// reviewRow is one line of the summary.
type reviewRow struct{ Name, Text string }

// toldRow is a delivery with the update that it told.
type toldRow struct {
	Update, At string
	ledgerRow
}

func (c *Console) review(w http.ResponseWriter, r *http.Request, a people.Account) {
	i, err := c.api.Service().Review(r.Context(), a, r.PathValue("id"))
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := c.newPage(r, a)
	v := newReview(p, i)
	p.Title = p.Say("review") + " · " + v.Detail.SchoolName()
	c.render(w, http.StatusOK, "review", v)
}

// MayReview reports whether the reader finds a report of it.
func (d *detail) MayReview() bool { return d.vault && policy.MayTakeEvidence(d.Account, d.Incident) }

func newReview(p *page, i alerting.Incident) *reviewPage {
	return &reviewPage{page: p, Detail: newDetail(p, i, p.unresolved, true)}
}

// takeEvidence hands out the bundle.
func (c *Console) takeEvidence(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	b, err := c.api.Evidence(r.Context(), a, r.PathValue("id"), r.PostFormValue("reason"), time.Now())
	if err != nil {
		c.done(w, r, "/incidents/"+r.PathValue("id")+"/review", "", evidenceRefusals, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", b.Disposition())
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Zip)
}

// reports draws up the report as files that stand alone, in every language.
func (c *Console) reports(a people.Account, i alerting.Incident, now time.Time) ([]evidence.File, error) {
	var out []evidence.File
	for _, lang := range languages {
		p := &page{words: c.words[lang], Account: a, people: c.api.Service().People(), now: now}
		p.Title = p.Say("review")
		v := newReview(p, i)
		v.Style = template.CSS(c.assets.files["review.css"])
		var b bytes.Buffer
		if err := c.templates.ExecuteTemplate(&b, "reviewfile", v); err != nil {
			return nil, fmt.Errorf("draw up the report: %w", err)
		}
		out = append(out, evidence.File{Name: "report." + lang + ".html", Content: b.Bytes()})
	}
	return out, nil
}

// Made says when the report was drawn up and for whom, and whose time it is in.
func (v *reviewPage) Made() string {
	at := v.now.In(v.zoneOf(v.Detail.Incident.School))
	return v.Say("review.made", "time", v.date(at)+" "+at.Format(time.TimeOnly), "who", v.who(v.Account.Name), "zone", at.Format("UTC-07:00"))
}

// Summary is the incident in a few lines.
func (v *reviewPage) Summary() []reviewRow {
	d := v.Detail
	rows := []reviewRow{
		{v.Say("review.id"), d.ID},
		{v.Say("review.opened"), v.moment(d.Pressed())},
		{v.Say("review.presses"), strconv.Itoa(d.PressCount)},
		{v.Say("review.lead"), v.Say("review.leads." + string(d.Lead))},
		{v.Say("acted"), v.listed(d.Acted())},
		{v.Say("review.dispatch"), v.listed(v.stamped())},
		{v.Say("findings"), v.found()},
	}
	if d.Resolved() {
		rows = append(rows, reviewRow{v.Say("review.closed"), v.closed()}, reviewRow{v.Say("resolve.outcome"), d.OutcomeName()}, reviewRow{v.Say("review.counts"), v.counts()})
	}
	return slices.DeleteFunc(rows, func(r reviewRow) bool { return r.Text == "" })
}

func (v *reviewPage) listed(lines []string) string { return strings.Join(lines, v.Say("list.comma")) }

// moment is a time with its date.
func (v *reviewPage) moment(t time.Time) string {
	t = t.In(v.zoneOf(v.Detail.Incident.School))
	return v.date(t) + " " + t.Format("15:04:05.000")
}

// stamped are the stages of the dispatch that were.
func (v *reviewPage) stamped() []string {
	var out []string
	for _, s := range v.Detail.Stages() {
		if s.At != "" {
			out = append(out, s.Name+" "+s.At)
		}
	}
	return out
}

// found is what somebody who looked said.
func (v *reviewPage) found() string {
	d := v.Detail
	out := v.Say("verify." + string(d.Verify))
	if k := d.Verified; k != nil {
		out += " · " + v.who(k.By) + " " + d.timeOf(k.At, d.Incident.School)
	}
	if facts := d.FactLine(); facts != "" {
		out += " · " + facts
	}
	return out
}

// closed is when it was, by what the timeline says.
func (v *reviewPage) closed() string {
	for _, e := range slices.Backward(v.Detail.Timeline) {
		if e.Event == alerting.EventResolved {
			return v.moment(e.At) + " · " + v.who(e.Actor)
		}
	}
	return ""
}

// counts says whose false alarm it was.
func (v *reviewPage) counts() string {
	device, school := v.Detail.Outcome.Against()
	switch {
	case v.Detail.ModeWord() != "":
		return v.Say("review.against.mode")
	case device:
		return v.Say("review.against.device", "device", v.Detail.Device)
	case school:
		return v.Say("review.against.school")
	case v.Detail.Outcome == alerting.OutcomeUnfounded:
		return v.Say("review.against.good")
	}
	return v.Say("review.against.none")
}

// Told is every delivery, in the order of the updates.
func (v *reviewPage) Told() []toldRow {
	var out []toldRow
	for _, u := range slices.Backward(slices.Concat(v.Detail.Ledger.Updates, v.Detail.Ledger.Earlier)) {
		for _, r := range u.Rows {
			out = append(out, toldRow{strconv.FormatInt(u.Number, 10), u.At, r})
		}
	}
	return out
}

// Missed is what was not done within its time: audiences that nobody was
// reached of, and single deliveries.
func (v *reviewPage) Missed() []string {
	var out []string
	for _, o := range v.Detail.Overruns {
		out = append(out, v.Detail.overrun(o))
	}
	for _, r := range v.Told() {
		if r.Missed != "" {
			out = append(out, v.Say("review.missed.one", "n", r.Update, "who", r.Audience+" "+r.Recipient, "way", r.Channel+" · "+r.Path, "what", r.Missed))
		}
	}
	return out
}

// Notes are what people wrote.
func (v *reviewPage) Notes() []entry {
	var out []entry
	for k, e := range v.Detail.Timeline {
		if e.Event == alerting.EventNoted {
			out = append(out, v.Detail.Entries[k])
		}
	}
	return out
}

// Called are the telephone calls that people made.
func (v *reviewPage) Called() []string {
	var out []string
	for _, k := range v.Detail.Calls {
		out = append(out, v.Say("call."+string(k.To))+" · "+v.Detail.callStamp(k))
	}
	return out
}

// Follow is what is owed, or was done afterwards.
func (v *reviewPage) Follow() []string {
	d := v.Detail
	var out []string
	for _, l := range d.ReportLines() {
		out = append(out, l.Text)
	}
	out = append(out, d.ReferredLines()...)
	if d.CallBack {
		out = append(out, v.Say("remark.call-back"))
	}
	if d.Latched {
		out = append(out, v.Say("remark.latched"))
	}
	for _, l := range d.LinkLines() {
		out = append(out, v.Say("review.linked", "what", l.Name))
	}
	return out
}
