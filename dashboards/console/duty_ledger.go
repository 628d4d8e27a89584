package console

// dutyLedger is what of the days that the page shows can be taken away as a file.
type dutyLedger struct{ Path, Name string }

// Ledgers are the check-ins at the posts, and the patrol rounds.
func (p *rosterPage) Ledgers() []dutyLedger {
	return []dutyLedger{
		{"/api/v1/posts/checkins", p.Say("roster.ledger.checkins")},
		{"/api/v1/posts/rounds", p.Say("roster.ledger.rounds")},
	}
}

// Formats are those of a file.
func (p *rosterPage) Formats() []option {
	return []option{{Code: "xlsx", Name: ".xlsx"}, {Code: "csv", Name: "CSV"}}
}
