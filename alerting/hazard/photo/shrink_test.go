package photo

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mean is the colour of the area that a pixel covers, by the plain definition.
func mean(p *image.Gray, x, y, width, height int) float64 {
	w, h := float64(p.Rect.Dx())/float64(width), float64(p.Rect.Dy())/float64(height)
	part := func(at int, from, to float64) float64 {
		return max(0, min(float64(at+1), to)-max(float64(at), from))
	}
	sum := 0.0
	for sy := range p.Rect.Dy() {
		for sx := range p.Rect.Dx() {
			sum += part(sx, float64(x)*w, float64(x+1)*w) * part(sy, float64(y)*h, float64(y+1)*h) * float64(p.GrayAt(sx, sy).Y)
		}
	}
	return sum / (w * h)
}

func TestEachPixelIsTheMeanOfWhatItCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		p := image.NewGray(image.Rect(3, 5, 4+r.IntN(23), 6+r.IntN(23)))
		for i := range p.Pix {
			p.Pix[i] = byte(r.Uint32())
		}
		q := image.NewGray(image.Rect(0, 0, p.Rect.Dx(), p.Rect.Dy()))
		copy(q.Pix, p.Pix)
		longest := 1 + r.IntN(25)
		out := shrunk(p, longest)
		require.LessOrEqual(t, max(out.Rect.Dx(), out.Rect.Dy()), longest)
		for y := range out.Rect.Dy() {
			for x := range out.Rect.Dx() {
				want := uint8(math.Round(mean(q, x, y, out.Rect.Dx(), out.Rect.Dy())))
				assert.InDelta(t, want, out.RGBAAt(x, y).R, 1, "%v to %v at %d, %d", p.Rect, out.Rect, x, y)
				assert.Equal(t, uint8(255), out.RGBAAt(x, y).A)
			}
		}
	}
	plain := image.NewRGBA(image.Rect(0, 0, 7, 7))
	draw.Draw(plain, plain.Rect, image.NewUniform(color.RGBA{7, 8, 9, 255}), image.Point{}, draw.Src)
	assert.Equal(t, color.RGBA{7, 8, 9, 255}, shrunk(plain, 3).RGBAAt(2, 2))
}
