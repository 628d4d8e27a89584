package console_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/people"
)

// A school's administrator reads what is at fault of the own school, in words, with
// where to mend it; of another school and of the hub nothing.
func TestAnAdministratorReadsWhatIsAtFault(t *testing.T) {
	h := start(t)
	zh := h.as("admin-1", "zh").get("/configuration").html
	says(t, zh, "须两人审核后才通知家长，但本校只有一人有“审核发布”权限")
	says(t, zh, "学校没有人当班：周六 07:00 至 周六 09:00。")
	says(t, zh, "/etc/campushub/ziwei.yaml:7:5 · schools[0]")
	says(t, zh, "的重新加载未被接受")
	lacks(t, zh, "yucai")
	lacks(t, zh, "保存策略")
	lacks(t, zh, "{kinds}")
	lacks(t, zh, "{audience}")
	lacks(t, zh, "{hours}")
	en := h.as("admin-1", "en").get("/configuration").html
	says(t, en, "What helps: Give release: true")
	says(t, en, "Sat 07:00 to Sat 09:00")
	says(t, between(t, h.as("admin-1", "zh").get("/hub").html, "配置缺陷（项）", "</tr>"), "2；最近一次重新加载未被接受")
}

// An officer is told what concerns the own school, and of no file: not theirs to
// mend.
func TestAnOfficerReadsOfTheOwnSchoolAlone(t *testing.T) {
	h := start(t)
	officer := h.as("officer-1", "zh")
	html := officer.get("/configuration").html
	says(t, html, "本校只有一人有“审核发布”权限")
	lacks(t, html, "/etc/")
	lacks(t, html, "未被接受")
	lacks(t, html, "yucai")
	says(t, officer.get("/today").html, "2 项待完善")
	lacks(t, officer.get("/api/v1/configuration").html, "/etc/")
	for _, who := range []string{"liaison-1", "guard-1", "parent-1", "staff-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(who, "zh").get("/configuration").status, who)
		assert.Equal(t, http.StatusForbidden, h.as(who, "zh").get("/api/v1/configuration").status, who)
	}
}

// Whoever administers the whole hub reads of all of it, and why a configuration was
// not taken.
func TestWhoAdministersTheHubReadsAllThatIsAtFault(t *testing.T) {
	l := people.Lists{Schools: campus.Schools(), Devices: campus.Devices(), Accounts: campus.Everyone()}
	for k, a := range l.Accounts {
		if a.Name == "admin-1" {
			l.Accounts[k].Schools = nil
		}
	}
	h := startAt(t, people.New(l), nil, nil, nil)
	html := h.as("admin-1", "zh").get("/configuration").html
	says(t, html, "保存策略 week")
	says(t, html, "育才中学")
	says(t, html, "&#34;Yu Cai&#34; is no name")
}
