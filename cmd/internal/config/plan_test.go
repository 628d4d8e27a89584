package config

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
)

func TestAPlaceLiesOnAPlan(t *testing.T) {
	c, err := Load("testdata/good/plans.yaml")
	require.NoError(t, err)
	s, _ := c.Directory().School("ziwei-primary")
	spot, plan, marked := s.Spot("north-gate")
	require.True(t, marked)
	assert.Equal(t, people.Spot{Plan: "campus", X: 0.475}, spot)
	assert.Equal(t, "image/svg+xml", plan.Type)
	assert.InDelta(t, 400.0/300, plan.Width/plan.Height, 1e-9)
	_, _, marked = s.Spot("attic")
	assert.False(t, marked)
}

func TestAPlanIsAPictureOrADrawing(t *testing.T) {
	drawn := image.NewGray(image.Rect(0, 0, 30, 20))
	drawn.Set(1, 1, color.White)
	var asPNG, asJPEG bytes.Buffer
	require.NoError(t, png.Encode(&asPNG, drawn))
	require.NoError(t, jpeg.Encode(&asJPEG, drawn, nil))
	for want, data := range map[string][]byte{"image/png": asPNG.Bytes(), "image/jpeg": asJPEG.Bytes()} {
		kind, width, height, err := sizeOf(data)
		require.NoError(t, err)
		assert.Equal(t, want, kind)
		assert.Equal(t, []float64{30, 20}, []float64{width, height})
	}
	for _, bad := range []string{
		"", "GIF89a", `<svg viewBox="0 0 10 10"/>`, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 10"/>`,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10"/>`, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 NaN 10"/>`,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 Inf 10"/>`,
	} {
		_, _, _, err := sizeOf([]byte(bad))
		assert.ErrorIs(t, err, errNoPlan, bad)
	}
}
