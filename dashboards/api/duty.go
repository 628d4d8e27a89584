package api

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
)

// Duty is the owner of posts, rosters and check-ins as this package needs it.
// What it returns is immutable; what changes something fails with
// alerting.ErrNotFound, ErrForbidden, ErrConflict, ErrInvalid or
// ErrUnavailable.
type Duty interface {
	Board(school string, now time.Time) (watch.Board, bool)
	Shifts(school, person string, role duty.Role, now time.Time) []watch.Mine
	Roster(school string, days calendar.Span) ([]duty.Entry, bool)
	TakeRoster(ctx context.Context, school, by string, days calendar.Span) ([]duty.Entry, error)
	Job(school string, days calendar.Span) (sheet.Job, bool)
	ImportOver(ctx context.Context, school, by string, days calendar.Span, seen []string, entries []duty.Entry) ([]alerting.Text, error)
	Stamp(ctx context.Context, st watch.Stamp) (duty.Shift, error)
	Claim(ctx context.Context, school, account string, key duty.ShiftKey, role duty.Role, back bool) error
	Replace(ctx context.Context, school, by string, at watch.Place, other, phone string) error
	Swap(ctx context.Context, school, by string, a, b watch.Place) error
	Changes(ctx context.Context, school string) ([]watch.Change, error)
	Away(ctx context.Context, school, by, person, incident string, back bool, may func(duty.Entry) bool) error
	Checkins(ctx context.Context, school, by string, days calendar.Span) ([]duty.Checkin, error)
	Walked(ctx context.Context, school, by string, days calendar.Span, now time.Time) ([]duty.Walk, error)
	Known(school string) (watch.School, bool)
	Call(ctx context.Context, school, id, by string) error
	Reply(ctx context.Context, school, id string, by alerting.Actor, help bool) error
	Asked(school, person string, now time.Time) []duty.Question
	Shown(ctx context.Context, school string, all []duty.Question)
	Well(ctx context.Context, school, id, account string) error
}

// longestRoster is how many days are read or written at once: a school year.
const longestRoster = 400

// ReadsPosts reports whether a role sees who stands where: those who answer
// for the posts, and the station. Nobody else reads who was missed.
func ReadsPosts(r alerting.Role) bool { return r == alerting.RoleOfficer || r == alerting.RoleLiaison }

// KeepsRoster reports whether a role imports rosters and calls the roll.
func KeepsRoster(r alerting.Role) bool { return r == alerting.RoleOfficer }

// dutyRole is in what capacity the people of a role stand at a post; "" for
// those who never do.
func dutyRole(r alerting.Role) duty.Role {
	switch r {
	case alerting.RoleGuard:
		return duty.Guard
	case alerting.RoleVolunteer:
		return duty.Volunteer
	case alerting.RoleStaff:
		return duty.Teacher
	case alerting.RoleOfficer:
		return duty.Leader
	case alerting.RoleLiaison:
		return duty.Police
	}
	return ""
}

// HasPosts reports whether this hub watches posts of the account's schools, and
// the account has a part in it.
func (s *Service) HasPosts(a people.Account) bool {
	return s.duty != nil && dutyRole(a.Role) != "" && len(s.manned(a)) > 0
}

// manned lists the account's schools that have posts.
func (s *Service) manned(a people.Account) []string {
	return slices.DeleteFunc(slices.Clone(a.Schools), func(id string) bool {
		_, ok := s.duty.Job(id, calendar.Span{})
		return !ok
	})
}

// SchoolBoard is how the posts of one school stand.
type SchoolBoard struct {
	watch.Board
	ID string
}

// Posts says how the posts of the account's schools stand.
func (s *Service) Posts(a people.Account, now time.Time) ([]SchoolBoard, error) {
	if s.duty == nil || !ReadsPosts(a.Role) {
		return nil, fmt.Errorf("%w: %s reads no posts", alerting.ErrForbidden, a.Role)
	}
	out, readable := []SchoolBoard{}, map[string]bool{}
	for _, i := range s.Unresolved(a) {
		readable[i.ID] = true
	}
	for _, id := range s.manned(a) {
		if b, ok := s.duty.Board(id, now); ok {
			hideUnread(b, readable)
			if a.Role == alerting.RoleLiaison {
				hideMissed(b)
				hideUntold(&b)
				hideNumbers(b)
			}
			out = append(out, SchoolBoard{b, id})
		}
	}
	return out, nil
}

// hideUnread leaves out the incidents that the reader may not read. A board is
// made anew for each of its readers.
func hideUnread(b watch.Board, readable map[string]bool) {
	for _, p := range b.Posts {
		for _, s := range p.Shifts {
			for i := range s.People {
				if !readable[s.People[i].Incident] {
					s.People[i].Incident = ""
				}
			}
		}
	}
}

