package broker

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// certificate makes a key pair for 127.0.0.1 and who trusts it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "hub"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	trusted.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: trusted}
}

func TestTLS(t *testing.T) {
	server, client := certificate(t)
	r := startOn(t, Config{Listeners: []Listener{{Address: "127.0.0.1:0", TLS: server}, {Address: "127.0.0.1:0"}}})
	require.Len(t, r.Addresses(), 2)

	o := r.options("police/desk-1").SetTLSConfig(client)
	o.Servers = nil
	heard := hear(t, r.connect(o.AddBroker("ssl://"+r.address())), desk1, 1)
	r.expect("up police/desk-1")
	button := r.connect(paho.NewClientOptions().AddBroker("tcp://" + r.Addresses()[1].String()).
		SetUsername("sunrise/b-1").SetPassword("secret of sunrise/b-1").SetClientID("sunrise/b-1").SetAutoReconnect(false))
	done(t, button.Publish(alarm1, 1, false, press1))
	receive(t, r.hub.presses)
	acked := make(chan time.Time, 1)
	require.NoError(t, r.Send(desk1, make([]byte, 40_000), func(at time.Time, _ error) { acked <- at }))
	assert.Len(t, receive(t, heard).Payload(), 40_000)
	receive(t, acked)
}

func TestTLSSubscriberThatNeverReads(t *testing.T) {
	server, client := certificate(t)
	r := startOn(t, Config{
		Listeners: []Listener{{Address: "127.0.0.1:0", TLS: server}}, Limits: Limits{WriteWithin: patience},
	})
	c := r.over(dialTLS(t, r.address(), client))
	require.Zero(t, c.hello(hello("police/desk-1", 4)).ReasonCode)
	c.subscribe(0, desk1)
	r.expect("up police/desk-1")
	var err error
	for err == nil {
		err = r.Send(desk1, make([]byte, 4096), nil)
	}
	require.ErrorIs(t, err, ErrOverflow)
	r.expect("down police/desk-1")
}

func TestTLSHandshakeThatNeverComes(t *testing.T) {
	server, _ := certificate(t)
	r := startOn(t, Config{
		Listeners: []Listener{{Address: "127.0.0.1:0", TLS: server}}, Limits: Limits{ConnectWithin: 20 * time.Millisecond},
	})
	r.dial().closed()
	eventually(t, func() bool { return r.refusedCount(ReasonConnectTimeout) == 1 }, "counted")
}
