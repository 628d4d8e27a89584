package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
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

func TestAPointIsCalledByItsOwnNameElseByThatOfItsPlace(t *testing.T) {
	cfg, faults := ruled(onePost + ", points: [north, fence, {id: roof, name: {zh: 屋面, en: Roof}}]}]\n")
	require.Empty(t, faults)
	of := cfg.Duty["ziwei-primary"].Setup
	assert.Equal(t, []string{"north", "fence", "roof"}, of.Points)
	assert.Equal(t, alerting.Text{ZH: "屋面", EN: "Roof"}, of.PointName("roof"))
	assert.Equal(t, alerting.Text{ZH: "fence", EN: "fence"}, of.PointName("fence"), "nobody has said")
	at := cfg.Schools[0].Places[slices.IndexFunc(cfg.Schools[0].Places, func(p alerting.Place) bool { return p.ID == "north" })]
	assert.NotEqual(t, "north", at.Name.ZH)
	assert.Equal(t, at.Name, of.PointName("north"))

	_, faults = ruled(onePost + ", points: [north, {id: north, name: {zh: 北, en: N}}, {id: roof}, {id: UP, name: {zh: 上, en: up}}]}]\n")
	require.Len(t, faults, 3, "twice, without a name, and no id")
}
