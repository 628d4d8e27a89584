package photo_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/hazard/photo"
)

var (
	red   = color.RGBA{220, 20, 20, 255}
	green = color.RGBA{20, 200, 20, 255}
	blue  = color.RGBA{20, 20, 220, 255}
)

// corners is a white picture with a red corner above on the left, a green one
// beside it and a blue one below it.
func corners(width, height int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(p, p.Rect, image.White, image.Point{}, draw.Src)
	w, h := width/4, height/4
	for at, c := range map[image.Point]color.Color{{}: red, {width - w, 0}: green, {0, height - h}: blue} {
		draw.Draw(p, image.Rect(0, 0, w, h).Add(at), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return p
}

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, p, nil))
	return b.Bytes()
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, p))
	return b.Bytes()
}

// with puts segments behind the beginning of a JPEG, by their markers.
func with(file []byte, segments ...[]byte) []byte {
	return slices.Concat(file[:2], slices.Concat(segments...), file[2:])
}

func segment(marker byte, data []byte) []byte {
	out := []byte{0xff, marker}
	out = binary.BigEndian.AppendUint16(out, uint16(len(data)+2))
	return append(out, data...)
}

// exif is a camera's segment: an orientation, and the place as GPS data.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	head := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		head = "MM\x00*"
	}
	b := append([]byte("Exif\x00\x00"), head...)
	b = order.AppendUint32(b, 8)
	entry := func(tag, sort uint16, count, value uint32, short bool) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, sort)
		b = order.AppendUint32(b, count)
		if short {
			b = order.AppendUint16(order.AppendUint16(b, uint16(value)), 0)
			return
		}
		b = order.AppendUint32(b, value)
	}
	b = order.AppendUint16(b, 2)
	entry(0x0112, 3, 1, uint32(orientation), true)
	entry(0x8825, 4, 1, 38, false) // where the GPS directory is
	b = order.AppendUint32(b, 0)
	b = order.AppendUint16(b, 1)
	entry(0x001d, 2, 11, 56, false) // GPSDateStamp
	b = order.AppendUint32(b, 0)
	return segment(0xe1, append(b, "2026:03:02\x00N39.9087E116.3975 SecretPhone"...))
}

func decoded(t testing.TB, file []byte) image.Image {
	t.Helper()
	p, err := jpeg.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	return p
}

// markers are those of a JPEG's segments before its picture's own data.
func markers(file []byte) (out []byte) {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		out = append(out, file[at+1])
		if file[at+1] == 0xda {
			break
		}
		at += 2 + int(binary.BigEndian.Uint16(file[at+2:]))
	}
	return out
}

func TestNothingOfTheFileIsKeptButThePicture(t *testing.T) {
	in := with(asJPEG(t, corners(400, 300)),
		exif(binary.LittleEndian, 1), segment(0xfe, []byte("<html><script>alert(1)</script>")), segment(0xe2, []byte("ICC_PROFILE\x00 of SecretPhone")))
	in = append(in, "MotionPhoto<script>alert(2)</script>"...)
	for _, secret := range []string{"Exif", "N39.9087", "SecretPhone", "<script>", "MotionPhoto"} {
		require.Contains(t, string(in), secret)
	}
	out, err := photo.Clean(in)
	require.NoError(t, err)
	for _, secret := range []string{"Exif", "GPS", "N39.9087", "SecretPhone", "script", "MotionPhoto", "ICC_PROFILE"} {
		assert.NotContains(t, string(out), secret)
	}
	for _, m := range markers(out) {
		assert.Contains(t, []byte{0xdb, 0xc0, 0xc4, 0xda}, m, "tables, a frame and a scan, and no segment of anybody's own")
	}
	assert.Equal(t, image.Rect(0, 0, 400, 300), decoded(t, out).Bounds())
}

// Where the corners are seen, by where Exif says that the first row and column
// are (Exif 2.32, table 6): above or below, left or right.
func TestAPhotoIsUpright(t *testing.T) {
	const tl, tr, bl, br = 0, 1, 2, 3
	for orientation, want := range map[uint16][2]int{ // of the red and the green corner
		1: {tl, tr}, 2: {tr, tl}, 3: {br, bl}, 4: {bl, br}, 5: {tl, bl}, 6: {tr, br}, 7: {br, tr}, 8: {bl, tl}, 0: {tl, tr}, 9: {tl, tr},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			out, err := photo.Clean(with(asJPEG(t, corners(400, 200)), exif(order, orientation)))
			require.NoError(t, err)
			p := decoded(t, out)
			w, h := 400, 200
			if orientation >= 5 && orientation <= 8 {
				w, h = 200, 400
			}
			require.Equal(t, image.Rect(0, 0, w, h), p.Bounds(), "orientation %d", orientation)
			at := []image.Point{{5, 5}, {w - 6, 5}, {5, h - 6}, {w - 6, h - 6}}
			for n, c := range []color.RGBA{red, green} {
				near(t, c, p.At(at[want[n]].X, at[want[n]].Y), "orientation %d", orientation)
			}
		}
	}
}

