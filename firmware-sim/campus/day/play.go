package day

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/scenario"
)

// Credential is how the hub knows a device.
type Credential struct {
	Address  devices.Address
	Password string
	Post     string // where a reader stands; the reader's own id where it is empty
}

// Config says what is played, against whom and how fast.
type Config struct {
	Hub      string // host:port; the same after the hub was away
	Scenario scenario.Scenario
	// Credentials of the scenario's devices, by id; others are left alone.
	Credentials map[string]Credential
	// Factor is how many times faster than the clock the day goes by.
	Factor float64
	// Settle is how long a connection must outlive an acknowledgement until it
	// is believed. Firmware waits three keep-alives, which is 24 s on mains, the
	// default.
	Settle time.Duration
	// Break and Mend bring an outage about and end it. The day stands still
	// meanwhile.
	Break, Mend func(ctx context.Context, what scenario.What) error
	// Act does what somebody does on a page. The day stands still meanwhile.
	Act func(ctx context.Context, d scenario.Deed) error
	// Drain is how long the devices may take at the end to be rid of what they
	// have.
	Drain time.Duration
}

// player is a day that is being played. Its methods are the timeline's.
type player struct {
	config  Config
	devices map[string]*device
	book    *book
	outages []Outage
}

// Play lives through the day and returns when every device is rid of what it
// had to say.
func Play(ctx context.Context, c Config) (*Ledger, error) {
	if c.Factor <= 0 {
		return nil, fmt.Errorf("play %q: factor %g: want more than 0", c.Scenario.Title, c.Factor)
	}
	if c.Settle == 0 {
		c.Settle = 3 * devices.PowerMains.KeepAlive()
	}
	p := &player{config: c, devices: map[string]*device{}, book: &book{}}
	for i, d := range c.Scenario.Devices {
		who, ok := c.Credentials[d.ID]
		if !ok {
			return nil, fmt.Errorf("play %q: nobody gave device %s its secret", c.Scenario.Title, d.ID)
		}
		who.Post = cmp.Or(who.Post, d.ID)
		p.devices[d.ID] = newDevice(c, who, d, i, p.book)
	}
	return p.play(ctx)
}

func (p *player) play(ctx context.Context) (*Ledger, error) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, d := range p.devices {
		running.Go(func() { d.run(ctx) })
	}
	began := time.Now()
	err := p.connected(ctx)
	if err == nil {
		err = p.walk(ctx)
	}
	if err == nil {
		err = p.drained(ctx)
	}
	cancel()
	running.Wait()
	if err != nil {
		err = fmt.Errorf("play %q: %w", p.config.Scenario.Title, err)
	}
	return &Ledger{Reports: p.book.reports, Ends: p.book.ends, Outages: p.outages, Took: time.Since(began)}, err
}

// walk does what is due when it is due. Where the machine is late the day is
// late too; nothing is left out.
func (p *player) walk(ctx context.Context) error {
	begin := time.Now()
	for _, m := range timeline(p.config.Scenario) {
		due := begin.Add(time.Duration(float64(m.at-p.config.Scenario.From) / p.config.Factor))
		if err := sleep(ctx, time.Until(due)); err != nil {
			return err
		}
		before := time.Now()
		if err := m.do(ctx, p); err != nil {
			return err
		}
		if held := time.Since(before); held > stood {
			begin = begin.Add(held) // the day stood still
		}
	}
	return nil
}

// stood is from when on something took so long that the day stands still: what
// devices do takes less.
const stood = 20 * time.Millisecond

func (p *player) breaks(ctx context.Context, what scenario.What) error {
	if p.config.Break == nil || p.config.Mend == nil {
		return fmt.Errorf("%s: nobody can bring that about", what)
	}
	if err := p.config.Break(ctx, what); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	p.began(string(what))
	return nil
}

func (p *player) works(ctx context.Context, what scenario.What) error {
	p.ended()
	if err := p.config.Mend(ctx, what); err != nil {
		return fmt.Errorf("end of %s: %w", what, err)
	}
	return nil
}

// acts has somebody do something. A drill has begun when its button knows: the
// next finger is to find it so.
func (p *player) acts(ctx context.Context, d scenario.Deed) error {
	if p.config.Act == nil {
		return fmt.Errorf("%s: nobody is there to do that", d.What)
	}
	if err := p.config.Act(ctx, d); err != nil {
		return fmt.Errorf("%s %s: %w", d.What, d.Device, err)
	}
	if d.What != scenario.BeginsDrill {
		return nil
	}
	return p.wait(ctx, "the button never heard of the drill", func(one *device) bool { return one.is.ID != d.Device || one.inDrill() })
}

func cut(_ context.Context, p *player) error {
	for _, d := range p.devices {
		d.cut(true)
	}
	p.began("the uplink is cut")
	return nil
}

func mend(_ context.Context, p *player) error {
	p.ended()
	for _, d := range p.devices {
		d.cut(false)
	}
	return nil
}

func (p *player) began(what string) {
	p.outages = append(p.outages, Outage{What: what, Begin: time.Now()})
}

func (p *player) ended() { p.outages[len(p.outages)-1].End = time.Now() }

// connected waits until every device is there.
func (p *player) connected(ctx context.Context) error {
	return p.wait(ctx, "not every device was let in", func(d *device) bool { return d.isUp() })
}

// drained waits until no device has anything left to say.
func (p *player) drained(ctx context.Context) error {
	return p.wait(ctx, "not every device got rid of what it had to say", func(d *device) bool { return d.isEmpty() })
}

func (p *player) wait(ctx context.Context, failure string, is func(*device) bool) error {
	limit := time.Now().Add(p.config.Drain)
	for {
		left := 0
		for _, d := range p.devices {
			if !is(d) {
				left++
			}
		}
		switch {
		case left == 0:
			return nil
		case time.Now().After(limit):
			return fmt.Errorf("%s: %d are left after %s", failure, left, p.config.Drain)
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// sleep waits, or says that there is nothing to wait for any more.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("ended early"), ctx.Err())
	}
}
