package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "gate", 4},
		{"gate", "gate", 0},
		{"gate", "gtae", 1},
		{"lisen", "listen", 1},
		{"nort-gate", "north-gate", 1},
		{"buton", "reader", 6},
		{"kitten", "sitting", 3},
	} {
		assert.Equal(t, c.want, distance(c.a, c.b), "%s %s", c.a, c.b)
		assert.Equal(t, c.want, distance(c.b, c.a), "%s %s", c.b, c.a)
	}
	assert.Equal(t, longestGuess, distance(strings.Repeat("x", 1000), "x"))
}

func TestSuggestion(t *testing.T) {
	words := []string{"listen", "tls", "password_file"}
	assert.Equal(t, ", did you mean listen?", suggestion("lisen", words))
	assert.Equal(t, ", did you mean password_file?", suggestion("password", words))
	assert.Empty(t, suggestion("colour", words))
	assert.Empty(t, suggestion("p", words))
}
