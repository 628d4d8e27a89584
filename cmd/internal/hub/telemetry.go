package hub

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/devices"
)

// measured takes what is recorded beside the alarms: the recorder, or nobody.
type measured interface {
	Reading(r devices.Reading)
	State(s devices.State)
	Stage(s telemetry.Stage)
	Coverage(at time.Time, posts []telemetry.PostCoverage, days []telemetry.DutyDay)
}

// unmeasured takes everything and keeps nothing.
type unmeasured struct{}

func (unmeasured) Reading(devices.Reading) {}
func (unmeasured) State(devices.State)     {}
func (unmeasured) Stage(telemetry.Stage)   {}

func (unmeasured) Coverage(time.Time, []telemetry.PostCoverage, []telemetry.DutyDay) {}

// measure opens the spool and what writes to it and from it. A spool that
// cannot be opened keeps nobody from pressing a button: it is said, and
// nothing is recorded until the next start.
func (h *Hub) measure() error {
	h.measured = unmeasured{}
	c := h.cfg.Telemetry
	dir := filepath.Join(h.cfg.Hub.Dir, "telemetry")
	now := time.Now()
	s, err := spool.Open(spool.Config{Dir: dir, MaxAge: c.MaxAge, MaxBytes: c.MaxBytes, KeepOnly: !c.Enabled()}, now)
	if err != nil {
		h.log.Error("nothing is recorded: the spool was not opened", "component", "telemetry", "error", err)
		return nil
	}
	h.spool = s
	recorder, err := telemetry.NewRecorder(telemetry.RecorderDeps{
		Hub: h.cfg.Hub.Name, Spool: s, Where: h.where, Healthy: h.journal.Healthy, Vitals: h.vitals.latest, Log: h.log, Registry: h.registry,
	}, now)
	if err != nil {
		return fmt.Errorf("open telemetry: %w", err)
	}
	h.measured = recorder
	h.telemetry = []part{{"spool", h.runSpool}, {"recorder", recorder.Run}, {"vitals", h.vitals.run}}
	if !c.Enabled() {
		return nil
	}
	writer, err := telemetry.NewWriter(telemetry.WriterConfig{
		Target: c.Target(), Aside: filepath.Join(dir, "rejected.txt"), LatestAlarm: h.alarms.last,
	}, s, h.log, h.registry)
	if err != nil {
		return fmt.Errorf("open telemetry: %w", err)
	}
	h.telemetry = append(h.telemetry, part{"writer", writer.Run})
	return nil
}

// past is what the API reads back; nil where nothing is recorded.
func (h *Hub) past() api.Past {
	if h.spool == nil {
		return nil
	}
	return telemetry.NewPast(h.spool)
}

// runSpool closes the spool when everybody behind it has ended.
func (h *Hub) runSpool(ctx context.Context) error {
	<-ctx.Done()
	if err := h.spool.Close(); err != nil {
		h.log.Error("spool was not closed well; the next start repairs it", "component", "telemetry", "error", err)
	}
	return nil
}

// where says what the configuration knows of a device now.
func (h *Hub) where(a devices.Address) telemetry.Where {
	d, ok := h.people().Device(a)
	if !ok {
		return telemetry.Where{}
	}
	return telemetry.Where{Kind: d.Kind, Place: d.Place.ID}
}

// staged records how far a delivery got, or that it came to nothing. Of what is confidential nothing is
// recorded, not even that there was something. Whatever is told, by whomever it
// was raised, is an alarm that others give way to.
func (h *Hub) staged(i *alerting.Incident, d alerting.Delivery, p alerting.Progress) {
	if p.State == alerting.Handed {
		h.alarms.note()
	}
	if i.Confidential {
		return
	}
	h.trials.Heard(d.Key(), p.State, p.At, trial.ByDelivery, p.Reason)
	h.measured.Stage(telemetry.Stage{School: i.School, Incident: i.ID, Mode: i.Mode, Delivery: d, State: p.State, Why: why(p), At: p.At})
}

// why is why a delivery came to nothing; "" of one that got further.
func why(p alerting.Progress) alerting.Why {
	if p.State == alerting.Failed || p.State == alerting.Expired {
		return p.Why
	}
	return ""
}
