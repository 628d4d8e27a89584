package config

import (
	"crypto/sha256"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

func loaded(t *testing.T, path string) *Config {
	t.Helper()
	c, err := Load(path)
	require.NoError(t, err)
	return c
}

func TestDefaults(t *testing.T) {
	c := loaded(t, "testdata/good/minimal.yaml")
	assert.Equal(t, Hub{
		Name:        "campushub",
		Dir:         filepath.Join("testdata", "good", "state"),
		HTTP:        HTTP{Listen: "127.0.0.1:8080"},
		MQTT:        MQTT{Listen: []string{"127.0.0.1:1883"}},
		PathCheck:   PathCheck{Every: time.Minute},
		Supervision: Supervision{MainsLost: 20 * time.Second, BatteryLost: 90 * time.Second, Settle: 40 * time.Second},
		StopWithin:  10 * time.Second,
	}, c.Hub)
	school, ok := c.Directory().School("ziwei-primary")
	require.True(t, ok)
	assert.Equal(t, "Asia/Shanghai", school.Zone.String())
	desk, ok := c.Directory().Terminal("police/desk-1")
	require.True(t, ok)
	assert.Equal(t, alerting.ViaLAN, desk.Via)
	assert.False(t, desk.Public)
}

func TestEveryKeyIsRead(t *testing.T) {
	c := loaded(t, "testdata/good/full.yaml")
	assert.Equal(t, "赵工", c.Accounts[2].DisplayName)
	assert.Equal(t, Hub{
		Name: "紫薇校园安全枢纽",
		Dir:  "/var/lib/campushub",
		HTTP: HTTP{Listen: "[::1]:8443", BehindTLS: true, Public: "https://campushub.example.org", OIDC: OIDC{
			Issuer: "https://login.example.org/realms/police", ClientID: "campushub", Secret: []byte("0123456789abcdefghijklmnop"), Claim: "preferred_username",
			Label: alerting.Text{ZH: "公安统一身份认证", EN: "Police unified sign-in"},
		}},
		MQTT:        MQTT{Listen: []string{"127.0.0.1:1883", "127.0.0.1:0", "127.0.0.1:0"}},
		Metrics:     Metrics{Listen: "127.0.0.1:9464", From: []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("fd00::1/128")}},
		PathCheck:   PathCheck{Off: true, Every: 30 * time.Second, Outside: "https://example.org/"},
		Supervision: Supervision{MainsLost: 10 * time.Second, BatteryLost: time.Minute, Settle: 30 * time.Second, OldestFirmware: "1.2.0", FirmwareDays: 400},
		StopWithin:  30 * time.Second,
	}, c.Hub)

	d := c.Directory()
	assert.Len(t, d.Schools(), 2)
	button, ok := d.Device(devices.Address{School: "ziwei-primary", Device: "b-1"})
	require.True(t, ok)
	northGate := alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}
	assert.Equal(t, people.Device{
		Address: devices.Address{School: "ziwei-primary", Device: "b-1"},
		Kind:    devices.KindButton, Power: devices.PowerBattery, Place: northGate,
	}, button)
	sign, ok := d.Terminal("guards/sign-1")
	require.True(t, ok)
	assert.True(t, sign.Public)
	assert.Equal(t, []string{"ziwei-primary", "haitang-middle"}, sign.Schools)
	counsellor, ok := d.Account("counsellor")
	require.True(t, ok)
	assert.Equal(t, alerting.RoleOfficer, counsellor.Role)
	assert.True(t, counsellor.Named)
	assert.Equal(t, people.Identity{Issuer: "https://login.example.org/realms/police", Subject: "8f14e45f-ceea"}, counsellor.Identity)
	assert.Equal(t, alerting.ViaLAN, counsellor.Via, "as nobody says otherwise")
	liaison, ok := d.Account("liaison")
	require.True(t, ok)
	assert.Equal(t, alerting.ViaInternet, liaison.Via)
	assert.Contains(t, counsellor.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$")
	hook, ok := d.Webhook("platform")
	require.True(t, ok)
	assert.Equal(t, people.Webhook{
		Name: "platform", Audience: alerting.Police, Schools: []string{"ziwei-primary"},
		URL:    "https://platform.example.org/alerts?from=ziwei",
		Secret: []byte("a key of the webhook test, 128 bits and more"), Via: alerting.ViaCellular,
	}, hook)
}

func TestFolderIsOneConfiguration(t *testing.T) {
	c := loaded(t, "testdata/good/folder")
	assert.Equal(t, filepath.Join("testdata", "good", "folder", "records"), c.Hub.Dir)
	d := c.Directory()
	assert.Len(t, d.Schools(), 2)
	assert.Len(t, d.TerminalsOf("haitang-middle"), 2)
	assert.Len(t, d.TerminalsOf("ziwei-primary"), 1)
}

func TestCredentialsOfEveryClient(t *testing.T) {
	c := loaded(t, "testdata/good/full.yaml")
	assert.Equal(t, map[string][32]byte{
		"ziwei-primary/b-1": sha256.Sum256([]byte("test secret of button")),
		"ziwei-primary/r-1": sha256.Sum256([]byte("test secret of reader")),
		"police/desk-1":     sha256.Sum256([]byte("test secret of desk")),
		"guards/sign-1":     sha256.Sum256([]byte("test secret of desk")),
	}, c.Credentials())

	c.Credentials()["police/desk-1"] = [32]byte{}
	assert.NotEqual(t, [32]byte{}, c.Credentials()["police/desk-1"], "a copy is given away")
}

// A page says each warning in two languages, by its code, and to whom it concerns by
// its school.
func TestEveryWarningHasACode(t *testing.T) {
	seen := map[Code]bool{}
	files, err := filepath.Glob("testdata/good/*")
	require.NoError(t, err)
	for _, file := range files {
		c, err := Load(file)
		require.NoError(t, err, file)
		for _, w := range c.Warnings {
			assert.NotEmpty(t, w.Code, w.String())
			assert.NotEmpty(t, w.Do, w.String())
			if w.Code != WarnFarPoint && w.Code != WarnRetention && w.Code != WarnProvider {
				_, there := c.Directory().School(w.School)
				assert.True(t, there, "%s: of %q", w, w.School)
			}
			seen[w.Code] = true
		}
	}
	assert.GreaterOrEqual(t, len(seen), 5, "%v", seen)
}