func near(t *testing.T, want color.Color, got color.Color, why ...any) {
	t.Helper()
	r, g, b, _ := want.RGBA()
	x, y, z, _ := got.RGBA()
	for _, pair := range [][2]uint32{{r, x}, {g, y}, {b, z}} {
		assert.InDelta(t, pair[0]>>8, pair[1]>>8, 24, why...)
	}
}

func TestALargePhotoIsMadeSmallerAndASmallOneIsNot(t *testing.T) {
	for _, c := range []struct{ width, height, wide, high int }{
		{4000, 3000, 1600, 1200}, {1700, 20, 1600, 18}, {20, 3200, 10, 1600}, {1600, 1200, 1600, 1200}, {3, 2, 3, 2}, {6000, 1, 1600, 1},
	} {
		out, err := photo.Clean(asPNG(t, corners(c.width, c.height)))
		require.NoError(t, err)
		assert.Equal(t, image.Rect(0, 0, c.wide, c.high), decoded(t, out).Bounds(), c)
		assert.LessOrEqual(t, len(out), photo.MaxKept)
	}
}

// Noise is what no encoder makes short.
func TestWhatIsKeptIsShortHoweverRestlessThePictureIs(t *testing.T) {
	p := image.NewGray(image.Rect(0, 0, 1600, 1600))
	state := uint32(1)
	for i := range p.Pix {
		state = state*1664525 + 1013904223
		p.Pix[i] = byte(state >> 24)
	}
	in := asJPEG(t, p)
	require.Greater(t, len(in), photo.MaxKept)
	out, err := photo.Clean(in)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(out), photo.MaxKept)
}

func TestWhatIsSeenThroughIsWhite(t *testing.T) {
	out, err := photo.Clean(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 20, 20))))
	require.NoError(t, err)
	near(t, color.White, decoded(t, out).At(10, 10))
}

const (
	aLossyWebP    = "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA="
	aLosslessWebP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
)

func unpacked(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	return b
}

func TestWebPIsRead(t *testing.T) {
	for _, s := range []string{aLossyWebP, aLosslessWebP} {
		out, err := photo.Clean(unpacked(t, s))
		require.NoError(t, err)
		assert.Equal(t, image.Rect(0, 0, 1, 1), decoded(t, out).Bounds())
	}
}

// chunk is one of a PNG.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// hugePNG says that it has so many pixels, in a few bytes.
func hugePNG(width, height uint32, depth, interlace byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	head = append(head, depth, 2, 0, 0, interlace)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head), chunk("IDAT", make([]byte, 4000)), chunk("IEND", nil))
}

// hugeJPEG is the same as a JPEG of a frame's marker and sampling.
func hugeJPEG(marker byte, width, height uint16, sampling ...byte) []byte {
	head := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, height), width)
	head = append(head, byte(len(sampling)))
	for n, s := range sampling {
		head = append(head, byte(n+1), s, 0)
	}
	return slices.Concat([]byte{0xff, 0xd8}, segment(marker, head), segment(0xda, []byte{1, 1, 0, 0, 63, 0}), make([]byte, 3000), []byte{0xff, 0xd9})
}

// riff is a WebP of chunks.
func riff(chunks ...[]byte) []byte {
	all := slices.Concat(chunks...)
	return slices.Concat([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(all)+4)), []byte("WEBP"), all)
}

func riffChunk(kind string, data []byte) []byte {
	out := append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(data)))...)
	return append(append(out, data...), make([]byte, len(data)%2)...)
}

func vp8l(width, height uint32) []byte {
	return riffChunk("VP8L", append([]byte{0x2f}, binary.LittleEndian.AppendUint32(nil, width-1|(height-1)<<14)...))
}

func vp8x(flags byte, width, height uint32) []byte {
	b := []byte{flags, 0, 0, 0}
	for _, side := range []uint32{width - 1, height - 1} {
		b = append(b, byte(side), byte(side>>8), byte(side>>16))
	}
	return riffChunk("VP8X", b)
}

func moving(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.White, color.Black})
	require.NoError(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}))
	return b.Bytes()
}

