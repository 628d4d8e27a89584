package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const school = `
schools:
  - id: ziwei-primary
    name: {zh: 紫薇小学, en: Ziwei Primary School}
    callback: 010-55550100
accounts:
  - {name: liaison, role: liaison, schools: [ziwei-primary], password_file: liaison.phc}
`

func TestCertificates(t *testing.T) {
	dir := t.TempDir()
	writeCertificate(t, dir, "a")
	writeCertificate(t, dir, "b")
	hash, err := os.ReadFile("testdata/secrets/person.phc")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "liaison.phc"), hash, 0o600))

	for _, c := range []struct{ name, hub, fault string }{
		{"both", "hub: {http: {tls: {cert: a.pem, key: a.key}}, mqtt: {tls: {listen: ['127.0.0.1:0'], cert: b.pem, key: b.key}}}", ""},
		{"another's key", "hub: {http: {tls: {cert: a.pem, key: b.key}}}", "hub.http.tls.cert: certificate and key: tls: private key does not match public key"},
		{"no key", "hub: {http: {tls: {cert: a.pem}}}", "hub.http.tls.key: is missing"},
		{"no listener", "hub: {mqtt: {tls: {cert: a.pem, key: a.key}}}", "hub.mqtt.tls.listen: is missing: the certificate serves no listener"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(dir, "campus.yaml")
			require.NoError(t, os.WriteFile(file, []byte(c.hub+school), 0o600))
			got, err := Load(file)
			if c.fault != "" {
				require.ErrorContains(t, err, c.fault)
				return
			}
			require.NoError(t, err)
			assert.True(t, got.Hub.HTTP.TLS.Enabled())
			assert.Equal(t, filepath.Join(dir, "b.key"), got.Hub.MQTT.TLS.Key)
			assert.Empty(t, got.Hub.MQTT.Listen, "who asks for TLS alone gets no plain listener")
		})
	}
}

func writeCertificate(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	writePEM(t, filepath.Join(dir, name+".pem"), "CERTIFICATE", cert)
	writePEM(t, filepath.Join(dir, name+".key"), "PRIVATE KEY", der)
}

func writePEM(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}
