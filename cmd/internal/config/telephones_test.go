package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// texted is a school whose police are told by text message.
func texted(t *testing.T, school, callback, gateway string) (*Config, error) {
	t.Helper()
	secret, err := os.ReadFile("testdata/secrets/desk.sha256")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "desk.sha256"), secret, 0o600))
	text := fmt.Sprintf(`
schools:
  - id: ziwei
    name: {zh: %s, en: Second Experimental Primary School}
    callback: %q
    places: [{id: hall, name: {zh: 综合楼三层, en: Third floor of the hall}}]
terminals:
  - {audience: police, id: desk-1, schools: [ziwei], secret_file: desk.sha256}
gateways:
  - {name: texts, channel: sms, via: cellular, url: "http://127.0.0.1:8088/sms", %s request: {body: '{"to":"{to}","text":"{text}"}'}}
contacts:
  - {name: desk, title: {zh: 值班, en: Desk}, audience: police, duties: [station-desk], schools: [ziwei], paths: [{channel: mqtt, address: desk-1}, {channel: sms, gateway: texts, address: "+8613900000001"}]}
  - {name: leader, title: {zh: 值班领导, en: Leader}, audience: school, duties: [duty-leader, response-unit, officer, named-person], schools: [ziwei], named: true, paths: [{channel: sms, gateway: texts, address: "+8613900000002"}]}
`, school, callback, gateway)
	path := filepath.Join(dir, "campus.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return Load(path)
}

func about(c *Config, what string) (out []string) {
	for _, w := range c.Warnings {
		if w.Path == what {
			out = append(out, w.Message)
		}
	}
	return out
}

// What a gateway takes unless it is told otherwise holds a new alarm with who
// stands there and whom to call, at a school with a long name.
func TestTheBuiltInTextsFitAGateway(t *testing.T) {
	c, err := texted(t, "高新区第二实验小学", "+8651084220110", "from: 平安校园,")
	require.NoError(t, err)
	assert.Equal(t, 2, c.Gateways[0].Segments)
	assert.Empty(t, about(c, "gateways[0].name"))
}

func TestAGatewayThatIsTooSmallForAnAlarmIsSaid(t *testing.T) {
	c, err := texted(t, "高新区第二实验小学", "+8651084220110", "from: 平安校园, segments: 1,")
	require.NoError(t, err)
	assert.Equal(t, []string{
		`gateway "texts" would carry what the police of ziwei are told (opened) only in fewer words: text of 113 characters with its signature needs 2 segments, 1 allowed`,
		`gateway "texts" would carry what the school of ziwei are told (pressed) only in fewer words: text of 72 characters with its signature needs 2 segments, 1 allowed`,
	}, about(c, "gateways[0].name"))

	_, err = texted(t, "高新区第二实验小学", "+86 510 8422 0110-8001", "from: 高新区教育局平安校园建设联合工作专班, segments: 1,")
	require.ErrorContains(t, err, "not even in the fewest words")
}

// Whoever reads a warning is told what helps against it, and not against
// another one.
func TestEveryWarningSaysWhatHelps(t *testing.T) {
	c, err := texted(t, "高新区第二实验小学", "+8651084220110", "from: 平安校园, segments: 1,")
	require.NoError(t, err)
	helps := map[string]string{}
	for _, w := range c.Warnings {
		assert.NotEmpty(t, w.Do, w.Message)
		for _, about := range []string{"may release", "answers for", "segments", "named of police"} {
			if strings.Contains(w.Message, about) {
				helps[about] = w.Do
			}
		}
	}
	assert.Contains(t, helps["may release"], "release: true")
	assert.Contains(t, helps["answers for"], "add a contact")
	assert.Contains(t, helps["segments"], "raise the gateway's segments")
	assert.Contains(t, helps["named of police"], "named: true")
}
