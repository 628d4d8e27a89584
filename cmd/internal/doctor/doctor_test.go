package doctor_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/doctor"
	"example.org/campushub/cmd/internal/hub"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/firmware-sim/campus"
)

const patience = time.Minute

// provisioned is a school's folder, its configuration changed.
func provisioned(t *testing.T, change func(yaml string) string) *provision.Campus {
	t.Helper()
	c, err := provision.Demo(t.TempDir(), provision.Options{HTTP: free(t), MQTT: free(t)})
	require.NoError(t, err)
	text, err := os.ReadFile(c.Config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(c.Config, []byte(change(string(text))), 0o644))
	return c
}

func unchanged(s string) string { return s }

// hubKeys adds keys to the hub section.
func hubKeys(keys string) func(string) string {
	return func(s string) string { return strings.Replace(s, "  dir: .\n", "  dir: .\n"+keys, 1) }
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func look(t *testing.T, c *provision.Campus) doctor.Findings {
	t.Helper()
	return doctor.Look(t.Context(), doctor.Options{Config: c.Config}, time.Now())
}

// about gives what was said of something.
func about(f doctor.Findings, what string) (found []doctor.Finding) {
	for _, x := range f {
		if x.About == what {
			found = append(found, x)
		}
	}
	return found
}

// one is the only finding about something.
func one(t *testing.T, f doctor.Findings, what string) doctor.Finding {
	t.Helper()
	found := about(f, what)
	require.Len(t, found, 1, "%s in %+v", what, f)
	return found[0]
}

// serve runs the hub of a folder until the test ends.
func serve(t *testing.T, c *provision.Campus) *hub.Hub {
	t.Helper()
	cfg, err := config.Load(c.Config)
	require.NoError(t, err)
	h, err := hub.New(t.Context(), cfg, slog.New(slog.DiscardHandler), "test")
	require.NoError(t, err)
	run(t, h.Run)
	return h
}

func run(t *testing.T, f func(ctx context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

func TestFaultsOfTheConfigurationEndIt(t *testing.T) {
	c := provisioned(t, func(s string) string { return strings.Replace(s, "zone: Asia/Shanghai", "zone: Asia/Nowhere", 1) })
	f := look(t, c)
	require.Len(t, f, 1)
	assert.True(t, f.Bad())
	assert.Contains(t, f[0].Says, "campus.yaml:")
	assert.Contains(t, f[0].Says, "Asia/Nowhere")
}

// Before the first start nothing is claimed of what is not there.
func TestAFolderWithoutAHub(t *testing.T) {
	f := look(t, provisioned(t, unchanged))
	assert.False(t, f.Bad(), "%+v", f)
	assert.Equal(t, doctor.Warn, one(t, f, "journal").Level)
	assert.Equal(t, doctor.Warn, one(t, f, "hub").Level)
	assert.Equal(t, doctor.Warn, one(t, f, "way to police").Level)
	assert.Equal(t, doctor.Warn, one(t, f, "port of the broker").Level)
	assert.Empty(t, about(f, "coverage"), "only a hub knows")
	assert.Empty(t, about(f, "certificate of the console"))
	assert.Equal(t, doctor.OK, one(t, f, "time zone").Level)
	assert.NotEmpty(t, one(t, f, "disk speed").Says)
	left, err := filepath.Glob(filepath.Join(t.TempDir(), ".doctor-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestARunningHubIsAsked(t *testing.T) {
	c := provisioned(t, hubKeys("  path_check: {every: 250ms}\n"))
	h := serve(t, c)
	require.Eventually(t, func() bool {
		f := look(t, c)
		w := one(t, f, "way to police")
		return w.Level == doctor.Bad && strings.Contains(w.Says, "desk-1: not connected")
	}, patience, 20*time.Millisecond, "no terminal is there")
	desks := campus.Config{Hub: h.MQTT(), Still: true}
	for _, d := range c.Terminals {
		desks.Terminals = append(desks.Terminals, campus.TerminalCredential{Audience: string(d.Audience), ID: d.ID, Password: d.Password})
	}
	school, err := campus.New(desks)
	require.NoError(t, err)
	run(t, school.Run)

	var f doctor.Findings
	require.Eventually(t, func() bool {
		f = look(t, c)
		return one(t, f, "way to police").Level == doctor.OK
	}, patience, 20*time.Millisecond)
	assert.False(t, f.Bad(), "%+v", f)
	assert.Equal(t, doctor.OK, one(t, f, "hub").Level)
	assert.Equal(t, doctor.OK, one(t, f, "port of the console").Level)
	assert.Equal(t, doctor.OK, one(t, f, "files").Level)
	require.Eventually(t, func() bool {
		return strings.Contains(one(t, look(t, c), "coverage").Says, "3 responders over 1 ")
	}, patience, 20*time.Millisecond)
	assert.Equal(t, doctor.Warn, one(t, look(t, c), "coverage").Level, "one path is not enough")
	tests := one(t, look(t, c), "button tests")
	assert.Equal(t, doctor.Warn, tests.Level, "no button of a new school was ever tested")
	assert.Contains(t, tests.Says, "overdue for a test: ")
	assert.Contains(t, tests.Says, "one with the hub and the school; ")
	assert.Contains(t, tests.Says, "one that the police signed")
}

func TestOpenFilesAreBad(t *testing.T) {
	c := provisioned(t, unchanged)
	path := filepath.Join(filepath.Dir(c.Config), "office.db")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Chmod(path, 0o644))
	f := look(t, c)
	assert.True(t, f.Bad())
	assert.Contains(t, one(t, f, "files").Do, "chmod")
}

func TestABrokenJournalIsBad(t *testing.T) {
	c := provisioned(t, unchanged)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(c.Config), "journal.db"), []byte("no database at all, but long enough to look at"), 0o600))
	assert.Equal(t, doctor.Bad, one(t, look(t, c), "journal").Level)
}

func TestAPortThatIsTakenElsewhereIsSaid(t *testing.T) {
	c := provisioned(t, hubKeys("  metrics: {listen: \"192.0.2.1:9464\"}\n")) // an address of nobody
	found := one(t, look(t, c), "port of the metrics")
	assert.Equal(t, doctor.Bad, found.Level)
	assert.Contains(t, found.Says, "cannot be opened")
}

func TestPathCheckThatIsOffIsSaid(t *testing.T) {
	c := provisioned(t, hubKeys("  path_check: {off: true}\n"))
	assert.Contains(t, one(t, look(t, c), "way to police").Says, "off")
}

func TestCertificatesEnd(t *testing.T) {
	for end, want := range map[time.Duration]doctor.Level{-time.Hour: doctor.Bad, 10 * 24 * time.Hour: doctor.Warn, 90 * 24 * time.Hour: doctor.OK} {
		dir := t.TempDir()
		cert, key := pair(t, dir, time.Now().Add(end))
		c := provisioned(t, func(s string) string {
			return strings.Replace(s, "  mqtt:\n", "    tls: {cert: "+cert+", key: "+key+"}\n  mqtt:\n", 1)
		})
		assert.Equal(t, want, one(t, look(t, c), "certificate of the console").Level, end)
	}
}

// pair writes a certificate that ends at a moment, and its key.
func pair(t *testing.T, dir string, end time.Time) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-240 * time.Hour), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	require.NoError(t, err)
	private, err := x509.MarshalECPrivateKey(k)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}), 0o600))
	return cert, key
}