// hideMissed leaves out who is missed of those who are not of the police: that is
// the school's to settle. That a post is uncovered stays.
func hideMissed(b watch.Board) {
	for _, p := range b.Posts {
		for i := range p.Shifts {
			s := &p.Shifts[i]
			s.People = slices.DeleteFunc(s.People, func(who duty.PersonState) bool {
				gone := who.Status == duty.Missed && who.Entry.Role != duty.Police
				if gone {
					s.Missing--
				}
				return gone
			})
		}
	}
}

// hideUntold leaves out who stands in, and who could not be told of a shift, but
// those of the police.
func hideUntold(b *watch.Board) {
	b.StandIns = slices.DeleteFunc(b.StandIns, func(s watch.StandIn) bool { return s.Role != duty.Police })
	b.Unreached = slices.DeleteFunc(b.Unreached, func(u watch.Unreached) bool { return u.Role != duty.Police })
}

// hideNumbers leaves out the telephone numbers of those who are not of the
// police: the roster that has them is the school's alone.
func hideNumbers(b watch.Board) {
	maps.DeleteFunc(b.Phones, func(_ string, p watch.Phone) bool { return p.Role != duty.Police })
}

// Days reads the days that are meant: from today, and a week, where nobody says
// which.
func (s *Service) Days(a people.Account, from, to string, now time.Time) (days calendar.Span, err error) {
	zone := time.UTC
	if len(a.Schools) > 0 {
		school, _ := s.people().School(a.Schools[0])
		zone = school.Location()
	}
	days.From = calendar.On(now, zone)
	if from != "" {
		days.From, err = calendar.ParseDate(from)
	}
	days.To = days.From.Add(6)
	if to != "" && err == nil {
		days.To, err = calendar.ParseDate(to)
	}
	switch {
	case err != nil:
		return days, fmt.Errorf("%w: %w", alerting.ErrInvalid, err)
	case days.From.DaysTo(days.To) < 0 || days.From.DaysTo(days.To) > longestRoster:
		return days, errPeriod()
	}
	return days, nil
}

// errPeriod refuses days that are none, or too many at once.
func errPeriod() error {
	return &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "period", Text: alerting.Text{
		ZH: fmt.Sprintf("起止日期不对：最多 %d 天", longestRoster), EN: fmt.Sprintf("want a period of at most %d days", longestRoster),
	}}
}

// MyShift is a shift of the account's own, or one that it may take.
type MyShift struct {
	watch.Mine
	School string
	Who    string // the account, as the roster calls it
	// OpensAt is from when on it can be checked in to.
	OpensAt time.Time
}

// MyShifts lists what the account owes from now until the end of tomorrow, and
// what it may take. known is false where it is nobody on any roster.
func (s *Service) MyShifts(a people.Account, now time.Time) (out []MyShift, known bool, err error) {
	if s.duty == nil || dutyRole(a.Role) == "" {
		return nil, false, fmt.Errorf("%w: %s stands at no post", alerting.ErrForbidden, a.Role)
	}
	for _, id := range s.manned(a) {
		b, _ := s.duty.Board(id, now)
		who, ok := b.School.Named(a.Name)
		if !ok {
			continue
		}
		known = true
		for _, m := range s.duty.Shifts(id, who, dutyRole(a.Role), now) {
			out = append(out, MyShift{m, id, who, m.From.Add(-b.School.Setup.Times.Open)})
		}
	}
	return out, known, nil
}

// AtPost reports whether the account is checked in at a post now, on the roster or not.
func (s *Service) AtPost(a people.Account, now time.Time) bool {
	for _, id := range s.manned(a) {
		b, _ := s.duty.Board(id, now)
		who, ok := b.School.Named(a.Name)
		if ok && b.Has(who) {
			return true
		}
	}
	return false
}

// OwnQuestion is a question that waits for the account's answer, also for a
// late one.
type OwnQuestion struct {
	duty.Question
	School string
}

// MyQuestions lists what the account is asked now, and puts it to the reader:
// from then on their silence counts. What could not be noted as put is listed
// all the same, and noted when it is next read.
func (s *Service) MyQuestions(ctx context.Context, a people.Account, now time.Time) []OwnQuestion {
	if s.duty == nil || dutyRole(a.Role) == "" {
		return nil
	}
	var out []OwnQuestion
	for _, id := range s.manned(a) {
		school, _ := s.duty.Known(id)
		who, ok := school.Named(a.Name)
		if !ok {
			continue
		}
		all := s.duty.Asked(id, who, now)
		s.duty.Shown(ctx, id, all)
		for _, q := range all {
			out = append(out, OwnQuestion{q, id})
		}
	}
	return out
}

