package console

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A key with an audience behind it replaces the plain one for that audience's
// readers. One that somebody asks for by its whole name is a word of its own,
// and takes the plain one's place by chance.
func TestNoKeyIsAnothersForAnAudienceByChance(t *testing.T) {
	asked := regexp.MustCompile(`Say(?:\(| )"([^"]+)"`)
	words := catalogues(t)
	look := func(files fs.FS, glob string) {
		names, err := fs.Glob(files, glob)
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			b, err := fs.ReadFile(files, name)
			require.NoError(t, err)
			for _, m := range asked.FindAllStringSubmatch(string(b), -1) {
				for _, a := range []alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District, alerting.Parents} {
					plain, ok := strings.CutSuffix(m[1], "."+string(a))
					_, taken := words["zh"].words[plain]
					assert.False(t, ok && taken, "%s: %q replaces %q for the readers of %s", name, m[1], plain, a)
				}
			}
		}
	}
	look(templateFiles, "templates/*.html")
	look(os.DirFS("."), "*.go")
}
