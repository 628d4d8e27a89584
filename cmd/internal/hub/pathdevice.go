package hub

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"example.org/campushub/alerting"
	"example.org/campushub/broker"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// pathSecret is the size of the virtual device's secret, in bytes.
const pathSecret = 32

// pathDevice is the hub's own virtual device in every school. Its secret is
// drawn at every start and never leaves the process; it presses as a stranger
// does, over a new connection to the broker's listener each time.
type pathDevice struct {
	secret string
	broker string // as the library takes it
	tls    *tls.Config
}

func newPathDevice(b *broker.Broker, m config.MQTT) (*pathDevice, error) {
	raw := make([]byte, pathSecret)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	d := &pathDevice{secret: hex.EncodeToString(raw)}
	address := reachable(b.Addresses()[0])
	if len(m.Listen) > 0 {
		d.broker = "tcp://" + address
		return d, nil
	}
	pair, err := tls.LoadX509KeyPair(m.TLS.Cert, m.TLS.Key)
	if err != nil {
		return nil, fmt.Errorf("load the broker's certificate: %w", err)
	}
	d.broker, d.tls = "ssl://"+address, pinned(pair.Certificate[0])
	return d, nil
}

// reachable is where a listener is reached from this machine.
func reachable(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok || !t.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("localhost", fmt.Sprint(t.Port))
}

// pinned trusts exactly the hub's own certificate: it is asked for on this
// machine, by an address that no certificate names.
func pinned(leaf []byte) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // VerifyConnection compares the certificate itself
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 || !bytes.Equal(s.PeerCertificates[0].Raw, leaf) {
				return errors.New("another certificate than the hub's own answers")
			}
			return nil
		},
	}
}

// authenticate knows the virtual device of a school.
func (d *pathDevice) authenticate(user string, password []byte) (broker.Principal, bool) {
	school, ok := strings.CutSuffix(user, "/"+alerting.PathCheckDevice)
	if d == nil || !ok || subtle.ConstantTimeCompare([]byte(d.secret), password) != 1 {
		return broker.Principal{}, false
	}
	return broker.Principal{User: user, Device: pathAddress(school)}, true
}

func pathAddress(school string) devices.Address {
	return devices.Address{School: school, Device: alerting.PathCheckDevice}
}

// isPathCheck tells the press of the hub's own device from every other.
func isPathCheck(p devices.Press) bool {
	return p.From.Device == alerting.PathCheckDevice && p.Mode == devices.Test
}

// Press connects, publishes a test press and returns when it is acknowledged.
func (d *pathDevice) Press(ctx context.Context, school, id string) (pressed time.Time, err error) {
	from := pathAddress(school)
	client := mqtt.NewClient(d.options(ctx, from))
	defer client.Disconnect(0)
	if err := awaitToken(ctx, client.Connect()); err != nil {
		return pressed, fmt.Errorf("connect to the broker: %w", err)
	}
	pressed = time.Now()
	payload := wire.EncodeAlarm(devices.Press{ID: id, Alarm: devices.Emergency, Mode: devices.Test})
	if err := awaitToken(ctx, client.Publish(wire.AlarmTopic(from), 1, false, payload)); err != nil {
		return pressed, fmt.Errorf("publish: %w", err)
	}
	return pressed, nil
}

func (d *pathDevice) options(ctx context.Context, from devices.Address) *mqtt.ClientOptions {
	o := mqtt.NewClientOptions().
		AddBroker(d.broker).SetClientID(from.String()).SetUsername(from.String()).SetPassword(d.secret).
		SetProtocolVersion(4).SetCleanSession(true).SetKeepAlive(devices.PowerMains.KeepAlive()).
		SetAutoReconnect(false).SetConnectRetry(false)
	if d.tls != nil {
		o.SetTLSConfig(d.tls)
	}
	if deadline, ok := ctx.Deadline(); ok {
		o.SetConnectTimeout(time.Until(deadline)).SetWriteTimeout(time.Until(deadline))
	}
	return o
}

func awaitToken(ctx context.Context, t mqtt.Token) error {
	select {
	case <-t.Done():
		return t.Error()
	case <-ctx.Done():
		return errors.New("no answer in time")
	}
}
