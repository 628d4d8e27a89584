package people

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Distances that anybody can look up: a minute of a meridian, a quarter of the
// equator, a great circle over the pole, and one across the date line.
func TestADistanceIsAlongAGreatCircle(t *testing.T) {
	for _, row := range []struct {
		from, to Position
		metres   float64
		within   float64
	}{
		{Position{38.7, 119.5}, Position{38.7, 119.5}, 0, 0},
		{Position{0, 0}, Position{1. / 60, 0}, 1853.2, 0.5},
		{Position{0, 0}, Position{0, 90}, 10_007_557, 5},
		{Position{80, 0}, Position{80, 180}, 2_223_902, 5},
		{Position{0, 179.9}, Position{0, -179.9}, 22_239, 5},
		{Position{90, 0}, Position{-90, 17}, 20_015_115, 5},
		{Position{36.12, -86.67}, Position{33.94, -118.40}, 2_886_448, 5}, // the airports of Nashville and Los Angeles, as Rosetta Code has them
	} {
		assert.InDelta(t, row.metres, row.from.MetresTo(row.to), row.within+1e-6, "%v %v", row.from, row.to)
		assert.InDelta(t, row.from.MetresTo(row.to), row.to.MetresTo(row.from), 1e-6)
	}
}

func TestTheNearestStationIsNotAlwaysTheResponsibleOne(t *testing.T) {
	school := Position{38.70, 119.50}
	d := District{Stations: []Station{
		{ID: "far", Position: Position{38.75, 119.50}, Schools: []string{"ziwei"}},
		{ID: "near", Position: Position{38.70, 119.51}},
		{ID: "as-near", Position: Position{38.70, 119.49}},
	}}
	nearest, metres, ok := d.Nearest(school)
	assert.True(t, ok)
	assert.Equal(t, "near", nearest.ID, "of two the first")
	assert.InDelta(t, 867.8, metres, 1)
	responsible, ok := d.Responsible("ziwei")
	assert.True(t, ok)
	assert.Equal(t, "far", responsible.ID)
	_, ok = d.Responsible("yucai")
	assert.False(t, ok)
	_, _, ok = District{}.Nearest(school)
	assert.False(t, ok)
	assert.Equal(t, d, New(Lists{District: d}).District())
}
