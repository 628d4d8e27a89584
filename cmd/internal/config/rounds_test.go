package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const onePost = "duty: [{schools: [ziwei-primary], pattern: primary, posts: [{id: south, kind: second-gate, place: north, name: {zh: 门, en: gate}}]"

func TestASchoolWithPostsAndNoPointsIsWarnedOf(t *testing.T) {
	for text, want := range map[string]int{
		onePost + "}]": 1, onePost + ", points: [fence]}]": 0, "duty: [{schools: [ziwei-primary], pattern: primary, posts: []}]": 0, "": 0,
	} {
		cfg, faults := ruled(text + "\n")
		require.Empty(t, faults, text)
		found := 0
		for _, w := range cfg.Warnings {
			if strings.HasPrefix(w.Message, "points: ") {
				found++
				assert.Contains(t, w.Message, "ziwei-primary")
				assert.Contains(t, w.Do, "points: [")
			}
		}
		assert.Equal(t, want, found, text)
	}
}

func TestTheNumberOfRenewedCodesIsChecked(t *testing.T) {
	cfg, faults := ruled(strings.Replace(onePost, "{id: south,", "{id: south, codes: 2,", 1) + ", codes: 3, points: [fence]}]\n")
	require.Empty(t, faults)
	assert.Equal(t, 3, cfg.Duty["ziwei-primary"].Setup.Codes)
	assert.Equal(t, 2, cfg.Duty["ziwei-primary"].Setup.Posts[0].Codes)
	_, faults = ruled(strings.Replace(onePost, "{id: south,", "{id: south, codes: 0,", 1) + ", codes: soon}]\n")
	require.Len(t, faults, 2)
	assert.Contains(t, faults.Error(), "duty[0].posts[0].codes")
	assert.Contains(t, faults.Error(), "duty[0].codes")
}