// A gateway that takes connections and one that does not, looked at together.
func TestGatewaysAreTried(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	gone := free(t)
	c := provisioned(t, func(s string) string {
		hook := func(name, address string) string {
			return "  - {name: " + name + ", audience: police, schools: [ziwei-primary], url: \"http://" + address + "/\", secret_file: secrets/hook.key}\n"
		}
		return s + "\nwebhooks:\n" + hook("there", l.Addr().String()) + hook("gone", gone)
	})
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(c.Config), "secrets", "hook.key"), []byte("a key of 128 bits and more"), 0o600))
	f := look(t, c)
	assert.Equal(t, doctor.OK, one(t, f, "webhook there").Level)
	assert.Equal(t, doctor.Warn, one(t, f, "webhook gone").Level)
}

func TestLinesAndJSONSayTheSame(t *testing.T) {
	f := doctor.Findings{{Level: doctor.Warn, About: "clock", Says: "it is slow", Do: "set it"}, {Level: doctor.OK, About: "hub", Says: "ready"}}
	var lines, object bytes.Buffer
	require.NoError(t, f.Print(&lines))
	assert.Equal(t, "warn  clock: it is slow. Do: set it\nok    hub: ready\n", lines.String())
	require.NoError(t, f.JSON(&object))
	var back doctor.Findings
	require.NoError(t, json.Unmarshal(object.Bytes(), &back))
	assert.Equal(t, f, back)
}

// A missing right is not mended by a contact.
func TestAWarningOfTheConfigurationSaysWhatHelpsAgainstIt(t *testing.T) {
	var do []string
	for _, x := range about(look(t, provisioned(t, unchanged)), "configuration") {
		if x.Level == doctor.Warn {
			assert.NotEmpty(t, x.Do, x.Says)
		}
		if strings.Contains(x.Says, "nobody named of police") {
			do = append(do, x.Do)
		}
	}
	require.Len(t, do, 1)
	assert.Contains(t, do[0], "named: true")
}
