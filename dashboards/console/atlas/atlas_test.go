package atlas_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/console/atlas"
)

var (
	desk  = atlas.Frame{Width: 820, Height: 620, Margin: 48, Foot: 36}
	phone = atlas.Frame{Width: 344, Height: 430, Margin: 24, Foot: 32}
	sea   = people.Position{Lat: 38.7, Lon: 119.5}
)

// school is a mark with a label of two lines, and one of one line.
func school(at people.Position, em float64) atlas.Mark {
	return atlas.Mark{At: at, Radius: em, Labels: []atlas.Size{{Width: 8 * em, Height: 2.5 * em}, {Width: 5 * em, Height: 1.25 * em}}}
}

// scattered are n schools, as far apart as a spread says, in degrees.
func scattered(n int, spread float64, seed uint64, em float64) []atlas.Mark {
	r := rand.New(rand.NewPCG(seed, 1))
	var out []atlas.Mark
	for range n {
		out = append(out, school(people.Position{Lat: sea.Lat + r.NormFloat64()*spread, Lon: sea.Lon + r.NormFloat64()*spread}, em))
	}
	return out
}

func signBox(p atlas.Place, m atlas.Mark) atlas.Box {
	return atlas.Box{Left: p.X - m.Radius, Top: p.Y - m.Radius, Right: p.X + m.Radius, Bottom: p.Y + m.Radius}
}

func overlap(a, b atlas.Box) bool {
	return a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom
}

// Twenty schools, scattered over a district or crowded into a street: no sign
// covers a sign, no label a sign or a label, each school has one, and nothing
// leaves the frame.
func TestTwentySchoolsCoverNothingOfEachOther(t *testing.T) {
	for name, f := range map[string]atlas.Frame{"desk": desk, "phone": phone} {
		em := 13.0
		if name == "phone" {
			em = 12
		}
		for _, spread := range []float64{0.05, 0.005, 0.0002, 1e-9} {
			for seed := range uint64(40) {
				marks := scattered(20, spread, seed, em)
				s := atlas.Lay(f, marks, nil)
				require.Len(t, s.Places, 20)
				at := fmt.Sprintf("%s, spread %g, seed %d", name, spread, seed)
				for i, p := range s.Places {
					require.GreaterOrEqual(t, p.Label, 0, "%s: school %d has no label", at, i)
					size := marks[i].Labels[p.Label]
					require.InDelta(t, size.Width, p.Box.Right-p.Box.Left, 1e-6)
					require.InDelta(t, size.Height, p.Box.Bottom-p.Box.Top, 1e-6)
					for _, b := range []atlas.Box{signBox(p, marks[i]), p.Box} {
						require.True(t, b.Left >= 0 && b.Top >= 0 && b.Right <= f.Width && b.Bottom <= f.Height-f.Foot, "%s: %d leaves the frame", at, i)
					}
					for k, q := range s.Places {
						require.False(t, overlap(p.Box, signBox(q, marks[k])), "%s: the label of %d covers the sign of %d", at, i, k)
						if k < i {
							require.False(t, overlap(p.Box, q.Box), "%s: labels %d and %d", at, i, k)
							require.False(t, overlap(signBox(p, marks[i]), signBox(q, marks[k])), "%s: signs %d and %d", at, i, k)
						}
					}
				}
				assert.Equal(t, s, atlas.Lay(f, marks, nil), "the same for the same")
			}
		}
	}
}

func TestASignStandsOnItsPointWhereThereIsRoom(t *testing.T) {
	s := atlas.Lay(desk, []atlas.Mark{school(sea, 13), school(people.Position{Lat: 38.72, Lon: 119.5}, 13)}, nil)
	for _, p := range s.Places {
		assert.False(t, p.Moved())
		assert.Equal(t, 0, p.Label, "written in full")
		assert.False(t, p.Apart)
	}
	near := people.Position{Lat: 38.7200001, Lon: 119.5}
	s = atlas.Lay(desk, []atlas.Mark{school(sea, 13), school(people.Position{Lat: 38.72, Lon: 119.5}, 13), school(near, 13)}, nil)
	assert.False(t, s.Places[1].Moved(), "the first keeps its place")
	require.True(t, s.Places[2].Moved())
	assert.InDelta(t, s.Places[1].X, s.Places[2].TrueX, 0.1)
	assert.InDelta(t, s.Places[1].Y, s.Places[2].TrueY, 0.1)
	assert.Less(t, math.Hypot(s.Places[2].X-s.Places[2].TrueX, s.Places[2].Y-s.Places[2].TrueY), 60.0, "and the other stands beside it")
}

