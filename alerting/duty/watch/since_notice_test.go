package watch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// An instant that is not of today is said with its date: one of a clock that was ahead
// would read as this morning's.
func TestTheNoticeSaysTheDateWhereItIsNotToday(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	said := func(since time.Time) []alerting.Text {
		s := state{since: duty.Marks{"post/gate": since}}
		return s.sinceNotices(School{Zone: time.UTC}, now)
	}
	assert.Equal(t, []alerting.Text{{
		ZH: "系统自今日 09:30 起开始值守：此前的未到岗、缺岗、漏巡不计",
		EN: "The hub watches these posts since 09:30 today: nothing before counts as missed",
	}}, said(time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)))
	assert.Equal(t, []alerting.Text{{
		ZH: "系统自 2029-01-05 09:30 起开始值守：此前的未到岗、缺岗、漏巡不计",
		EN: "The hub watches these posts since 2029-01-05 09:30: nothing before counts as missed",
	}}, said(time.Date(2029, 1, 5, 9, 30, 0, 0, time.UTC)))
}
