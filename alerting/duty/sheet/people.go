package sheet

import (
	"fmt"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// names is what an import has found out about the people of its rows.
type names struct {
	spelled map[string]string // as the configuration spells them, by the folded name
	padded  int               // cells whose blanks were left out
	such    alerting.Text     // the first of them
	// strangers are those whom the hub cannot tell apart, in the order of their
	// first rows.
	strangers []stranger
}

type stranger struct {
	name string
	rows []place
}

func newNames(known []string) names {
	out := names{spelled: map[string]string{}}
	for _, name := range known {
		out.spelled[duty.Folded(name)] = name
	}
	return out
}

// name is the person of a cell as the configuration spells them, else without the
// blanks that only pad a name.
func (i *importer) name(r row, c Column) string {
	said := i.cell(r, c)
	name := duty.Folded(said)
	if as, ok := i.names.spelled[name]; ok {
		name = as
	}
	if name != said {
		if i.names.padded++; i.names.padded == 1 {
			at := i.place(r).text()
			i.names.such = alerting.Text{
				ZH: fmt.Sprintf("如%s“%s”读作“%s”", at.ZH, clip(said), clip(name)),
				EN: fmt.Sprintf("such as %q in %s, which is read as %q", clip(said), at.EN, clip(name)),
			}
		}
	}
	return name
}

// meets notes who of an entry is known by no card and no account. Whoever is on
// call needs neither.
func (i *importer) meets(s duty.Shift, e duty.Entry, at place) {
	if i.People == nil || s.OnCall {
		return
	}
	for _, who := range []string{e.Person, e.Substitute} {
		if _, known := i.names.spelled[duty.Folded(who)]; who != "" && !known {
			i.names.meets(who, at)
		}
	}
}

func (n *names) meets(who string, row place) {
	at := slices.IndexFunc(n.strangers, func(s stranger) bool { return s.name == who })
	if at < 0 {
		n.strangers = append(n.strangers, stranger{who, []place{row}})
		return
	}
	if s := &n.strangers[at]; s.rows[len(s.rows)-1] != row { // a row of a weekday is many days'
		s.rows = append(s.rows, row)
	}
}

// who says what was made of the names, and who of them cannot check in: a card
// and a telephone's account are all that the hub tells people apart by.
func (i *importer) who() []alerting.Text {
	var out, all []alerting.Text
	if n := i.names.padded; n > 0 {
		out = append(out, alerting.Text{
			ZH: fmt.Sprintf("姓名中的补位空格不计，共 %d 处，%s", n, i.names.such.ZH),
			EN: fmt.Sprintf("blanks that pad a name do not count: %d, %s", n, i.names.such.EN),
		})
	}
	for _, s := range i.names.strangers {
		rows := listed(s.rows)
		all = append(all, alerting.Text{
			ZH: fmt.Sprintf("%s（%s）没有登记卡号或账号：到岗也无法签到，不计入在岗。请在配置 duty 的 people 中登记", clip(s.name), rows.ZH),
			EN: fmt.Sprintf("%s (%s) has neither a card nor an account: they cannot check in and never count as being there. Add them to people in the duty section of the configuration", clip(s.name), rows.EN),
		})
	}
	return append(out, bounded(all)...)
}

// listedRows is how many rows a note names.
const listedRows = 5

// listed names the first rows, and how many there are.
func listed(rows []place) alerting.Text {
	var zh, en []string
	for _, at := range rows[:min(len(rows), listedRows)] {
		t := at.text()
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	out := alerting.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
	if more := len(rows) - listedRows; more > 0 {
		out.ZH += fmt.Sprintf("等 %d 行", len(rows))
		out.EN += fmt.Sprintf(" and %d more", more)
	}
	return out
}
