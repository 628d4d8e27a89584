package people_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/people"
)

// A password of a page counts for the hash that it replaced, and no longer than
// the configuration has that one.
func TestAPasswordOfAPageCountsUntilTheConfigurationHasAnother(t *testing.T) {
	a := people.Account{Name: "li", PasswordHash: "file"}
	first := people.NewPassword{Replaces: a.Configured(), Hash: "page", Initial: true}
	now := a.WithPassword(first)
	assert.Equal(t, "page", now.PasswordHash)
	assert.True(t, now.Initial)
	assert.Equal(t, a.Fingerprint(), now.Configured(), "the next one replaces the same")
	assert.Equal(t, a, a.WithPassword(people.NewPassword{}))

	a.PasswordHash = "file, anew"
	assert.Equal(t, a, a.WithPassword(first))
	assert.Equal(t, a.Fingerprint(), a.Configured())
}
