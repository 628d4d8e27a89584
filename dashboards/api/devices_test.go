package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// stand is a supervisor that knows two schools.
type stand struct{ silent bool }

func (s stand) View(context.Context) (supervision.View, error) {
	if s.silent {
		return supervision.View{}, errors.New("busy")
	}
	one := func(school string) supervision.Status {
		return supervision.Status{
			Device: supervision.Device{Address: devices.Address{School: school, Device: "b-1"}, Kind: devices.KindButton, Power: devices.PowerMains},
			State:  supervision.Lost, Observed: 100 * time.Minute, Down: 25 * time.Minute,
		}
	}
	return supervision.View{
		Devices: []supervision.Status{one("a"), one("b")},
		Schools: []supervision.SchoolStatus{{School: "a", Cut: time.Unix(1000, 0)}, {School: "b"}},
	}, nil
}

func TestDevicesAreForWhoLooksAfterTheirSchool(t *testing.T) {
	s := &Service{supervision: stand{}}
	for _, role := range alerting.Roles() {
		v, err := s.Devices(t.Context(), people.Account{Role: role, Schools: []string{"a"}})
		if !role.SeesIncidents() && role != alerting.RoleAdmin {
			require.ErrorIs(t, err, alerting.ErrForbidden, role)
			continue
		}
		require.NoError(t, err, role)
		require.Len(t, v.Devices, 1, role)
		require.Len(t, v.Schools, 1, role)
		assert.Equal(t, "a", v.Devices[0].Address.School, role)
	}
	s.supervision = stand{silent: true}
	_, err := s.Devices(t.Context(), people.Account{Role: alerting.RoleOfficer, Schools: []string{"a"}})
	require.ErrorIs(t, err, alerting.ErrUnavailable)
}

func TestADeviceAsTheAPIGivesIt(t *testing.T) {
	v, err := stand{}.View(t.Context())
	require.NoError(t, err)
	d := deviceOf(v.Devices[0], people.New(people.Lists{}), time.Unix(1000, 0))
	assert.Nil(t, d.FirmwareDays, "it never said")
	v.Devices[0].Running = supervision.Running{Version: "1.2.0", Since: time.Unix(1000, 0)}
	d = deviceOf(v.Devices[0], people.New(people.Lists{}), time.Unix(1000, 0).Add(71*time.Hour))
	assert.Equal(t, 2, *d.FirmwareDays, "whole days")
	assert.Equal(t, "1.2.0", d.Firmware)
	assert.Equal(t, "lost", d.State)
	assert.InDelta(t, 0.75, *d.Availability, 1e-9)
	assert.InDelta(t, 25, d.DownMinutes, 1e-9)
	assert.Nil(t, d.LastSeen, "never heard")
	assert.NotNil(t, d.Needs)
	assert.Equal(t, "1970-01-01T00:16:40.000Z", *schoolStatusOf(v.Schools[0]).CutSince)
	assert.Nil(t, schoolStatusOf(v.Schools[1]).CutSince)
	assert.Nil(t, schoolStatusOf(v.Schools[1]).Availability, "nobody was watched")
	assert.Contains(t, schoolStatusOf(v.Schools[1]).Counts, "late", "a count of none is 0")
}
