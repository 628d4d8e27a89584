package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

const (
	warmUps   = 500              // signals before anything is measured
	drain     = 30 * time.Second // for what is under way after the last signal
	twiceFor  = 3 * time.Second  // in which a webhook may still come twice
	probeEach = 200 * time.Millisecond
)

// ready waits until a signal comes through, and warms the peer up.
func (r *contest) ready(ctx context.Context, p *peer) error {
	if err := r.comesThrough(ctx, p); err != nil {
		return err
	}
	_, err := r.turn(ctx, p, warmUps, r.config.Rate, nil, drain)
	return err
}

// comesThrough sends probes until a webhook names one.
func (r *contest) comesThrough(ctx context.Context, p *peer) error {
	y := newTally()
	r.sink.turn.Store(y)
	for until := time.Now().Add(startLimit); time.Now().Before(until); {
		if err := wait(ctx, probeEach); err != nil {
			return err
		}
		if r.probe(ctx, p, y) {
			return r.rest(ctx, p)
		}
	}
	return fmt.Errorf("no signal came through within %s", startLimit)
}

// probe sends one signal; whoever is not up yet refuses.
func (r *contest) probe(ctx context.Context, p *peer, y *tally) bool {
	ctx, end := context.WithTimeout(ctx, 10*probeEach)
	defer end()
	s, err := p.open(ctx, 1, func() *tally { return y })
	if err != nil {
		return false
	}
	defer s.close()
	s.send(ctx, 0, uuid.Must(uuid.NewV7()).String())
	_ = y.settle(ctx, 5*probeEach)
	end()
	o := y.outcome()
	return o.Lost < o.Sent
}

// steady is one round of the steady load.
func (r *contest) steady(ctx context.Context, p *peer, round int) error {
	n := count(r.config.Rate, r.config.For) / r.config.Rounds
	return r.round(ctx, "steady", r.figures.Steady, p, round, n, r.config.Rate)
}

func (r *contest) burst(ctx context.Context, p *peer, round int) error {
	return r.round(ctx, "burst", r.figures.Burst, p, round, r.config.Burst, 0)
}

func (r *contest) round(ctx context.Context, what string, into map[string]outcome, p *peer, round, n int, rate float64) error {
	o, err := r.turn(ctx, p, n, rate, nil, drain)
	if err != nil {
		return err
	}
	into[p.name] = into[p.name].and(o, round)
	r.say(what, p, fmt.Sprintf("%d/%d", round+1, r.config.Rounds), o)
	return nil
}

// killings kills each thing in the middle of a turn of its own.
func (r *contest) killings(ctx context.Context, p *peer) error {
	for _, k := range p.kills {
		o, err := r.turn(ctx, p, count(r.config.Rate, r.config.Kill), r.config.Rate, &k, r.config.Lost)
		if err != nil {
			return err
		}
		r.figures.Kills = append(r.figures.Kills, killed{p.name, k.what, o})
		r.say("killed", p, k.what, o)
		if err := r.comesThrough(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// turn has n clients send one signal each, and brings the peer to rest again.
func (r *contest) turn(ctx context.Context, p *peer, n int, rate float64, k *kill, patience time.Duration) (o outcome, err error) {
	y := newTally()
	r.sink.turn.Store(y)
	sending, end := context.WithCancel(ctx)
	defer end()
	s, err := p.open(sending, n, func() *tally { return y })
	if err != nil {
		return o, err
	}
	if err = r.quiet(ctx); err == nil {
		// Whoever is killed and started again outlives the turn.
		cut := func() error { return k.again(ctx) }
		if k == nil {
			cut = nil
		}
		o, err = r.measured(sending, p, s, y, stage{n, rate, patience, cut})
	}
	end()
	s.close()
	if err != nil {
		return o, err
	}
	return o, r.rest(ctx, p)
}

// stage is what a turn does.
type stage struct {
	n        int
	rate     float64       // per second; 0 is all at once
	patience time.Duration // after the last signal
	cut      func() error  // happens in the middle; may be nil
}

func (r *contest) measured(ctx context.Context, p *peer, s senders, y *tally, do stage) (outcome, error) {
	began := time.Now()
	before, err := r.used(p)
	if err != nil {
		return outcome{}, err
	}
	killed := make(chan error, 1)
	if do.cut == nil {
		killed <- nil
	} else {
		half := time.Duration(float64(do.n) / do.rate / 2 * float64(time.Second))
		go func() { killed <- errors.Join(wait(ctx, half), do.cut()) }()
	}
	err = paced(ctx, do.n, do.rate, func(i int) { s.send(ctx, i, uuid.Must(uuid.NewV7()).String()) })
	if err = errors.Join(err, <-killed); err == nil {
		err = y.settle(ctx, do.patience)
	}
	if err != nil {
		return outcome{}, err
	}
	took := time.Since(began)
	after, err := r.used(p)
	if err == nil {
		err = wait(ctx, twiceFor)
	}
	o := y.outcome()
	if do.cut == nil { // who was killed has no account of its time
		o.CPU = after.server - before.server
		o.Others = after.others(before).Seconds() / took.Seconds() / float64(r.figures.Machine.Cores)
	}
	return o, err
}

// used is processor time up to now.
func (r *contest) used(p *peer) (w work, err error) {
	if w.machine, err = busy(); err != nil {
		return w, err
	}
	if w.self, err = own(); err != nil {
		return w, err
	}
	w.server, err = p.cpu()
	return w, err
}

func (r *contest) rest(ctx context.Context, p *peer) error {
	if p.rest == nil {
		return wait(ctx, settle)
	}
	return errors.Join(p.rest(ctx), wait(ctx, settle))
}

// quiet waits, for a bounded time, until nobody else is at work.
func (r *contest) quiet(ctx context.Context) error {
	m := measurement{config: &runCommand{Patience: r.config.Patience}, figures: figures{Machine: r.figures.Machine}}
	return m.quiet(ctx)
}

func (r *contest) say(turn string, p *peer, what string, o outcome) {
	_, _ = fmt.Fprintf(r.log, "%-6s %-12s %-12s p50 %.3f ms  p99 %.3f ms  max %.3f ms  sent %d acknowledged %d lost %d duplicates %d further %d  others %.0f %%\n",
		turn, p.name, what, ms(o.Latency.P50), ms(o.Latency.P99), ms(o.Latency.Max), o.Sent, o.Acknowledged, o.Lost, o.Duplicates, o.Further, 100*o.Others)
}
