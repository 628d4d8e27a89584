package office_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
)

// A password that was set on a page is kept with its change, and ends the account's
// sessions; it stays when another one is set in the configuration, which the hub
// may not have read yet. The chain has no hash.
func TestAPasswordOfAPageIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s := open(t, path)
	require.NoError(t, s.CommitCtx(t.Context(), "1", []byte("s:li"), time.Now().Add(time.Hour)))
	set := deed("li", people.AccountPassword)
	set.Password = &people.NewPassword{Replaces: "of the file", Hash: "$argon2id$secret", Initial: true}
	ended, err := s.ChangeAccount(t.Context(), set, owned, anybody)
	require.NoError(t, err)
	assert.Equal(t, 1, ended)
	kept, err := s.Kept(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]people.NewPassword{"li": *set.Password}, kept.Passwords)

	_, err = s.ChangeAccount(t.Context(), deed("li", people.AccountDisabled), owned, anybody)
	require.NoError(t, err)
	kept, err = s.Kept(t.Context())
	require.NoError(t, err)
	assert.Len(t, kept.Passwords, 1, "another deed leaves it")
	changes, err := s.AccountChanges(t.Context(), "li", 0, 9)
	require.NoError(t, err)
	for _, c := range changes {
		assert.Nil(t, c.Password)
	}
	_, err = s.ChangeAccount(t.Context(), deed("li", people.AccountPassword), owned, anybody)
	require.NoError(t, err)
	kept, err = s.Kept(t.Context())
	require.NoError(t, err)
	assert.Len(t, kept.Passwords, 1)
	again := deed("li", people.AccountPassword)
	again.Password = &people.NewPassword{Replaces: "of the file", Hash: "$argon2id$another"}
	_, err = s.ChangeAccount(t.Context(), again, owned, anybody)
	require.NoError(t, err)
	kept, err = s.Kept(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]people.NewPassword{"li": *again.Password}, kept.Passwords)
}
