package duty

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"example.org/campushub/alerting"
)

// Version tells one state of some days of a roster from another: who owes what,
// with whom in reserve and at which number. Slots that people took themselves are
// no part of it, as an import keeps them.
func Version(entries []Entry) string {
	all := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return e.Claimed })
	slices.SortFunc(all, Entry.compare)
	h := sha256.New()
	for _, e := range all {
		fmt.Fprintf(h, "%v %q %q %q %q %q %q\n", e.Date, e.PostID, e.Window, e.Role, e.Person, e.Phone, e.Substitute)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// ErrOtherRoster refuses a sheet that was made from another roster than the one
// that it would replace.
var ErrOtherRoster = &alerting.Refusal{Kind: alerting.ErrChanged, Code: "roster-changed", Text: alerting.Text{
	ZH: "这几天的值班表在此期间被别人改过，请核对后重新导入。", EN: "Somebody has changed the roster of these days meanwhile: look at it, and import again.",
}}
