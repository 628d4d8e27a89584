package console

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/?selected=1&notice=done.note", "//evil.example", `/\evil.example`, "https://evil.example/", "/%2fevil.example", "/a\nb", "/;//x", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := localPath(s)
		require.True(t, strings.HasPrefix(got, "/"), "%q", got)
		require.False(t, strings.HasPrefix(got, "//"), "%q", got)
		require.NotContains(t, got, `\`)
		u, err := url.Parse(got)
		require.NoError(t, err)
		require.Empty(t, u.Host)
		require.False(t, u.Query().Has("notice"))
	})
}
