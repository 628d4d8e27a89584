package hub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/cmd/internal/config"
)

// dutyFile holds the secret that the codes of the posts and the starts of the
// patrols follow from, as hexadecimal. Without the file every code changes.
const dutyFile = "duty.key"

// dutyKeySize is the length of the secret in bytes.
const dutyKeySize = 32

// dutyKey reads the secret in the hub's folder, and makes it where there is
// none.
func dutyKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, dutyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeDutyKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read duty key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != dutyKeySize {
		return nil, fmt.Errorf("read duty key %s: want %d bytes as hexadecimal", path, dutyKeySize)
	}
	return key, nil
}

// makeDutyKey puts a new one in place whole, readable by its owner alone.
func makeDutyKey(path string) ([]byte, error) {
	key := make([]byte, dutyKeySize)
	_, _ = rand.Read(key)                                  // never fails
	f, err := os.CreateTemp(filepath.Dir(path), ".duty-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("make duty key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make duty key: %w", err), os.Remove(f.Name()))
	}
	return key, nil
}

// dutiesOf gives every school's posts the hub's secret.
func dutiesOf(c *config.Config, seed []byte) map[string]watch.School {
	out := make(map[string]watch.School, len(c.Duty))
	for id, s := range c.Duty {
		s.Setup.Seed = seed
		out[id] = s
	}
	return out
}

// newDuty reads the hub's secret and builds the watch of the posts.
func (h *Hub) newDuty() (err error) {
	if h.seed, err = dutyKey(h.cfg.Hub.Dir); err != nil {
		return err
	}
	h.who.Store(newRoster(h.cfg, h.seed, h.kept()))
	h.reminders = newReminders(h.people, h.media, h.log)
	h.duty = watch.New(watch.Deps{
		Store: h.office, Alarms: h.engine, Nudger: h.reminders, Log: h.log,
		Schools: func() map[string]watch.School { return h.who.Load().duties }, Contact: h.rostered,
		Question: h.question, Sight: h.sight,
	})
	h.engine.FollowPosts(h.duty.OnPost)
	h.engine.FollowGuards(h.duty.There)
	if err := h.registry.Register(h.duty.Collector()); err != nil {
		return fmt.Errorf("count duty: %w", err)
	}
	h.registry.MustRegister(guardsDue{h.who.Load})
	h.volunteers = newVolunteers(h.engine.Unresolved, h.people, h.duty.Board, h.reminders, h.log)
	return nil
}

// rostered finds the contact that a person of a roster is.
func (h *Hub) rostered(school string, as people.Duty, account, phone string) string {
	number, _ := people.NormalNumber(phone) // a number that is none is nobody's
	return policy.ContactOf(h.people(), school, as, account, number)
}

// question is how a school asks its people on duty whether all is well.
func (h *Hub) question(id string, call bool) alerting.Text {
	school, _ := h.people().School(id)
	return policy.Question(school, call)
}

// loadDuty reads the rosters. One that can't be read is no reason to take no
// alarms: the boards say that there is no roster.
func (h *Hub) loadDuty(ctx context.Context) error {
	if err := h.duty.Load(ctx); err != nil {
		h.log.Error("rosters could not be read; nobody is reported as missed until they are imported again", "component", "hub", "error", err)
	}
	return ctx.Err()
}

// ImportRoster reads a school's own sheet and puts it in place of the roster of
// the days, whole or not at all: where the result has a fault nothing is taken.
// The change is noted as the hub's own. Run must be under way.
func (h *Hub) ImportRoster(ctx context.Context, school string, days calendar.Span, r io.Reader) (sheet.Result, error) {
	job, ok := h.duty.Job(school, days)
	if !ok {
		return sheet.Result{}, fmt.Errorf("import roster: school %s has no posts", school)
	}
	out, err := job.Import(r)
	if err != nil || len(out.Faults) > 0 {
		return out, err
	}
	claims, err := h.duty.Import(ctx, school, alerting.ActorHub, days, out.Entries)
	out.Notes = append(out.Notes, claims...)
	return out, err
}

// HasRoster reports whether a school has a roster for a date.
func (h *Hub) HasRoster(school string, d calendar.Date) bool {
	entries, _ := h.duty.Roster(school, calendar.Span{From: d, To: d})
	return len(entries) > 0
}