// SayWell takes the account's word that all is well with them at their post.
func (s *Service) SayWell(ctx context.Context, a people.Account, school, id string) error {
	school, err := s.dutySchool(a, school)
	if err != nil {
		return err
	}
	return s.duty.Well(ctx, school, id, a.Name)
}

// dutySchool is the school that is meant, of the account's own; the only one
// where none is named.
func (s *Service) dutySchool(a people.Account, school string) (string, error) {
	if s.duty == nil || dutyRole(a.Role) == "" {
		return "", fmt.Errorf("%w: %s stands at no post", alerting.ErrForbidden, a.Role)
	}
	all := s.manned(a)
	switch {
	case school == "" && len(all) == 1:
		return all[0], nil
	case school == "" && len(all) > 1:
		return "", fmt.Errorf("%w: school: want one of %v", alerting.ErrInvalid, all)
	case slices.Contains(all, school):
		return school, nil
	}
	return "", fmt.Errorf("%w: school %s has no posts", alerting.ErrNotFound, school)
}

// CheckIn takes the account's word that it is at a post, or leaves it, or that
// it is at a point of a patrol round.
func (s *Service) CheckIn(ctx context.Context, a people.Account, st watch.Stamp) (duty.Shift, error) {
	school, err := s.dutySchool(a, st.School)
	if err != nil {
		return duty.Shift{}, err
	}
	of, _ := s.duty.Known(school)
	if _, post := of.Post(st.Post); !post && of.Point(st.Post) && !WalksRounds(a.Role) {
		return duty.Shift{}, fmt.Errorf("%w: %s walks no rounds", alerting.ErrForbidden, a.Role)
	}
	st.School, st.Account = school, a.Name
	return s.duty.Stamp(ctx, st)
}

// Claim lets the account take an open slot, or give back one that it took.
func (s *Service) Claim(ctx context.Context, a people.Account, school string, key duty.ShiftKey, back bool) error {
	school, err := s.dutySchool(a, school)
	if err != nil {
		return err
	}
	return s.duty.Claim(ctx, school, a.Name, key, dutyRole(a.Role), back)
}

// rosterOf is the school whose roster an officer reads and writes.
func (s *Service) rosterOf(a people.Account, school string) (string, error) {
	if !KeepsRoster(a.Role) {
		return "", fmt.Errorf("%w: %s keeps no roster", alerting.ErrForbidden, a.Role)
	}
	return s.dutySchool(a, school)
}

// Roster lists a school's roster for some days.
func (s *Service) Roster(a people.Account, school string, days calendar.Span) ([]duty.Entry, error) {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return nil, err
	}
	out, _ := s.duty.Roster(school, days)
	return out, nil
}

// TakeRoster lists a school's roster for some days, to be taken away: that the
// account did is noted first.
func (s *Service) TakeRoster(ctx context.Context, a people.Account, school string, days calendar.Span) ([]duty.Entry, error) {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return nil, err
	}
	return s.duty.TakeRoster(ctx, school, a.Name, days)
}

// ExportRoster writes it as the school's own sheet. That the account took it away
// is noted.
func (s *Service) ExportRoster(ctx context.Context, a people.Account, school string, days calendar.Span, f sheet.Format, w io.Writer) error {
	entries, err := s.TakeRoster(ctx, a, school, days)
	if err != nil {
		return err
	}
	school, _ = s.rosterOf(a, school)
	job, _ := s.duty.Job(school, days)
	return job.Export(w, f, entries)
}

// ImportRoster reads a sheet and puts it in place of the roster of the days.
// Where the result has a fault, nothing is taken; nor where the roster is none of
// the versions that were seen: that fails with duty.ErrOtherRoster. nil is any.
func (s *Service) ImportRoster(ctx context.Context, a people.Account, school string, days calendar.Span, seen []string, r io.Reader) (sheet.Result, error) {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return sheet.Result{}, err
	}
	job, _ := s.duty.Job(school, days)
	out, err := job.Import(r)
	if err != nil || len(out.Faults) > 0 {
		return out, err
	}
	claims, err := s.duty.ImportOver(ctx, school, a.Name, days, seen, out.Entries)
	out.Notes = append(out.Notes, claims...)
	return out, err
}

// CallRoll asks everybody at a school's posts whether all is well.
func (s *Service) CallRoll(ctx context.Context, a people.Account, school, id string) error {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return err
	}
	return s.duty.Call(ctx, school, id, a.Name)
}

// AnswerRoll takes what the account answers. Help raises an alarm.
func (s *Service) AnswerRoll(ctx context.Context, a people.Account, school, id string, help bool) error {
	school, err := s.dutySchool(a, school)
	if err != nil {
		return err
	}
	return s.duty.Reply(ctx, school, id, alerting.Actor{Name: a.Name, Role: a.Role}, help)
}
