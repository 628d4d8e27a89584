package hub

import (
	"errors"
	"sync/atomic"
	"time"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/api"
)

// refusal is a configuration that was not taken.
type refusal struct {
	at     time.Time
	faults config.Faults
}

// readings is what became of the configuration, for whoever looks at a page.
type readings struct {
	readAt  atomic.Pointer[time.Time]
	refused atomic.Pointer[refusal] // since that; nil where none was
}

func (r *readings) took(now time.Time) {
	r.refused.Store(nil)
	r.readAt.Store(&now)
}

func (r *readings) refuses(err error, now time.Time) {
	var faults config.Faults
	if !errors.As(err, &faults) {
		faults = config.Faults{{Message: err.Error()}}
	}
	r.refused.Store(&refusal{now, faults})
}

// Configuration is what is at fault in the configuration that the hub runs with, as
// "campushub check" finds it; with what was set of accounts on pages.
func (h *Hub) Configuration() api.Configuration {
	out := api.Configuration{ReadAt: *h.readings.readAt.Load(), Warnings: h.who.Load().faults()}
	if r := h.readings.refused.Load(); r != nil {
		out.RefusedAt, out.Refused = r.at, faultsOf(r.faults)
	}
	return out
}

func faultsOf(all config.Faults) []api.ConfigFault {
	out := make([]api.ConfigFault, 0, len(all))
	for _, f := range all {
		out = append(out, api.ConfigFault{
			Code: string(f.Code), School: f.School, Path: f.Path, File: f.File, Line: f.Line, Column: f.Column, Message: f.Message, Do: f.Do, About: f.About,
		})
	}
	return out
}
