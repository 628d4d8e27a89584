package hub_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The gates of the demonstration are open as its duty says: for sixteen hours
// here, which no default says.
func TestGateRulesFollowTheTimesOfTheDuty(t *testing.T) {
	zone := byDay(t)
	r := start(t, func(yaml string) string {
		yaml = strings.Replace(yaml, "zone: Asia/Shanghai", "zone: "+zone.String(), 1)
		before, after, ok := strings.Cut(yaml, "    pattern: primary\n")
		require.True(t, ok)
		now := time.Now().In(zone)
		return withRules(fmt.Sprintf(`%s    pattern: primary
    timetables: [{windows: [{id: whole-day, hours: 06:00-22:00}]}]
%s
calendar: {schools: [{schools: [ziwei-primary], days: [{date: %s, type: lesson}]}]}
`, before, after, now.Format(time.DateOnly)),
			`rules: [{id: long, title: {zh: 全天, en: all day}, when: window.began + window.left > 57000, kind: hazard}]`)
	})
	r.sensor(t)(`{"values":{"smoke":1}}`)
	r.ruled(t, `campushub_rules_changes_total{what="raised"} 1`)
	officer := r.callAs(t, "officer")
	eventually(t, func() bool { return len(officer.hazards()) == 1 }, "raised")
	assert.Equal(t, []string{"open"}, officer.hazards())
}
