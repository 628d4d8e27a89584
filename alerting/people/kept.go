package people

import (
	"maps"
	"slices"

	"example.org/campushub/alerting"
)

// Kept is what the hub's office keeps of accounts, beside what the configuration
// says of them.
type Kept struct {
	Suspended []string               // by name
	Passwords map[string]NewPassword // that were set on pages, by account
	Settings  map[string]Setting     // the same
	// Disabled are accounts that the command line has disabled in a configuration
	// that the hub has not read since: they are in force there, and will be off.
	Disabled []string
}

// Apply is the accounts of a configuration with what is kept of them, and those
// that were added on pages.
func (k Kept) Apply(configured []Account) []Account {
	out := slices.Clone(configured)
	for n, a := range out {
		out[n] = a.withSetting(k.Settings[a.Name])
	}
	for _, name := range slices.Sorted(maps.Keys(k.Settings)) {
		if s := k.Settings[name]; s.Replaces == "" && !slices.ContainsFunc(configured, func(a Account) bool { return a.Name == name }) {
			out = append(out, Account{Name: name, added: true}.with(s.Terms))
		}
	}
	for n, a := range out {
		a = a.WithPassword(k.Passwords[a.Name])
		if a.Off == "" && slices.Contains(k.Suspended, a.Name) {
			a.Off = Suspended
		}
		out[n] = a
	}
	return out
}

// able are the accounts by which somebody can look after the others, now and
// after the next reload: whose password an administrator has drawn can do nothing
// yet, but where an identity provider vouches for them.
func (k Kept) able(configured []Account) []Account {
	return slices.DeleteFunc(k.Apply(configured), func(a Account) bool {
		own := a.PasswordHash != "" && !a.Initial || a.Identity != Identity{}
		return a.Role != alerting.RoleAdmin || a.Off != "" || !own || slices.Contains(k.Disabled, a.Name)
	})
}

// Unadministered reports whether a change leaves nobody who can look after the
// accounts of the whole hub, where somebody could before; where it was schools
// that each had somebody, whether one of them loses the last.
func Unadministered(was []Account, before Kept, now []Account, after Kept) bool {
	had, has := before.able(was), after.able(now)
	whole := func(a Account) bool { return len(a.Schools) == 0 }
	switch {
	case slices.ContainsFunc(has, whole):
		return false
	case slices.ContainsFunc(had, whole):
		return true
	}
	left := schoolsOf(has)
	return slices.ContainsFunc(schoolsOf(had), func(s string) bool { return !slices.Contains(left, s) })
}

func schoolsOf(all []Account) (out []string) {
	for _, a := range all {
		out = append(out, a.Schools...)
	}
	return out
}
