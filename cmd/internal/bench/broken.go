package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/cmd/internal/bench/endpoints"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/load"
)

const (
	brokenPresses = 100                // of one scenario, each of another button
	brokenRate    = 25.0               // per second
	brokenQuiet   = 30 * time.Second   // for which all scenarios together wait for a quiet machine
	brokenAtOnce  = 8                  // scenarios of one hub: it takes 4,096 signed callbacks of a channel in 10 minutes
	brokenDrain   = 8 * time.Second    // twice the longest hard limit
	policeLimit   = 2 * time.Second    // the hard limit of a police receipt
	brokenKey     = "0123456789abcdef" // signs webhooks, which nobody checks here, and callbacks, which the hub does
)

// broken is what one scenario came to.
type broken struct {
	What      string                 `json:"what"`
	Pressed   int                    `json:"pressed"`
	Acked     int                    `json:"acknowledged"`
	Handed    map[string]load.Spread `json:"handed"`     // first ones, by audience
	Receipts  map[string]load.Spread `json:"receipts"`   // first ones, by audience
	Never     map[string]int         `json:"never"`      // presses that an audience confirmed nowhere
	PastLimit int                    `json:"past_limit"` // police receipts later than their hard limit, or never
}

// ears remember, for each press and each audience, when it was first handed
// and when the first receipt of it was sent that the hub took.
type ears struct {
	mu    sync.Mutex // guards first
	first map[said]time.Time
}

type said struct {
	audience, press string
	proof           endpoints.Proof
}

func newEars() *ears { return &ears{first: map[said]time.Time{}} }

func (e *ears) heard(audience, press string, p endpoints.Proof, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := said{audience, press, p}
	if old, ok := e.first[s]; !ok || at.Before(old) {
		e.first[s] = at
	}
}

// all reports whether every audience has confirmed every press.
func (e *ears) all(presses []string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range endpoints.Audiences() {
		for _, p := range presses {
			if _, ok := e.first[said{a, p, endpoints.Received}]; !ok {
				return false
			}
		}
	}
	return true
}

// brokenSchool is a hub with everybody who is told.
type brokenSchool struct {
	served  *served
	ears    *ears
	all     *endpoints.Everybody
	closing *people
	pages   []*person // who signed in for a page
}

// whileBroken presses under every scenario, in about 6 minutes: 44 scenarios of 4 s
// of presses, and as much for whoever is late, for closing and for a pause.
func (m *measurement) whileBroken(ctx context.Context) ([]broken, error) {
	left, out := brokenQuiet, []broken(nil)
	for some := range slices.Chunk(endpoints.Scenarios(), brokenAtOnce) {
		more, err := m.inSchool(ctx, false, some, &left)
		if out = append(out, more...); err != nil {
			return out, err
		}
	}
	more, err := m.inSchool(ctx, true, endpoints.Pairs(), &left)
	return append(out, more...), err
}

// inSchool takes its waits for a quiet machine from what is left for them.
func (m *measurement) inSchool(ctx context.Context, pairs bool, scenarios []endpoints.Scenario, left *time.Duration) (out []broken, err error) {
	s, err := m.brokenSchool(ctx, pairs)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, scenario := range scenarios {
		began := time.Now()
		if err := m.quietUntil(ctx, began.Add(min(*left, m.config.Patience))); err != nil {
			return out, err
		}
		*left = max(*left-time.Since(began), 0)
		b, err := s.under(ctx, scenario)
		if err != nil {
			return out, fmt.Errorf("broken: %s: %w", scenario.Name, err)
		}
		out = append(out, b)
		p := b.Receipts["police"]
		m.say("broken %-28s police p50 %.1f ms  p99 %.1f ms  max %.1f ms  never %d  past the limit %d", b.What, ms(p.P50), ms(p.P99), ms(p.Max), b.Never["police"], b.PastLimit)
	}
	return out, nil
}

