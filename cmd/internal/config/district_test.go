package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
)

func TestSchoolsAndStationsLieInADistrict(t *testing.T) {
	c, err := Load("testdata/good/district.yaml")
	require.NoError(t, err)
	all := c.Directory()
	ziwei, _ := all.School("ziwei-primary")
	require.NotNil(t, ziwei.Position)
	assert.Equal(t, people.Position{Lat: 38.7012, Lon: 119.5034}, *ziwei.Position)
	yulan, _ := all.School("yulan-primary")
	assert.Nil(t, yulan.Position, "a school need not say where it lies")
	d := all.District()
	assert.Len(t, d.Outline, 3)
	require.Len(t, d.Stations, 2)
	assert.Equal(t, []string{"ziwei-primary", "yulan-primary"}, d.Stations[0].Schools)
	nearest, metres, ok := d.Nearest(*ziwei.Position)
	assert.True(t, ok)
	assert.Equal(t, "centre", nearest.ID)
	assert.InDelta(t, 1133, metres, 5)
	var far []string
	for _, w := range c.Warnings {
		if strings.Contains(w.Message, "km from the nearest") {
			far = append(far, w.String())
		}
	}
	assert.Equal(t, []string{"testdata/good/district.yaml:10:15: schools[1].position: lies 5175 km from the nearest other school or station"}, far,
		"the map would be as wide as that")
}

func TestAnOutlineIsBounded(t *testing.T) {
	corners := func(n int) string {
		return "district: {outline: [" + strings.Repeat("{lat: 1, lon: 1},", n) + "{lat: 2, lon: 2}, {lat: 3, lon: 1}]}"
	}
	const base = "schools:\n  - {id: a, name: {zh: 甲, en: A}, callback: \"01055550000\"}\n"
	_, faults := readBytes(base + corners(maxOutline))
	assert.Contains(t, faults.Error(), "district.outline: more than 500 corners")
	_, faults = readBytes(base + corners(maxOutline-2))
	assert.NotContains(t, faults.Error(), "district")
}

func readBytes(yaml string) (*Config, Faults) {
	return read("c.yaml", []source{{name: "c.yaml", data: []byte(yaml)}})
}
