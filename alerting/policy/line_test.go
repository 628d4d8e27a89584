package policy

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// What isLine lets through must be what line would have made of it.
func FuzzLineIsTheSameEitherWay(f *testing.F) {
	for _, s := range []string{"北门", "North gate", "a  b", " a", "a ", "【演练】", "[DRILL]", "a\nb", "", "é", strings.Repeat("长", 41), "a\u200bb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || !isLine(s, maxName) {
			return
		}
		assert.Equal(t, slowLine(s, maxName), s)
	})
}

func TestNamesThatSchoolsHaveAreLines(t *testing.T) {
	for _, s := range []string{"紫薇小学", "Ziwei Primary School", "北门", "2号楼", "010-55550100"} {
		assert.True(t, isLine(s, maxName), s)
	}
}