// What is no photo is refused with its reason, and no memory is spent on it.
func TestWhatIsNoPhotoIsRefusedBeforeItIsDecoded(t *testing.T) {
	good, small := asJPEG(t, corners(400, 300)), asPNG(t, corners(40, 30))
	apng := slices.Concat(small[:33], chunk("acTL", make([]byte, 8)), small[33:])
	for name, c := range map[string]struct {
		file []byte
		want photo.Reason
	}{
		"11 MB":                          {append(slices.Clone(good), make([]byte, 11<<20)...), photo.TooLong},
		"a PNG of 400 megapixels":        {hugePNG(20_000, 20_000, 8, 0), photo.TooLarge},
		"a PNG of 2^31 a side":           {hugePNG(1<<31-1, 1<<31-1, 8, 0), photo.TooLarge},
		"a PNG as narrow as long":        {hugePNG(1, 1<<20, 8, 0), photo.TooLarge},
		"a PNG of 16 bits a colour":      {hugePNG(5_000, 4_000, 16, 0), photo.TooLarge},
		"an interlaced PNG":              {hugePNG(5_000, 5_000, 8, 1), photo.TooLarge},
		"a PNG without pixels":           {hugePNG(0, 5_000, 8, 0), photo.Broken},
		"a JPEG of 4 gigapixels":         {hugeJPEG(0xc0, 65_535, 65_535, 0x22, 0x11, 0x11), photo.TooLarge},
		"a progressive JPEG":             {hugeJPEG(0xc2, 7_000, 5_000, 0x11, 0x11, 0x11), photo.TooLarge},
		"a JPEG of four colours":         {hugeJPEG(0xc0, 5_000, 4_600, 0x11, 0x11, 0x11, 0x11), photo.TooLarge},
		"a JPEG without a picture":       {[]byte("\xff\xd8\xff\xd9"), photo.Broken},
		"a lossless WebP":                {riff(vp8l(16_384, 16_384)), photo.TooLarge},
		"a WebP larger than its canvas":  {riff(vp8x(0, 10, 10), vp8l(16_384, 16_384)), photo.TooLarge},
		"a canvas larger than its WebP":  {riff(vp8x(0, 1<<24, 1<<24), vp8l(10, 10)), photo.TooLarge},
		"a canvas longer than its WebP":  {riff(vp8x(0, 20_000, 1), vp8l(10, 1)), photo.TooLarge},
		"a WebP smaller than its canvas": {riff(vp8x(0, 20, 1), unpacked(t, aLossyWebP)[12:]), photo.Broken},
		"an animated WebP":               {riff(vp8x(2, 10, 10), riffChunk("ANIM", make([]byte, 6))), photo.Animated},
		"an animated PNG":                {apng, photo.Animated},
		"an animated GIF":                {moving(t), photo.Foreign},
		"a page":                         {[]byte("<!doctype html><script>alert(1)</script>"), photo.Foreign},
		"a page with a JPEG behind it":   {append([]byte("<html>"), good...), photo.Foreign},
		"a drawing":                      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), photo.Foreign},
		"an iPhone's own":                {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), photo.Foreign},
		"nothing":                        {nil, photo.Foreign},
		"half a JPEG":                    {good[:len(good)/2], photo.Broken},
		"the head of a JPEG":             {good[:20], photo.Broken},
		"half a PNG":                     {small[:len(small)/2], photo.Broken},
		"a PNG whose sum is wrong":       {slices.Concat(small[:40], []byte("x"), small[41:]), photo.Broken},
		"a PNG that begins with another": {slices.Concat(small[:8], chunk("tEXt", nil), small[8:]), photo.Broken},
		"half a WebP":                    {unpacked(t, aLossyWebP)[:30], photo.Broken},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		out, err := photo.Clean(c.file)
		runtime.ReadMemStats(&after)
		assert.Equal(t, c.want, err, name)
		assert.Nil(t, out, name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2<<20), "%s: memory is spent on it", name)
	}
}

func TestEachReasonIsNamed(t *testing.T) {
	for _, r := range photo.Reasons() {
		assert.True(t, strings.HasPrefix(r.Error(), "photo: "), r)
	}
}

// Whatever comes, what is kept is a JPEG of its size and of nobody's segments, or
// there is a reason.
func FuzzClean(f *testing.F) {
	small := corners(12, 9)
	for _, seed := range [][]byte{
		asJPEG(f, small), with(asJPEG(f, small), exif(binary.BigEndian, 6)), asPNG(f, small), unpacked(f, aLossyWebP), unpacked(f, aLosslessWebP),
		hugePNG(20_000, 20_000, 8, 0), hugeJPEG(0xc2, 5_000, 5_000, 0x22, 0x11, 0x11), riff(vp8x(0, 10, 10), vp8l(20, 20)), []byte("<html>"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := photo.Clean(in)
		if err != nil {
			require.ErrorAs(t, err, new(photo.Reason))
			return
		}
		require.LessOrEqual(t, len(out), photo.MaxKept)
		p := decoded(t, out)
		require.LessOrEqual(t, max(p.Bounds().Dx(), p.Bounds().Dy()), photo.Longest)
		for _, m := range markers(out) {
			require.Contains(t, []byte{0xdb, 0xc0, 0xc4, 0xda}, m)
		}
	})
}
