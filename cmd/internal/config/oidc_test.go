package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A provider by which nobody can sign in works, and is less than somebody meant.
func TestAProviderOfNobodyIsSaid(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "secrets"), os.DirFS("testdata/secrets")))
	whole, err := os.ReadFile("testdata/good/full.yaml")
	require.NoError(t, err)
	const claim, link = "      claim: preferred_username\n", ",\n     identity: {issuer: https://login.example.org/realms/police, subject: 8f14e45f-ceea}"
	require.Contains(t, string(whole), claim)
	require.Contains(t, string(whole), link)
	for _, c := range []struct {
		without []string
		said    bool
	}{{nil, false}, {[]string{claim, ""}, false}, {[]string{link, ""}, false}, {[]string{claim, "", link, ""}, true}} {
		path := filepath.Join(dir, "good", "campus.yaml")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(strings.NewReplacer(c.without...).Replace(string(whole))), 0o600))
		got := loaded(t, path).Warnings.Error()
		assert.Equal(t, c.said, strings.Contains(got, "nobody can sign in by the identity provider"), "%q: %s", c.without, got)
	}
}
