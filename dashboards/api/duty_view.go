package api

import (
	"maps"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/duty/watch"
)

// PostBoard is how the posts of one school stand.
type PostBoard struct {
	School   string      `json:"school"`
	At       string      `json:"at"`
	NoRoster bool        `json:"no_roster" doc:"The school has no roster for today; nothing is raised."`
	Posts    []PostState `json:"posts" nullable:"false"`
	Calls    []RollCall  `json:"roll_calls" nullable:"false" doc:"The latest first."`

	Rounds []PatrolRound `json:"rounds" nullable:"false" doc:"The patrol rounds of today whose time has come, by start; a round that is still to come is nobody's to foresee."`

	Unreached []string `json:"unreached" nullable:"false" doc:"Who could not be reminded of a shift, and is not there; to a liaison, of the police alone."`
	Unasked   []string `json:"unasked" nullable:"false" doc:"Who watches alone by night and could not be asked whether all is well: to be telephoned."`

	StandIns []StandIn `json:"stand_ins" nullable:"false" doc:"Who was named within a shift that runs, and whether they were told; to a liaison, of the police alone."`

	Phones map[string]string `json:"phones" nullable:"false" doc:"Numbers, as the roster has them, of those of this board who are to be telephoned, by name; to a liaison, of the police alone."`

	Notices []alerting.Text `json:"notices" nullable:"false" doc:"What the school's calendar leaves open as of today: no terms, none after the last one, a year without public holidays, a make-up day without a timetable; and what of today the hub did not watch: before it was first started, and while it was down; the first of the next school days that has no roster; and that no patrol rounds are set up."`
}

// StandIn is somebody who was named while a shift runs (替岗).
type StandIn struct {
	Name      string  `json:"name"`
	For       string  `json:"for" doc:"Whose place it is, where a substitute was named; else empty."`
	Date      string  `json:"date"`
	Post      string  `json:"post"`
	Shift     string  `json:"shift"`
	NamedAt   string  `json:"named_at"`
	ToldAt    *string `json:"told_at" doc:"When one of their ways accepted it; null where none has yet."`
	Unreached bool    `json:"unreached" doc:"None of their ways did: to be telephoned."`
	Here      bool    `json:"here" doc:"They have come."`
}

func standInOf(s watch.StandIn) StandIn {
	return StandIn{
		Name: s.Person, For: s.For, Date: s.Shift.Date.String(), Post: s.Shift.PostID, Shift: s.Shift.Window,
		NamedAt: stamp(s.Named), ToldAt: stampOrNil(s.Told), Unreached: s.Failed, Here: s.Here,
	}
}

// PostState is one post with the shifts that can be checked in to.
type PostState struct {
	ID     string        `json:"id"`
	Name   alerting.Text `json:"name"`
	Place  string        `json:"place"`
	Next   *string       `json:"next_change"`
	Shifts []ShiftState  `json:"shifts" nullable:"false"`
}

// ShiftState is one shift of a post.
type ShiftState struct {
	Date      string  `json:"date"`
	Post      string  `json:"post"`
	Shift     string  `json:"shift"`
	From      string  `json:"from"`
	To        string  `json:"to"`
	Required  int     `json:"required"`
	Present   int     `json:"present"`
	Missing   int     `json:"missing" doc:"People who are missed (未到岗)."`
	Late      int     `json:"late"`
	Away      int     `json:"away" doc:"People who are called away by an incident: not missed, and not counted."`
	Roving    int     `json:"roving" doc:"Police who are between several posts: not missed."`
	Open      int     `json:"open" doc:"Slots that nobody owes."`
	Uncovered bool    `json:"uncovered" doc:"Below its minimum (缺岗)."`
	Since     *string `json:"uncovered_since"`
	Unseen    int     `json:"unseen" doc:"People who would be missed, at a post that cannot be seen: they may stand there."`

	CannotTell bool    `json:"cannot_tell" doc:"The post may be below its minimum, or empty, and nobody can tell: its card reader or the link of the school is lost. It is neither covered nor uncovered: ask by telephone."`
	Lost       string  `json:"lost" enum:",reader,link" doc:"What is lost, so that cards do not arrive; empty where they do. It stays until whoever is there had the time to hold their card again."`
	LostSince  *string `json:"lost_since"`
	LostUntil  *string `json:"lost_until" doc:"Null while it lasts."`

	People    []PersonState `json:"people" nullable:"false"`
	Unplanned []string      `json:"unplanned" nullable:"false"`
}

