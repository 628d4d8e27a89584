package config

import "example.org/campushub/alerting/people"

// WarningsWith is what the configuration is warned of with the accounts as they
// are, which may have been set on pages since: by the functions that found its
// Warnings.
func (c *Config) WarningsWith(accounts []people.Account) Faults {
	if c.again == nil {
		return c.Warnings
	}
	return c.again(accounts)
}

// again looks anew at what follows from accounts.
func (r *reader) again(accounts []people.Account) Faults {
	with := *r
	with.faults, with.config.Accounts, with.config.Warnings = nil, accounts, nil
	for _, w := range r.config.Warnings {
		if !w.Code.ofAccounts() {
			with.config.Warnings = append(with.config.Warnings, w)
		}
	}
	with.checkGuards()
	with.checkPolicies()
	with.config.Warnings.sort()
	return with.config.Warnings
}

// ofAccounts reports whether accounts decide about a warning: about those of the
// policies, and of guards.
func (c Code) ofAccounts() bool {
	switch c {
	case WarnFarPoint, WarnWindows, WarnFirstWindow, WarnLevel, WarnRetention, WarnShortened, WarnProvider, WarnRounds:
		return false
	}
	return true
}
