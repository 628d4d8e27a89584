package people

// NewPassword is a password that was set on a page, in place of the one that the
// configuration names.
type NewPassword struct {
	// Replaces is the fingerprint of the configuration's hash. Once that is another
	// one, somebody has set a password there, and this one counts no more.
	Replaces string
	Hash     string // argon2id in PHC form
	Initial  bool   // an administrator's, to be changed before anything else
}

// WithPassword is the account with a password that was set on a page, where it
// still counts.
func (a Account) WithPassword(p NewPassword) Account {
	if p.Hash == "" || a.Fingerprint() != p.Replaces {
		return a
	}
	a.configured = p.Replaces
	a.PasswordHash, a.Initial = p.Hash, p.Initial
	return a
}

// Configured is the fingerprint of the hash that the configuration names, also
// where another password counts.
func (a Account) Configured() string {
	if a.configured != "" {
		return a.configured
	}
	return a.Fingerprint()
}