// PersonState is one entry of the roster.
type PersonState struct {
	Name   string  `json:"name"`
	Role   string  `json:"role"`
	Status string  `json:"status" enum:"upcoming,due,late,present,missed,left,called-away,roving,on-call,unseen"`
	Since  *string `json:"since"`
	Tardy  bool    `json:"tardy"`

	Incident string `json:"incident" doc:"What somebody is called away to, while the reader may read it and it is not resolved; else empty."`
}

// RollCall is a roll call as it stands.
type RollCall struct {
	ID     string            `json:"id"`
	At     string            `json:"at"`
	By     string            `json:"by"`
	Over   bool              `json:"over"`
	People map[string]string `json:"people" doc:"asked, asked-again, well, needs-help, unanswered or unreached (never asked), by person."`
}

func boardOf(b SchoolBoard) PostBoard {
	return PostBoard{
		School: b.ID, At: stamp(b.At), NoRoster: b.NoRoster,
		Posts: mapped(b.Posts, postOf), Calls: mapped(b.Calls, callOf), Unreached: append([]string{}, b.UnreachedNames()...),
		Unasked: append([]string{}, b.Unasked...), StandIns: mapped(b.StandIns, standInOf),
		Phones: numbersOf(b.Phones), Rounds: mapped(b.Rounds, roundOf), Notices: append([]alerting.Text{}, b.Notices...),
	}
}

func numbersOf(all map[string]watch.Phone) map[string]string {
	out := map[string]string{}
	for who, p := range all {
		out[who] = p.Number
	}
	return out
}

func postOf(p duty.PostState) PostState {
	return PostState{
		ID: p.Post.ID, Name: p.Post.Name, Place: p.Post.Place, Next: stampOrNil(p.Next), Shifts: mapped(p.Shifts, shiftOf),
	}
}

func shiftOf(s duty.ShiftState) ShiftState {
	out := ShiftState{
		Date: s.Date.String(), Post: s.PostID, Shift: s.Window, From: stamp(s.From), To: stamp(s.To),
		Required: s.Required, Present: s.Present, Missing: s.Missing, Late: s.Late, Away: s.Away, Roving: s.Roving, Open: s.Open.Total(),
		Uncovered: s.Uncovered, People: mapped(s.People, standingOf), Unplanned: append([]string{}, s.Unplanned...),
	}
	if s.Uncovered {
		out.Since = stampOrNil(s.Since)
	}
	out.Unseen, out.CannotTell, out.Lost = s.Unseen, s.CannotTell, lostOf(s.Blind)
	out.LostSince, out.LostUntil = stampOrNil(s.Blind.From), stampOrNil(s.Blind.To)
	return out
}

// lostOf is what is lost at a post that cannot be seen.
func lostOf(b duty.Blind) string {
	switch {
	case b.From.IsZero():
		return ""
	case b.Link():
		return "link"
	}
	return "reader"
}

func standingOf(p duty.PersonState) PersonState {
	name := p.Person
	if p.There != "" {
		name = p.There
	}
	return PersonState{Name: name, Role: string(p.Role), Status: string(p.Status), Since: stampOrNil(p.Since), Tardy: p.Tardy, Incident: p.Incident}
}

func callOf(c watch.CallView) RollCall {
	out := RollCall{ID: c.ID, At: stamp(c.At), By: c.By, Over: c.Over, People: map[string]string{}}
	for _, who := range slices.Sorted(maps.Keys(c.CallState.People)) {
		out.People[who] = string(c.CallState.People[who])
	}
	return out
}

