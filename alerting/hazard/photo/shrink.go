package photo

import (
	"image"
	"image/draw"
)

// shrunk is a picture whose longer side has at most so many pixels, on white:
// each pixel is the mean of the area that it covers. It goes over the picture row
// by row, and takes memory for one of them and for what it makes.
func shrunk(src image.Image, longest int) *image.RGBA {
	from := src.Bounds()
	width, height := fitted(from.Dx(), from.Dy(), longest)
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	row := image.NewRGBA(image.Rect(0, 0, from.Dx(), 1))
	narrow, sum := make([]uint64, 3*width), make([]uint64, 3*width)
	whole := uint64(from.Dx()) * uint64(from.Dy())
	for y, to := 0, 0; y < from.Dy(); y++ {
		draw.Draw(row, row.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(row, row.Bounds(), src, image.Pt(from.Min.X, from.Min.Y+y), draw.Over)
		narrowed(narrow, row.Pix, from.Dx(), width)
		// A row is as high as height parts; one of the picture that is made takes
		// from.Dy() of them.
		over := (y+1)*height - (to+1)*from.Dy()
		if over < 0 {
			add(sum, narrow, height)
			continue
		}
		add(sum, narrow, height-over)
		put(out.Pix[to*out.Stride:], sum, whole)
		clear(sum)
		add(sum, narrow, over)
		to++
	}
	return out
}

// fitted are the sides of a picture that is made no larger.
func fitted(width, height, longest int) (int, int) {
	long := max(width, height)
	if long <= longest {
		return width, height
	}
	return max(1, width*longest/long), max(1, height*longest/long)
}

// narrowed sums a row of pixels up to fewer of them: each pixel of the row is as
// wide as to parts, and one of the sums takes from of them.
func narrowed(sums []uint64, pix []uint8, from, to int) {
	clear(sums)
	for x, at := 0, 0; x < from; x++ {
		r, g, b := uint64(pix[4*x]), uint64(pix[4*x+1]), uint64(pix[4*x+2])
		over := (x+1)*to - (at+1)*from
		within := uint64(to - max(over, 0))
		sums[3*at] += within * r
		sums[3*at+1] += within * g
		sums[3*at+2] += within * b
		if over < 0 {
			continue
		}
		if at++; over > 0 {
			sums[3*at] += uint64(over) * r
			sums[3*at+1] += uint64(over) * g
			sums[3*at+2] += uint64(over) * b
		}
	}
}

func add(sum, row []uint64, parts int) {
	for i, v := range row {
		sum[i] += uint64(parts) * v
	}
}

// put writes a row of means.
func put(pix []uint8, sum []uint64, whole uint64) {
	for x := range len(sum) / 3 {
		for c := range 3 {
			pix[4*x+c] = uint8((sum[3*x+c] + whole/2) / whole)
		}
		pix[4*x+3] = 0xff
	}
}

// turned puts a picture upright: orientation is Exif's, 1 to 8, which says where
// its first row and column are seen.
func turned(p *image.RGBA, orientation int) *image.RGBA {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	from := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[orientation]
	if from == nil {
		return p
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sx, sy := from(x, y)
			copy(out.Pix[out.PixOffset(x, y):][:4], p.Pix[p.PixOffset(sx, sy):][:4])
		}
	}
	return out
}
