package grafana_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/dashboards/grafana"
)

func all(t *testing.T) []grafana.Dashboard {
	t.Helper()
	out, err := grafana.All()
	require.NoError(t, err)
	require.Len(t, out, 4)
	return out
}

// provisioned are the data sources by uid, with their types.
func provisioned(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("provisioning/datasources/campushub.yaml")
	require.NoError(t, err)
	var file struct {
		Datasources []struct{ UID, Type string }
	}
	require.NoError(t, yaml.Unmarshal(data, &file))
	out := map[string]string{}
	for _, d := range file.Datasources {
		out[d.UID] = d.Type
	}
	return out
}

// Panels have ids of their own, stand beside each other, ask a data source
// that is provisioned, and have titles in both languages.
func TestPanelsAreInOrder(t *testing.T) {
	sources := provisioned(t)
	require.Equal(t, map[string]string{grafana.InfluxDB: "influxdb", grafana.Prometheus: "prometheus"}, sources)
	uids := map[string]bool{}
	for _, d := range all(t) {
		assert.False(t, uids[d.UID], "%s: a uid of its own", d.File)
		uids[d.UID] = true
		ids, taken := map[int]bool{}, map[[2]int]string{}
		for _, p := range d.Panels {
			assert.False(t, ids[p.ID], "%s: %s: an id of its own", d.File, p.Title)
			ids[p.ID] = true
			bilingual(t, p.Title)
			if p.Description != "" {
				bilingual(t, p.Description)
			}
			assert.LessOrEqual(t, p.GridPos.X+p.GridPos.W, 24, p.Title)
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					assert.Empty(t, taken[[2]int{x, y}], "%s: %s stands on another", d.File, p.Title)
					taken[[2]int{x, y}] = p.Title
				}
			}
			asks(t, p, sources)
		}
	}
}

func asks(t *testing.T, p grafana.Panel, sources map[string]string) {
	t.Helper()
	if p.Type == "row" || p.Type == "text" {
		assert.Empty(t, p.Targets, p.Title)
		return
	}
	assert.NotEmpty(t, p.Targets, p.Title)
	for _, q := range p.Targets {
		assert.Equal(t, p.Datasource, q.Datasource, "%s: one data source a panel", p.Title)
		assert.Equal(t, sources[q.Datasource.UID], q.Datasource.Type, p.Title)
		assert.Equal(t, q.Datasource.UID == grafana.InfluxDB, q.Query != "", p.Title)
		assert.Equal(t, q.Datasource.UID == grafana.Prometheus, q.Expr != "", p.Title)
	}
}

// bilingual holds that a text is "Chinese · English".
func bilingual(t *testing.T, text string) {
	t.Helper()
	zh, en, two := strings.Cut(text, " · ")
	assert.True(t, two, text)
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	assert.True(t, strings.ContainsFunc(zh, han), text)
	assert.False(t, strings.ContainsFunc(en, han), text)
	assert.NotEmpty(t, en)
}

// No page says acknowledged by a word that means "verified as real" to the police,
// nor that anything was sent successfully.
func TestNoPageHasAForbiddenWord(t *testing.T) {
	for _, d := range all(t) {
		text, err := os.ReadFile(d.File)
		require.NoError(t, err)
		for _, word := range []string{"确认", "发送成功", "撤警", "取消报警", "疑似", "假警"} {
			assert.NotContains(t, string(text), word, d.File)
		}
	}
}

// Whoever reads of an incident comes to its page with one click, and every page
// that draws deliveries marks incidents, whoever was told.
func TestIncidentsAreLinkedAndMarked(t *testing.T) {
	for _, name := range []string{"officer.json", "district.json", "drills.json"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Contains(t, string(text), `"url": "${console}/incidents/${__data.fields.incident}"`, name)
		var marks []grafana.Annotation
		for _, d := range all(t) {
			if d.File == name {
				marks = d.Annotations.List
			}
		}
		assert.NotEmpty(t, marks, name)
		for _, m := range marks {
			bilingual(t, m.Name)
			assert.Contains(t, m.Query, `"incident"`, name)
			assert.NotContains(t, m.Query, `"audience"`, "%s: whoever was told", name)
			assert.NotContains(t, m.Query, "$__interval", "%s: an annotation has none", name)
		}
	}
}

// Whoever has chosen a school sees that school's: no question of these pages
// goes past the variable.
func TestASchoolsPageAsksOfThatSchoolAlone(t *testing.T) {
	for _, d := range all(t) {
		if d.File == "operator.json" { // who sees hubs
			continue
		}
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				assert.Contains(t, q.Query+q.Expr, "$school", "%s: %s", d.File, p.Title)
			}
		}
		for _, a := range d.Annotations.List {
			assert.Contains(t, a.Query, "$school", "%s: %s", d.File, a.Name)
		}
	}
}

func TestFilled(t *testing.T) {
	q := grafana.Question{Text: `"school" =~ /^$school$/ AND $timeFilter GROUP BY time($__interval)`}
	assert.Equal(t, `"school" =~ /^(a|b)$/ AND time > now() - 1h GROUP BY time(10s)`,
		q.Filled(map[string]string{"school": "(a|b)", "timeFilter": "time > now() - 1h", "__interval": "10s"}))
}

// The district's page has the four indicators of 100 %, each with what a hub
// can know of it, and says of each what it cannot.
func TestTheDistrictSeesTheFourIndicatorsAndWhatNobodyKnows(t *testing.T) {
	for _, d := range all(t) {
		if d.File != "district.json" {
			continue
		}
		row := slices.IndexFunc(d.Panels, func(p grafana.Panel) bool { return strings.HasPrefix(p.Title, "四个 100%") })
		require.GreaterOrEqual(t, row, 0)
		var below []grafana.Panel
		for _, p := range d.Panels[row+1:] {
			if p.Type == "row" {
				break
			}
			below = append(below, p)
		}
		for indicator, unknown := range map[string]string{"封闭式管理": "封闭式管理", "一键报警与视频联动": "视频联动", "专职保安": "专职保安", "护学岗": "护学岗"} {
			assert.True(t, slices.ContainsFunc(below, func(p grafana.Panel) bool {
				return strings.HasPrefix(p.Title, indicator) && len(p.Targets) > 0 && p.Description != ""
			}), indicator)
			assert.True(t, slices.ContainsFunc(below, func(p grafana.Panel) bool {
				return p.Type == "text" && strings.Contains(p.Options.Content, "**"+unknown+" · ")
			}), "what the hub cannot know of %s", indicator)
		}
	}
}
