package hub_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
)

// ending gives the school a post whose shift began at midnight and ends within six
// minutes, and can be left by card for half an hour before.
func ending(zone *time.Location) func(yaml string) string {
	return func(yaml string) string {
		yaml = strings.Replace(manned(yaml), "zone: Asia/Shanghai", "zone: "+zone.String(), 1)
		yaml = strings.Replace(yaml, "hours: 00:00-00:00", "hours: 00:00-"+time.Now().In(zone).Add(6*time.Minute).Format("15:04"), 1)
		return strings.Replace(yaml, "    pattern: primary\n    posts:", "    pattern: primary\n    times: {leave: {before: 1800}}\n    posts:", 1)
	}
}

// A card at the end of the shift checks its holder out, whoever fumbles is where their
// first tap has put them, and a reader with a key says it at any time; over MQTT
// as any client speaks it, by the firmware, and over a restart.
func TestACardChecksItsHolderOutAtTheEndOfTheShift(t *testing.T) {
	zone := byDay(t)
	r := start(t, ending(zone))
	officer := r.callAs(t, "officer")
	today := calendar.On(time.Now(), zone)
	sheet := "日期,岗位,班次,姓名,角色\n" + today.String() + ",北门护学岗,whole-day,王建国,保安员\n"
	status, bad := officer.upload(sheet, calendar.Span{From: today, To: today})
	require.Equal(t, http.StatusOK, status, bad)
	is := func(want string) func() bool {
		return func() bool { return officer.posts().Schools[0].Posts[0].Shifts[0].People[0].Status == want }
	}
	reader := r.campus.Devices[slices.IndexFunc(r.campus.Devices, func(d provision.Device) bool { return d.ID == "r-1" })]
	require.Equal(t, devices.KindReader, reader.Kind)
	client := r.device(t, reader)
	held := func(age time.Duration, more string) {
		say(t, client, "checkin", fmt.Sprintf(`{"id":%q,"post":"r-1","card":%q,"age_ms":%d%s}`, uuid.NewString(), heldCard, age.Milliseconds(), more))
	}

	held(30*time.Minute, "")
	eventually(t, is("present"), "came")
	held(29*time.Minute+50*time.Second, "")
	held(29*time.Minute+40*time.Second, "")
	assert.Never(t, is("left"), time.Second, 50*time.Millisecond, "a nervous hand")
	held(20*time.Minute, "")
	eventually(t, is("left"), "the second act leaves")
	held(10*time.Minute, "")
	eventually(t, is("present"), "and the third comes back")
	held(5*time.Minute, `,"out":true`)
	eventually(t, is("left"), "by the key of a reader of any make")
	held(2*time.Minute, "")
	eventually(t, is("present"), "back")
	client.Disconnect(100)

	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer = r.callAs(t, "officer")
	assert.True(t, is("present")(), "on the disk")
	school := r.school(t)
	require.NoError(t, school.Leave("r-1"))
	require.NoError(t, school.Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	eventually(t, is("left"), "by the reader's key")
}
