package alerting

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// ReportStage is a report to the education bureau.
type ReportStage string

// The reports that are made of an incident, and the written form of the first
// one, which is due later than that somebody telephones.
const (
	ReportFirst    ReportStage = "first"
	ReportWritten  ReportStage = "written" // owed, never submitted: a first one that is no telephone call
	ReportFollowUp ReportStage = "follow-up"
	ReportFinal    ReportStage = "final"
)

// ReportStages lists what is submitted, in its order.
func ReportStages() []ReportStage { return []ReportStage{ReportFirst, ReportFollowUp, ReportFinal} }

// ReportWay is how a report was submitted.
type ReportWay string

// The ways.
const (
	WayTelephone ReportWay = "telephone"
	WayMessage   ReportWay = "message"  // by text, mail or in a group
	WayDocument  ReportWay = "document" // on paper, or in the bureau's own system
)

// ReportWays lists every way.
func ReportWays() []ReportWay { return []ReportWay{WayTelephone, WayMessage, WayDocument} }

// MaxReference is the longest reference or remark of a submission, in bytes.
const MaxReference = 200

// MaxSubmissions bounds the reports of one incident; further ones are refused.
const MaxSubmissions = 200

// Submission is the stamp of a report to the education bureau. What was
// reported is not kept.
type Submission struct {
	Report ReportStage `json:"report"`
	Way    ReportWay   `json:"way"`
	At     time.Time   `json:"at"`
	By     string      `json:"by"`
	Role   Role        `json:"role"`
	// Reference is the bureau's number, or a remark: who took it down.
	Reference string `json:"reference,omitempty"`
}

// written reports whether it was more than a telephone call.
func (s Submission) written() bool { return s.Way != WayTelephone }

// ReportRule is by when the bureau is to have each report: the first one,
// spoken and written, after the opening or the referral, the next one after the
// last, the final one after the closing. Zero is never.
type ReportRule struct {
	First, Written, FollowUp, Final time.Duration
}

// Owed is a report that the bureau has not had, and when it is due.
type Owed struct {
	Report ReportStage
	Due    time.Time
}

// ReportsOwed are the reports of a live incident that somebody still has to
// make, the next one first. What the hub itself got through to the bureau
// counts as the spoken first report and as a follow-up; the written and the
// final one are a person's. Of what turned out to be nothing the bureau has a
// final report only where it heard of it at all.
func (i Incident) ReportsOwed(r ReportRule) []Owed {
	if i.Mode != devices.Live || i.submitted(func(s Submission) bool { return s.Report == ReportFinal }) {
		return nil
	}
	heard, heardLast := i.bureauHeard()
	var out []Owed
	owes := func(report ReportStage, from time.Time, within time.Duration) {
		if within > 0 {
			out = append(out, Owed{report, from.Add(within)})
		}
	}
	if i.Resolved() {
		if heard || i.Outcome == OutcomeReal || i.Outcome == OutcomeTransferred {
			owes(ReportFinal, i.ResolvedAt, r.Final)
		}
		return out
	}
	if !heard {
		owes(ReportFirst, i.reportFrom(), r.First)
	} else {
		owes(ReportFollowUp, heardLast, r.FollowUp)
	}
	if !i.submitted(Submission.written) {
		owes(ReportWritten, i.reportFrom(), r.Written)
	}
	slices.SortStableFunc(out, func(a, b Owed) int { return a.Due.Compare(b.Due) })
	return out
}

func (i Incident) submitted(is func(Submission) bool) bool { return slices.ContainsFunc(i.Reports, is) }

// bureauHeard reports whether the bureau has heard of the incident at all, and
// when it did last: by a person's report, or by the hub's own where a far side
// took it, or somebody there took the incident on.
func (i Incident) bureauHeard() (heard bool, last time.Time) {
	hear := func(at time.Time) {
		if heard = true; at.After(last) {
			last = at
		}
	}
	for _, s := range i.Reports {
		hear(s.At)
	}
	for _, a := range i.Acknowledgements {
		if a.Audience == District {
			hear(a.At)
		}
	}
	for _, d := range i.Deliveries {
		for _, at := range [...]*time.Time{d.HandedAt, d.ReceivedAt, d.ReadAt} {
			if d.Audience == District && at != nil {
				hear(*at)
			}
		}
	}
	return heard, last
}

// reportFrom is from when on a report is owed: what a person referred to the
// bureau, or reported of their own accord, from then.
func (i Incident) reportFrom() time.Time {
	for _, r := range i.Referred {
		if r.Audience == District {
			return r.At
		}
	}
	return i.OpenedAt
}

var reportTexts = map[ReportStage]Text{
	ReportFirst:    {ZH: "首报", EN: "first report"},
	ReportWritten:  {ZH: "书面首报", EN: "written first report"},
	ReportFollowUp: {ZH: "续报", EN: "follow-up report"},
	ReportFinal:    {ZH: "终报", EN: "final report"},
}

// ReportText says in words which report it is.
func ReportText(s ReportStage) Text { return reportTexts[s] }

var wayTexts = map[ReportWay]Text{
	WayTelephone: {ZH: "电话", EN: "by telephone"},
	WayMessage:   {ZH: "信息", EN: "by message"},
	WayDocument:  {ZH: "书面", EN: "in writing"},
}

// WayText says in words how a report was submitted.
func WayText(w ReportWay) Text { return wayTexts[w] }

func reported(e Event) Text {
	s := e.Submission
	if s == nil {
		return Text{ZH: "已向教育局报告", EN: "Reported to the education bureau"}
	}
	r, w := reportTexts[s.Report], wayTexts[s.Way]
	t := Text{ZH: "已向教育局" + r.ZH + "（" + w.ZH + "）", EN: "Reported to the education bureau: " + r.EN + ", " + w.EN}
	if s.Reference != "" {
		t = Text{ZH: t.ZH + "：" + s.Reference, EN: t.EN + ": " + s.Reference}
	}
	return t
}
