package console

import (
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/dashboards/api"
)

// roundRow is one patrol round of the day.
type roundRow struct {
	*page
	duty.RoundState
	School string
	called func(point string) alerting.Text
}

// RoundRows are the rounds of today whose time has come.
func (s schoolPosts) RoundRows() []roundRow {
	var out []roundRow
	for _, r := range s.Rounds {
		out = append(out, roundRow{s.page, r, s.ID, s.School.Setup.PointName})
	}
	return out
}

// Points are those of the rounds, with their codes; none for who hangs none up.
func (s schoolPosts) Points() []string { return s.School.Setup.Points }

// What says where to look.
func (r roundRow) What() string { return r.Text(r.Round.What) }

// Hours are those in which the points count.
func (r roundRow) Hours() string {
	return duty.Hours(r.From, r.Until, r.zoneOf(r.School))
}

// State is how the round stands.
func (r roundRow) State() string {
	switch {
	case len(r.Open) == 0:
		return "done"
	case r.Again:
		return "again"
	case r.Missed:
		return "missed"
	case r.Unwatched:
		return "unwatched"
	}
	return "running"
}

// StateName is the word for it.
func (r roundRow) StateName() string { return r.Say("round.state." + r.State()) }

// Called is what people call a point.
func (s schoolPosts) Called(point string) string { return s.Text(s.School.Setup.PointName(point)) }

// Called is what people call a point of the round.
func (r roundRow) Called(point string) string { return r.Text(r.called(point)) }

func (r roundRow) list(points []string) string {
	var names []string
	for _, p := range points {
		names = append(names, r.Called(p))
	}
	return strings.Join(names, r.Say("list.comma"))
}

// OpenPoints, DonePoints and Went are lists in words.
func (r roundRow) OpenPoints() string { return r.list(r.Open) }
func (r roundRow) DonePoints() string { return r.list(r.Done) }
func (r roundRow) Went() string       { return strings.Join(r.People, r.Say("list.comma")) }

// ownRound is a round that the reader can walk now.
type ownRound struct {
	roundRow
	point, code string // as the QR code brought them along
}

// rounds are those of the reader's.
func (p *shiftPage) rounds(all []api.MyRound, point string) {
	for _, m := range all {
		p.Rounds = append(p.Rounds, ownRound{roundRow{p.page, m.RoundState, m.School, m.Called}, point, p.Code})
	}
}

// CodeOf is the code of a point, where the reader has scanned it.
func (r ownRound) CodeOf(point string) string {
	if point != r.point {
		return ""
	}
	return r.code
}