// OwnShift is a shift of the reader's own, or one that they may take. It says
// who stands beside them, and nothing of who is missed.
type OwnShift struct {
	School  string        `json:"school"`
	Date    string        `json:"date"`
	Post    string        `json:"post"`
	Name    alerting.Text `json:"name"`
	Shift   string        `json:"shift"`
	From    string        `json:"from"`
	To      string        `json:"to"`
	Role    string        `json:"role"`
	Open    bool          `json:"open" doc:"Nobody owes it yet, and the reader may take it."`
	Claimed bool          `json:"claimed" doc:"The reader took it, and may give it back."`
	Here    bool          `json:"here" doc:"The reader is checked in."`
	Beside  []string      `json:"beside" nullable:"false" doc:"Who else is there."`
}

func ownOf(m MyShift) OwnShift {
	out := OwnShift{
		School: m.School, Date: m.Date.String(), Post: m.PostID, Name: m.Post.Name, Shift: m.Window,
		From: stamp(m.From), To: stamp(m.To), Role: string(m.Role), Open: m.Open, Claimed: m.Claimed, Beside: []string{},
	}
	for _, p := range m.People {
		switch {
		case p.Status != duty.Present:
		case p.There == m.Who:
			out.Here = true
		default:
			out.Beside = append(out.Beside, p.There)
		}
	}
	return out
}

// AskedOf is a question that waits for the reader's answer.
type AskedOf struct {
	School   string `json:"school"`
	At       string `json:"at"`
	RollCall string `json:"roll_call" doc:"The roll call that asks; empty where the reader watches alone."`
	Post     string `json:"post"`
}

func askedOf(q OwnQuestion) AskedOf {
	return AskedOf{School: q.School, At: stamp(q.At), RollCall: q.Call, Post: q.Post.ID}
}

// RosterEntry says who owes a shift.
type RosterEntry struct {
	Date       string `json:"date"`
	Post       string `json:"post"`
	Shift      string `json:"shift"`
	Name       string `json:"name"`
	Role       string `json:"role"`
	Phone      string `json:"phone"`
	Substitute string `json:"substitute"`
	Claimed    bool   `json:"claimed"`
}

func entryOf(e duty.Entry) RosterEntry {
	return RosterEntry{e.Date.String(), e.PostID, e.Window, e.Person, string(e.Role), e.Phone, e.Substitute, e.Claimed}
}

// RosterResult is what became of a sheet.
type RosterResult struct {
	Taken   bool            `json:"taken" doc:"False where there is any fault: then nothing of the sheet was taken."`
	Rows    int             `json:"rows"`
	Entries int             `json:"entries"`
	Faults  []RosterFault   `json:"faults" nullable:"false"`
	Notes   []alerting.Text `json:"notes" nullable:"false" doc:"Columns that were not read; and of what was taken, who cannot check in, which claims were kept or dropped, the days that have nobody now and the shifts below their need, the first 20 and how many more."`
}

// RosterFault is one cell that is wrong.
type RosterFault struct {
	Sheet  string        `json:"sheet,omitempty" doc:"Of a spreadsheet with several."`
	Row    int           `json:"row"`
	Column string        `json:"column"`
	Code   string        `json:"code" doc:"What is wrong; it does not change with the sentence."`
	Reason string        `json:"reason" doc:"In English."`
	Text   alerting.Text `json:"text" doc:"The reason in both languages."`
}

func rosterFaultOf(f sheet.Fault) RosterFault {
	return RosterFault{f.Sheet, f.Row, string(f.Column), string(f.Code), f.Reason.EN, f.Reason}
}

func resultOfRoster(r sheet.Result) RosterResult {
	return RosterResult{
		Taken: len(r.Faults) == 0, Rows: r.Rows, Entries: len(r.Entries), Notes: append([]alerting.Text{}, r.Notes...),
		Faults: mapped(r.Faults, rosterFaultOf),
	}
}
