package people_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// A scanner of repositories and logs finds a token by its form.
func TestATokenIsRecognisedAndItsHashTellsNothing(t *testing.T) {
	text, kept := people.DrawToken()
	assert.Regexp(t, `^chub_[0-9a-f]{64}$`, text)
	again, ok := people.HashToken(text)
	require.True(t, ok)
	assert.Equal(t, kept, again)
	other, otherKept := people.DrawToken()
	assert.NotEqual(t, text, other)
	assert.NotEqual(t, kept, otherKept)
	for _, none := range []string{"", "chub_", text[:len(text)-1], text + "0", strings.TrimPrefix(text, "chub_"), "chub_" + strings.Repeat("z", 64), "Chub_" + text[5:]} {
		_, ok := people.HashToken(none)
		assert.False(t, ok, none)
	}
}

func TestATokenEndsByItselfAndByHand(t *testing.T) {
	now := time.Now()
	good := people.Token{Name: "gate", Until: now.Add(time.Second)}
	assert.Equal(t, people.TokenActive, good.State(now))
	assert.Equal(t, people.TokenExpired, good.State(now.Add(time.Second)), "the end is behind it")
	good.Revoked = now
	assert.Equal(t, people.TokenRevoked, good.State(now))
	assert.Equal(t, people.TokenRevoked, good.State(now.Add(time.Hour)), "for good")
}

func TestATokenActsAtTheSchoolsThatAreThere(t *testing.T) {
	d := people.New(people.Lists{Schools: []people.School{{ID: "ziwei"}}})
	tok := people.Token{Name: "gate", Role: alerting.RoleOfficer, Schools: []string{"gone", "ziwei"}}
	a := tok.Account(d)
	assert.Equal(t, "program:gate", a.Name)
	assert.Equal(t, alerting.RoleOfficer, a.Role)
	assert.Equal(t, []string{"ziwei"}, a.Schools)
	assert.False(t, a.Named)
	assert.False(t, a.Release)
	assert.Empty(t, a.StandsInAt(), "nobody stands in by a program")
	hidden := alerting.Incident{School: "ziwei", Confidential: true}
	assert.False(t, a.MaySee(hidden))
}

func TestNamesOfTokens(t *testing.T) {
	for name, ok := range map[string]bool{
		"gate": true, "g": true, "gate-2": true, "2": true, strings.Repeat("a", 40): true,
		"": false, "-gate": false, "Gate": false, "gate system": false, "gate:1": false, "校门": false, strings.Repeat("a", 41): false, "gate\n": false,
	} {
		assert.Equal(t, ok, people.IsTokenName(name), name)
	}
}

func FuzzHashToken(f *testing.F) {
	text, _ := people.DrawToken()
	f.Add(text)
	f.Add("chub_")
	f.Add("chub_" + strings.Repeat("A", 64))
	f.Fuzz(func(t *testing.T, s string) {
		kept, ok := people.HashToken(s)
		if !ok {
			require.Zero(t, kept)
			return
		}
		require.Len(t, s, 5+64)
		again, _ := people.HashToken(strings.ToLower(s[5:]))
		require.Zero(t, again, "without its prefix it is none")
	})
}
