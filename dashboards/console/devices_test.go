package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// fleet is a supervisor that has found this out.
type fleet supervision.View

func (f fleet) View(context.Context) (supervision.View, error) { return supervision.View(f), nil }

func aFleet() fleet {
	now := time.Now()
	one := func(id string, s supervision.State) supervision.Status {
		return supervision.Status{
			Device: supervision.Device{Address: devices.Address{School: apitest.School, Device: id}, Kind: devices.KindButton, Power: devices.PowerMains},
			State:  s, Since: now, Last: now, Observed: 1000 * time.Hour, Down: 10 * time.Minute,
		}
	}
	lost, low := one("b-4", supervision.Lost), one("b-3", supervision.Present)
	charge := 0.12
	low.Health.Battery, low.Health.Needs = &charge, []supervision.Need{supervision.NeedBattery}
	return fleet{
		At: now, Devices: []supervision.Status{one("b-1", supervision.Present), one("b-2", supervision.Late), low, lost},
		Schools: []supervision.SchoolStatus{{
			School: apitest.School, Cut: now, Counts: map[supervision.State]int{supervision.Present: 2, supervision.Late: 1, supervision.Lost: 1},
			Observed: 4000 * time.Hour, Down: 40 * time.Minute,
		}},
	}
}

// A device that is configured and was never heard is missed by nobody: the page
// says which, since when, and what to do.
func TestDevicesThatWereNeverHeardAreNamed(t *testing.T) {
	all := aFleet()
	at := time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC)
	for n, id := range []string{"n-1", "n-2"} {
		never := all.Devices[0]
		never.Address.Device, never.State, never.Last, never.Known = id, supervision.Waiting, time.Time{}, at.AddDate(0, 0, n)
		all.Devices = append(all.Devices, never)
	}
	gone := all
	gone.Devices = append([]supervision.Status{}, all.Devices...)
	gone.Devices[0].State, gone.Devices[0].Known = supervision.Waiting, at
	says(t, startOn(t, nil, gone).as("officer-1", "en").get("/devices/"+apitest.School+"/b-1").html, "Never heard; configured since 2026-03-02 09:30.")
	h := startOn(t, nil, all)
	lacks(t, h.as("officer-1", "en").get("/devices/"+apitest.School+"/b-1").html, "Never heard")
	page := h.as("officer-1", "en").get("/devices").html
	says(t, page, `<strong class="warn">Configured and never heard: 2 (n-1, n-2), the first since 2026-03-02 09:30.`)
	says(t, page, "configured since 2026-03-03 09:30")
	zh := h.as("guard-1", "zh").get("/devices").html
	says(t, zh, "从未上线的设备：2 台（n-1、n-2），最早登记于 2026-03-02 09:30")
	says(t, zh, "登记于 2026-03-03 09:30")

	all.Devices = all.Devices[:len(all.Devices)-1]
	all.Devices[len(all.Devices)-1].Known = time.Now().Add(-time.Hour)
	young := startOn(t, nil, all).as("officer-1", "en").get("/devices").html
	says(t, young, "<p>Configured and never heard: 1 (n-1)")
	lacks(t, startOn(t, nil, aFleet()).as("officer-1", "en").get("/devices").html, "never heard")
}

func TestDevicesPageShowsFirstWhoNeedsSomebody(t *testing.T) {
	h := startOn(t, nil, aFleet())
	page := h.as("officer-1", "en").get("/devices").html
	says(t, page, "The school&#39;s link is cut")
	says(t, page, "lost 1 · silent 1 · present 2")
	says(t, page, "battery low")
	says(t, page, "12%")
	says(t, page, "99.98%")
	says(t, page, "test with the police overdue")
	says(t, page, ">never</td>")
	order := []int{strings.Index(page, "b-3 ·"), strings.Index(page, "b-4 ·"), strings.Index(page, "b-2 ·"), strings.Index(page, "b-1 ·")}
	assert.IsIncreasing(t, order)
	zh := h.as("guard-1", "zh").get("/devices").html
	says(t, zh, "失联 1 · 静默 1 · 在线 2")
	says(t, zh, "有事直接拨 110")
	says(t, zh, "按钮测试逾期")
	says(t, zh, `href="/devices"`)
	lacks(t, h.as("parent-1", "zh").get("/").html, `href="/devices"`)
	assert.Equal(t, http.StatusForbidden, h.as("staff-1", "zh").get("/devices").status)
}

func TestWithoutSupervisionThereIsNoPageOfDevices(t *testing.T) {
	o := start(t).as("officer-1", "en")
	assert.Equal(t, http.StatusNotFound, o.get("/devices").status)
	lacks(t, o.get("/").html, `href="/devices"`)
}
