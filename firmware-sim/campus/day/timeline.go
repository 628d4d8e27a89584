package day

import (
	"cmp"
	"context"
	"slices"
	"time"

	"example.org/campushub/firmware-sim/campus/scenario"
)

// gather is how long passages are counted into one reading, as firmware does.
const gather = time.Second

// step is what is done at a moment.
type step func(ctx context.Context, p *player) error

// moment is something that is due at a time of the scenario's day.
type moment struct {
	at time.Duration
	do step
}

// timeline is everything that is due, by time.
func timeline(s scenario.Scenario) []moment {
	var all []moment
	for i, d := range s.Devices {
		on := func(do func(*device)) step {
			return func(_ context.Context, p *player) error { do(p.devices[d.ID]); return nil }
		}
		all = append(all, every(s, d.State, i, on((*device).health))...)
		if d.Reading > 0 {
			all = append(all, every(s, d.Reading, i, on((*device).measure))...)
		}
	}
	for _, h := range s.Happenings {
		all = append(all, happening(h)...)
	}
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	return all
}

// every spreads the devices over their rhythm, so that not all of them speak
// in the same instant.
func every(s scenario.Scenario, rhythm time.Duration, device int, do step) (out []moment) {
	first := rhythm * time.Duration(device+1) / time.Duration(len(s.Devices)+1)
	for at := s.From + first; at < s.To; at += rhythm {
		out = append(out, moment{at, do})
	}
	return out
}

func happening(h scenario.Happening) []moment {
	one := func(device string, do func(*device)) []moment {
		return []moment{{h.At, func(_ context.Context, p *player) error { do(p.devices[device]); return nil }}}
	}
	switch do := h.Do.(type) {
	case scenario.Move:
		return one(do.Gate, func(d *device) { d.move(do.Open) })
	case scenario.Sense:
		return one(do.Gate, func(d *device) { d.sense(do.Value, do.Is) })
	case scenario.Passages:
		return passages(h.At, do)
	case scenario.Card:
		return one(do.Reader, func(d *device) { d.card(do.Number) })
	case scenario.Press:
		return one(do.Button, func(d *device) { d.press(do.Times) })
	case scenario.Deed:
		return []moment{{h.At, func(ctx context.Context, p *player) error { return p.acts(ctx, do) }}}
	case scenario.Cut:
		return []moment{{h.At, cut}, {h.At + do.For, mend}}
	case scenario.Outage:
		return []moment{
			{h.At, func(ctx context.Context, p *player) error { return p.breaks(ctx, do.What) }},
			{h.At + do.For, func(ctx context.Context, p *player) error { return p.works(ctx, do.What) }},
		}
	}
	return nil
}

func passages(at time.Duration, p scenario.Passages) (out []moment) {
	for n := range p.Count {
		then := at + p.Within*time.Duration(n)/time.Duration(p.Count)
		out = append(out,
			moment{then, func(_ context.Context, all *player) error { all.devices[p.Gate].passage(p.In); return nil }},
			moment{then + gather, func(_ context.Context, all *player) error { all.devices[p.Gate].gathered(); return nil }})
	}
	return out
}
