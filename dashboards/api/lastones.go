package api

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Why a change of an account must not be.
var (
	errLastLiaison = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "account.last-liaison", Text: alerting.Text{
		ZH: "这是某学校唯一的民警账号：停用或改为其他身份后没有人能签收报警。请先添加另一个。", EN: "A school has no other police account: nobody could acknowledge its alarms. Add another one first.",
	}}
	errLastAdmin = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "account.last-admin", Text: alerting.Text{
		ZH: "这是最后一个能用的管理员账号：之后没有人能管理账号。请先添加或恢复另一个管理员，并让其登录、自己设好密码。",
		EN: "No other administrator could look after the accounts after this. First add or restore another one, who signs in and chooses a password.",
	}}
)

// Permitted says why a change of accounts must not be; nil where it may. It asks
// of the hub as it would be, and has to be asked within the change: of two
// administrators who suspend each other one is refused.
func Permitted(configured []people.Account, before, after people.Kept) error {
	switch {
	case people.Unadministered(configured, before, configured, after):
		return errLastAdmin
	case unpoliced(before.Apply(configured), after.Apply(configured)):
		return errLastLiaison
	}
	return nil
}

// unpoliced reports whether a school loses its last police account.
func unpoliced(before, after []people.Account) bool {
	left := policed(after)
	return slices.ContainsFunc(policed(before), func(s string) bool { return !slices.Contains(left, s) })
}

func policed(all []people.Account) (schools []string) {
	for _, a := range all {
		if a.Role == alerting.RoleLiaison && a.Off == "" {
			schools = append(schools, a.Schools...)
		}
	}
	return schools
}