func (m *measurement) brokenSchool(ctx context.Context, pairs bool) (_ *brokenSchool, err error) {
	s := &brokenSchool{ears: newEars()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.all, err = endpoints.NewEverybody(pairs, s.ears.heard); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(m.dir, "broken")
	if err != nil {
		return nil, fmt.Errorf("make the hub's folder: %w", err)
	}
	if s.served, err = newServed(filepath.Join(dir, "hub"), m.binaries.campushub, brokenPresses, []byte(brokenKey), s.all.Config); err != nil {
		return nil, err
	}
	if err := s.served.part.start(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(listening(ctx, s.served.mqtt), listening(ctx, s.served.console)); err != nil {
		return nil, err
	}
	if s.closing, err = signIn(ctx, s.served.demo); err != nil {
		return nil, err
	}
	return s, s.connect(ctx)
}

// connect tells everybody where the hub is and who they are.
func (s *brokenSchool) connect(ctx context.Context) error {
	raw, err := os.ReadFile(s.served.demo)
	if err != nil {
		return fmt.Errorf("read demo file: %w", err)
	}
	var accounts demoFile
	var terminals struct {
		Terminals []struct{ Username, Password string }
	}
	if err := errors.Join(json.Unmarshal(raw, &accounts), json.Unmarshal(raw, &terminals)); err != nil {
		return fmt.Errorf("decode demo file: %w", err)
	}
	passwords := map[string]string{}
	for _, t := range terminals.Terminals {
		passwords[t.Username] = t.Password
	}
	return s.all.Connect(endpoints.Hub{
		MQTT: s.served.mqtt, Console: "http://" + s.served.console, Key: []byte(brokenKey),
		Password: func(user string) string { return passwords[user] },
		Token: func(role string) (string, error) {
			p, err := accounts.person(ctx, role)
			if err != nil {
				return "", err
			}
			s.pages = append(s.pages, p)
			return p.token, nil
		},
	})
}

// under presses while something is broken; then everything is well and closed.
func (s *brokenSchool) under(ctx context.Context, scenario endpoints.Scenario) (broken, error) {
	if err := s.all.Become(ctx, scenario); err != nil {
		return broken{}, err
	}
	if err := wait(ctx, settle); err != nil {
		return broken{}, err
	}
	y := newTally()
	presses, err := s.press(ctx, y)
	if err != nil {
		return broken{}, err
	}
	for until := time.Now().Add(brokenDrain); !s.ears.all(presses) && time.Now().Before(until); {
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return broken{}, err
		}
	}
	b := s.ears.result(scenario.Name, y)
	if err := s.all.Become(ctx, endpoints.Scenario{}); err != nil {
		return b, err
	}
	_, err = s.closing.closeAll(ctx)
	return b, err
}

func (s *brokenSchool) press(ctx context.Context, y *tally) (presses []string, err error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	t, err := load.FromDemo(s.served.demo)
	if err != nil {
		return nil, err
	}
	b, err := openButtons(ctx, t, brokenPresses, func() *tally { return y })
	if err != nil {
		return nil, err
	}
	defer b.close()
	err = paced(ctx, brokenPresses, brokenRate, func(i int) {
		id := uuid.Must(uuid.NewV7()).String()
		presses = append(presses, id)
		s.all.Expect(devices.Address{School: t.Devices[i].School, Device: t.Devices[i].ID}, id)
		b.send(ctx, i, id)
	})
	// The last one's PUBACK is waited for; receipts come by themselves.
	for until := time.Now().Add(brokenDrain); err == nil && y.outcome().Acknowledged < brokenPresses && time.Now().Before(until); {
		err = wait(ctx, 5*time.Millisecond)
	}
	return presses, err
}

// result reads what was first said of the tally's presses.
func (e *ears) result(what string, y *tally) broken {
	o := y.outcome()
	b := broken{What: what, Pressed: o.Sent, Acked: o.Acknowledged, Handed: map[string]load.Spread{}, Receipts: map[string]load.Spread{}, Never: map[string]int{}}
	for _, a := range endpoints.Audiences() {
		handed, _ := e.waits(a, endpoints.Handed, y)
		received, never := e.waits(a, endpoints.Received, y)
		b.Handed[a], b.Receipts[a], b.Never[a] = load.Measure(handed), load.Measure(received), never
		if a == "police" {
			b.PastLimit = never
			for _, d := range received {
				if d > policeLimit {
					b.PastLimit++
				}
			}
		}
	}
	return b
}

// waits are from the press's first byte to the first such word of an audience,
// and how many presses had none.
func (e *ears) waits(audience string, p endpoints.Proof, y *tally) (all []time.Duration, never int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, t := range y.traces {
		at, ok := e.first[said{audience, id, p}]
		if !ok {
			never++
			continue
		}
		all = append(all, at.Sub(t.sent))
	}
	return all, never
}

func (s *brokenSchool) close() error {
	for _, p := range s.pages {
		p.leave()
	}
	if s.closing != nil {
		s.closing.leave()
	}
	if s.all != nil {
		s.all.Close()
	}
	if s.served != nil && s.served.part.proc != nil {
		return s.served.part.proc.stop()
	}
	return nil
}
