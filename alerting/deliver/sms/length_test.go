package sms_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/people"
)

// A text in the GSM alphabet takes 160 septets alone and 153 of each segment
// where there are more; one character beyond it makes all of it UCS-2.
func TestATextIsCountedAsItsCarrierDoes(t *testing.T) {
	for name, c := range map[string]struct {
		said     string
		from     string
		segments int // that it needs
	}{
		"one of septets":             {strings.Repeat("a", 160), "", 1},
		"two of septets":             {strings.Repeat("a", 161), "", 2},
		"two, full":                  {strings.Repeat("a", 306), "", 2},
		"three of septets":           {strings.Repeat("a", 307), "", 3},
		"a bracket takes two":        {"[" + strings.Repeat("a", 158), "", 1},
		"and one more is too much":   {"[]" + strings.Repeat("a", 157), "", 2},
		"the euro, too":              {"€" + strings.Repeat("a", 159), "", 2},
		"accents of the alphabet":    {strings.Repeat("é", 160), "", 1},
		"an accent beyond it":        {"ê" + strings.Repeat("a", 70), "", 2},
		"Chinese":                    {strings.Repeat("校", 70), "", 1},
		"Chinese, two":               {strings.Repeat("校", 134), "", 2},
		"Chinese, three":             {strings.Repeat("校", 135), "", 3},
		"a Chinese signature is one": {strings.Repeat("a", 67), "紫", 1},
		"and makes all of it UCS-2":  {strings.Repeat("a", 68), "紫", 2},
		"beyond the plane":           {strings.Repeat("😀", 35), "", 1},
		"takes two":                  {strings.Repeat("😀", 36), "", 2},
	} {
		g := people.Gateway{From: c.from, Segments: c.segments}
		require.NoError(t, sms.Check(alerting.Text{EN: c.said}, g), name)
		if g.Segments--; g.Segments > 0 {
			require.ErrorContains(t, sms.Check(alerting.Text{EN: c.said}, g), "allowed", name)
		}
	}
}

// Each language is a letter of its own: one that fits does not excuse the other.
func TestBothLanguagesAreLookedAt(t *testing.T) {
	long := strings.Repeat("校", 71)
	require.Error(t, sms.Check(alerting.Text{ZH: long, EN: "a"}, people.Gateway{}))
	require.Error(t, sms.Check(alerting.Text{ZH: "校", EN: long}, people.Gateway{}))
	assert.NoError(t, sms.Check(alerting.Text{ZH: "校", EN: strings.Repeat("a", 160)}, people.Gateway{}))
}