// North is up, east is right, and the bar is as long as what it says, wherever on
// the earth.
func TestTheDrawingIsTrueToScale(t *testing.T) {
	for _, at := range []people.Position{sea, {Lat: -33.9, Lon: 151.2}, {Lat: 0, Lon: 179.99}, {Lat: 69.6, Lon: 18.9}} {
		north := people.Position{Lat: at.Lat + 0.05, Lon: at.Lon}
		east := people.Position{Lat: at.Lat, Lon: at.Lon + 0.05}
		if east.Lon > 180 {
			east.Lon -= 360
		}
		s := atlas.Lay(desk, []atlas.Mark{school(at, 13), school(north, 13), school(east, 13)}, nil)
		p := s.Places
		assert.Less(t, p[1].TrueY, p[0].TrueY, "%v", at)
		assert.InDelta(t, p[0].TrueX, p[1].TrueX, 0.5, "%v", at)
		assert.Greater(t, p[2].TrueX, p[0].TrueX, "%v", at)
		perUnit := s.Scale.Metres / s.Scale.Length
		for _, k := range []int{1, 2} {
			drawn := math.Hypot(p[k].TrueX-p[0].TrueX, p[k].TrueY-p[0].TrueY) * perUnit
			truly := at.MetresTo([]people.Position{at, north, east}[k])
			assert.InEpsilon(t, truly, drawn, 0.003, "%v", at)
		}
		assert.LessOrEqual(t, s.Scale.Length, desk.Width/4)
		assert.Greater(t, s.Scale.Length, desk.Width/4*0.4-1e-9)
		digits := s.Scale.Metres / math.Pow(10, math.Floor(math.Log10(s.Scale.Metres)))
		assert.Contains(t, []int{1, 2, 5}, int(math.Round(digits)))
	}
}

func TestAnOutlineIsDrawnWholly(t *testing.T) {
	border := []people.Position{{Lat: 38.6, Lon: 119.3}, {Lat: 38.8, Lon: 119.3}, {Lat: 38.8, Lon: 119.7}}
	s := atlas.Lay(phone, []atlas.Mark{school(sea, 12)}, border)
	require.Len(t, s.Outline, 3)
	for _, p := range s.Outline {
		assert.True(t, p.X >= phone.Margin-0.001 && p.X <= phone.Width-phone.Margin+0.001, "%v", p)
		assert.True(t, p.Y >= phone.Margin-0.001 && p.Y <= phone.Height-phone.Foot-phone.Margin+0.001, "%v", p)
	}
	assert.Equal(t, atlas.Sheet{}, atlas.Lay(desk, nil, border), "without a mark there is nothing to draw")
}

// A school that is alone is not drawn as if it were the world, one at a pole is
// drawn, and more than there is room for have signs all the same.
func TestWhatIsOddIsDrawnAllTheSame(t *testing.T) {
	s := atlas.Lay(desk, []atlas.Mark{school(sea, 13)}, nil)
	assert.InDelta(t, desk.Width/2, s.Places[0].X, 0.001)
	assert.InDelta(t, 200, s.Scale.Metres, 0.001)
	s = atlas.Lay(desk, []atlas.Mark{school(people.Position{Lat: 90}, 13), school(people.Position{Lat: 89.9, Lon: 180}, 13)}, nil)
	for _, p := range s.Places {
		assert.False(t, math.IsNaN(p.X) || math.IsInf(p.X, 0) || math.IsNaN(p.Y) || math.IsInf(p.Y, 0))
	}
	crowd := scattered(400, 0.02, 7, 12)
	s = atlas.Lay(phone, crowd, nil)
	require.Len(t, s.Places, 400)
	for i, p := range s.Places {
		if p.Label < 0 {
			continue
		}
		for k, q := range s.Places {
			require.False(t, k != i && q.Label >= 0 && overlap(p.Box, q.Box))
		}
	}
}
