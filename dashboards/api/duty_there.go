package api

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/people"
)

// Manning is who is at one post of a school now.
type Manning struct {
	School string
	Post   duty.Post
	There  []AtPost
	// Unseen says that who is there cannot be told: the post's reader is lost, or
	// the school's link.
	Unseen bool
}

// AtPost is somebody who is checked in.
type AtPost struct {
	Person string
	Role   duty.Role // "" of one whom the roster does not have there
	Since  time.Time // zero of such a one
}

// Manned says who is at which post of the account's own schools, for guards who
// are on the roster there: whom they can call to their side. Who is missed, who
// stands in, and every telephone number is left out; a volunteer sees their own
// shift alone.
func (s *Service) Manned(a people.Account, now time.Time) []Manning {
	if s.duty == nil || a.Role != alerting.RoleGuard {
		return nil
	}
	var out []Manning
	for _, id := range s.manned(a) {
		b, ok := s.duty.Board(id, now)
		if _, known := b.School.Named(a.Name); !ok || !known {
			continue
		}
		for _, p := range b.Posts {
			out = append(out, manningOf(id, p, now))
		}
	}
	return out
}

func manningOf(school string, p duty.PostState, now time.Time) Manning {
	m := Manning{School: school, Post: p.Post}
	for _, s := range p.Shifts {
		m.Unseen = m.Unseen || s.CannotTell && !now.Before(s.From) && now.Before(s.To)
		for _, who := range s.People {
			if who.Status == duty.Present {
				m.add(AtPost{who.There, who.Role, who.Since})
			}
		}
		for _, who := range s.Unplanned {
			m.add(AtPost{Person: who})
		}
	}
	return m
}

// add names each once: shifts meet.
func (m *Manning) add(who AtPost) {
	if !slices.ContainsFunc(m.There, func(o AtPost) bool { return o.Person == who.Person }) {
		m.There = append(m.There, who)
	}
}

// PostManning is who is at one post now.
type PostManning struct {
	School string         `json:"school"`
	Post   string         `json:"post"`
	Name   alerting.Text  `json:"name"`
	There  []PersonAtPost `json:"there" nullable:"false"`
	Unseen bool           `json:"unseen" doc:"Who is there cannot be told: the post's reader is lost, or the school's link."`
}

// PersonAtPost is somebody who is checked in.
type PersonAtPost struct {
	Name  string  `json:"name"`
	Role  string  `json:"role" doc:"Empty of one whom the roster does not have there."`
	Since *string `json:"since"`
}

func postManningOf(m Manning) PostManning {
	return PostManning{
		School: m.School, Post: m.Post.ID, Name: m.Post.Name, Unseen: m.Unseen,
		There: mapped(m.There, func(p AtPost) PersonAtPost {
			return PersonAtPost{p.Person, string(p.Role), stampOrNil(p.Since)}
		}),
	}
}
