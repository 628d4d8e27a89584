package password

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatEverybodyWouldTryIsWeak(t *testing.T) {
	for _, s := range []string{
		"", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababab", "123456789012", "qwertyuiop12", "poiuytrewq21",
		"Password1234", "Campushub2026!", "li-wei-li-wei", "Li-Wei123456", "Ziwei-123456789", "admin-password-1234", "with a\ttabulator",
		"\xff\xfe not a text at all", strings.Repeat("长密码", 400),
	} {
		err := Weak(s, "li-wei", "ziwei")
		require.ErrorIs(t, err, ErrWeak, "%q", s)
		assert.NotContains(t, strings.TrimPrefix(err.Error(), "weak password: "), "li-wei", "the words name no secret")
	}
}

func TestLengthIsEnough(t *testing.T) {
	for _, s := range []string{"correct horse 电池", "bafi-kodu-menu-zito", "清晨的操场上有两只喜鹊在叫", "the gate opens at seven", "P7#kd9!xqw2z"} {
		assert.NoError(t, Weak(s, "li-wei", "ziwei"), s)
	}
	for range 50 {
		drawn, err := Readable()
		require.NoError(t, err)
		assert.NoError(t, Weak(drawn, "guard-1"), drawn)
	}
}
