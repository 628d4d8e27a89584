package api

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/people"
)

// PatrolRound is one patrol round of a day, from when its points count on.
type PatrolRound struct {
	Date      string        `json:"date"`
	Round     string        `json:"round"`
	What      alerting.Text `json:"what" doc:"Where to look."`
	From      string        `json:"from" doc:"From when its points count."`
	Until     string        `json:"until"`
	Done      []string      `json:"done" nullable:"false" doc:"Points, in the order in which they were reached."`
	Open      []string      `json:"open" nullable:"false" doc:"The points that nobody has reached yet, in any order."`
	Completed *string       `json:"completed" doc:"When the last point was reached; null before."`
	People    []string      `json:"people" nullable:"false" doc:"Who went."`
	Outside   bool          `json:"outside" doc:"Keeps out of rooms: there is an examination."`
	Missed    bool          `json:"missed" doc:"It is over, and points are open (漏巡)."`
	Again     bool          `json:"again" doc:"And the one before was missed too."`
	Unwatched bool          `json:"unwatched" doc:"It is over with points open, and the hub watched it from no earlier than within it: nothing of it is missed."`
}

func roundOf(r duty.RoundState) PatrolRound {
	return PatrolRound{
		Date: r.Date.String(), Round: r.Round.ID, What: r.Round.What, From: stamp(r.From), Until: stamp(r.Until),
		Done: append([]string{}, r.Done...), Open: append([]string{}, r.Open...), Completed: stampOrNil(r.Completed),
		People: append([]string{}, r.People...), Outside: r.Outside, Missed: r.Missed, Again: r.Again, Unwatched: r.Unwatched,
	}
}

// OwnRound is a round that can be walked now. It says nothing of who went, nor
// of what was missed.
type OwnRound struct {
	School  string                   `json:"school"`
	Date    string                   `json:"date"`
	Round   string                   `json:"round"`
	What    alerting.Text            `json:"what" doc:"Where to look."`
	From    string                   `json:"from"`
	Until   string                   `json:"until"`
	Done    []string                 `json:"done" nullable:"false"`
	Open    []string                 `json:"open" nullable:"false" doc:"The points that nobody has reached yet, in any order."`
	Names   map[string]alerting.Text `json:"names" nullable:"false" doc:"What people call the points, by their ids."`
	Outside bool                     `json:"outside" doc:"Keeps out of rooms: there is an examination."`
}

// MyRound is a round that the account can walk now.
type MyRound struct {
	School string
	duty.RoundState
	Called func(point string) alerting.Text // what people call a point
}

func ownRoundOf(m MyRound) OwnRound {
	r, names := roundOf(m.RoundState), map[string]alerting.Text{}
	for _, p := range slices.Concat(r.Done, r.Open) {
		names[p] = m.Called(p)
	}
	return OwnRound{Names: names, School: m.School, Date: r.Date, Round: r.Round, What: r.What, From: r.From, Until: r.Until, Done: r.Done, Open: r.Open, Outside: r.Outside}
}

// WalksRounds reports whether a role stamps the points of patrol rounds: the
// school's own people. A volunteer is at their post alone.
func WalksRounds(r alerting.Role) bool {
	return r == alerting.RoleGuard || r == alerting.RoleStaff || r == alerting.RoleOfficer
}

// MyRounds lists the rounds that run now in the schools on whose roster the
// account can be.
func (s *Service) MyRounds(a people.Account, now time.Time) []MyRound {
	if s.duty == nil || !WalksRounds(a.Role) {
		return nil
	}
	var out []MyRound
	for _, school := range s.manned(a) {
		b, ok := s.duty.Board(school, now)
		if _, known := b.School.Named(a.Name); !ok || !known {
			continue
		}
		for _, r := range b.Rounds {
			if !now.After(r.Until) {
				out = append(out, MyRound{school, r, b.School.Setup.PointName})
			}
		}
	}
	return out
}
