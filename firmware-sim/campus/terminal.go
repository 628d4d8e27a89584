package campus

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/link"
	"example.org/campushub/devices/wire"
)

// The bounds of a terminal.
const (
	// incoming alerts wait for the terminal; a further one is dropped without a
	// receipt, and the hub knows from that.
	incoming = 1024
	// kept deliveries; the oldest yields.
	kept = 4096
)

// Told is one delivery as a terminal got it.
type Told struct {
	Alert wire.Alert
	At    time.Time // of the first time
	Times int       // how often it came
}

// Terminal is a virtual police desk, or any other: it keeps what it is told
// and answers each alert with a receipt.
type Terminal struct {
	credential TerminalCredential
	link       *trackedLink
	log        *slog.Logger
	incoming   chan heard

	mu       sync.Mutex // guards what follows
	told     []Told     // by first arrival
	unread   int
	newAlert chan struct{} // closed and replaced with each alert
}

type heard struct {
	at      time.Time
	payload []byte
}

func newTerminal(c Config, credential TerminalCredential) (*Terminal, error) {
	config := link.ForTerminal(c.Hub, credential.Audience, credential.ID, credential.Password)
	config.Username = credential.Username
	l, err := link.New(config, c.Log)
	if err != nil {
		return nil, err
	}
	return &Terminal{
		credential: credential,
		link:       &trackedLink{Link: l},
		log:        c.Log.With("terminal", credential.Username),
		incoming:   make(chan heard, incoming),
		newAlert:   make(chan struct{}),
	}, nil
}

// Told returns what the terminal was told, in the order of arrival.
func (t *Terminal) Told() []Told {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.told)
}

// Unreadable is how many messages were no alerts.
func (t *Terminal) Unreadable() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.unread
}

// Await returns the first delivery that is wanted, waiting for it until ctx
// ends.
func (t *Terminal) Await(ctx context.Context, wanted func(wire.Alert) bool) (Told, error) {
	for {
		t.mu.Lock()
		i := slices.IndexFunc(t.told, func(d Told) bool { return wanted(d.Alert) })
		if i >= 0 {
			defer t.mu.Unlock()
			return t.told[i], nil
		}
		more := t.newAlert
		t.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return Told{}, context.Cause(ctx)
		}
	}
}

func (t *Terminal) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return t.link.Run(ctx, firmware.Events{Connected: func() {}, Lost: func() {}, Message: t.hear})
	})
	g.Go(func() error { t.answer(ctx); return nil })
	return g.Wait()
}

func (t *Terminal) hear(_ string, payload []byte) {
	select {
	case t.incoming <- heard{at: time.Now(), payload: payload}:
	default:
		t.log.Warn("alert was dropped, too many at once")
	}
}

// answer keeps each alert and sends its receipt, also for one that came
// before: the receipt may be what was lost.
func (t *Terminal) answer(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-t.incoming:
			a, err := wire.DecodeAlert(h.payload)
			if err != nil {
				t.log.Warn("alert was not understood", "error", err)
				t.count()
				continue
			}
			t.keep(a, h.at)
			t.receipt(a)
		}
	}
}

func (t *Terminal) receipt(a wire.Alert) {
	err := t.link.Publish(firmware.Message{
		Topic: wire.ReceiptTopic(a.Delivery), Payload: wire.EncodeReceipt(devices.Received),
	})
	if err != nil {
		t.log.Warn("receipt was not sent", "delivery", a.Delivery, "error", err)
	}
}

func (t *Terminal) count() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unread++
}

func (t *Terminal) keep(a wire.Alert, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.told, func(d Told) bool { return d.Alert.Delivery == a.Delivery })
	if i >= 0 {
		t.told[i].Alert = a
		t.told[i].Times++
	} else {
		if len(t.told) >= kept {
			t.told = t.told[1:]
		}
		t.told = append(t.told, Told{Alert: a, At: at, Times: 1})
	}
	close(t.newAlert)
	t.newAlert = make(chan struct{})
}
