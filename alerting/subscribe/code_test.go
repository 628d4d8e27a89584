package subscribe_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/subscribe"
)

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string][2]string{
		"ziwei-7K3M-9QXT":       {"ziwei", "7K3M9QXT"},
		" Ziwei – 7k3m 9qxt ":   {"ziwei", "7K3M9QXT"}, //nolint:gocritic // blanks are what is tried
		"ziwei7k3m9qxt":         {"ziwei", "7K3M9QXT"},
		"ziwei-OIL0-0000":       {"ziwei", "01100000"},
		"ZIWEI-7K3M-9QXT":       {"ziwei", "7K3M9QXT"},
		"no-2-school-7K3M9QXT":  {"no-2-school", "7K3M9QXT"},
		"":                      {"", ""},
		"7K3M":                  {"", "7K3M"},
		strings.Repeat("-", 40): {"", ""},
	} {
		school, secret := subscribe.Read(typed)
		assert.Equal(t, want, [2]string{school, secret}, typed)
	}
}

func TestADrawnCodeIsReadBackAndNoTwoAreAlike(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		c := subscribe.DrawCode("no-2", "officer-1", time.Now())
		school, secret := subscribe.Read(strings.ToLower(c.String()))
		require.Equal(t, [2]string{"no-2", c.Secret}, [2]string{school, secret}, c.String())
		require.False(t, seen[c.Secret], c.Secret)
		seen[c.Secret] = true
	}
}

func FuzzRead(f *testing.F) {
	f.Add("ziwei-7K3M-9QXT")
	f.Add("-\xff紫薇-0")
	f.Fuzz(func(t *testing.T, typed string) {
		_, secret := subscribe.Read(typed)
		require.LessOrEqual(t, len(secret), 8)
	})
}

func TestDigitsAreSixAndSpread(t *testing.T) {
	var first [10]int
	for range 5000 {
		d := subscribe.DrawDigits()
		require.Regexp(t, `^[0-9]{6}$`, d)
		first[d[0]-'0']++
	}
	for digit, n := range first {
		assert.InDelta(t, 500, n, 150, "%d begins too many or too few", digit) // 7 standard deviations
	}
}

func TestCountsAreBounded(t *testing.T) {
	now := time.Now()
	c := subscribe.NewCounts(subscribe.Bound(3, time.Minute))
	for range 3 {
		assert.True(t, c.Take("a", now))
	}
	assert.False(t, c.Take("a", now), "so often at once")
	assert.True(t, c.Take("b", now), "each for itself")
	assert.False(t, c.Take("a", now.Add(59*time.Second)))
	assert.True(t, c.Take("a", now.Add(time.Minute)), "and once more every minute")
	assert.False(t, c.Take("a", now.Add(time.Minute)))

	for k := range subscribe.MostKeys + 100 {
		c.Take(time.Duration(k).String(), now)
	}
	assert.LessOrEqual(t, c.Keys(), subscribe.MostKeys)
}
