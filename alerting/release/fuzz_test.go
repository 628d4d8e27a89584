package release_test

import (
	"reflect"
	"testing"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// FuzzNotice lets anybody say anything: whatever the incident holds and
// whatever is put into a command, what goes out is one of the agreed texts.
func FuzzNotice(f *testing.F) {
	for i, secret := range secrets(f) {
		f.Add(secret, uint8(i), uint8(i), uint8(i), int16(i), "east", string(release.PoliceOnSite), "2026-03-03", string(release.FireDrill))
	}
	kinds := devices.Alarms()
	f.Fuzz(func(t *testing.T, secret string, kind, text, mode uint8, minutes int16, pickup, reason, date, drill string) {
		k := alerting.KindOf(kinds[int(kind)%len(kinds)])
		m := append(devices.Modes(), alerting.Mode(secret))[int(mode)%4]
		s := about(t, k)
		i := leaky(secret, k, m)
		s.sit = release.Of(i, s.sit.Rule)
		s.sit.Schools, s.sit.Count = []release.School{ziwei, lanhua}, counted
		if mode >= 128 {
			if err := s.first(head); err != nil {
				return // never, by its rule
			}
		}
		id := append(release.Texts(), release.Registered, release.TextID(secret))[int(text)%14]
		good := s.content(id)
		for _, c := range []release.Content{good, odd(good, minutes, pickup, reason, date, drill)} {
			cmd := release.Command{ID: secret, Verb: release.VerbDraft, By: head, Content: c, Reason: secret}
			events, err := s.try(cmd)
			if err != nil {
				continue
			}
			s.keep(events)
			s.send()
		}
		for _, e := range s.events {
			if e.Draft == nil {
				continue
			}
			for _, r := range e.Draft.Rendered {
				if !isATemplate(r.Text, k, m) {
					t.Fatalf("%q in %q", r.Text, k)
				}
			}
		}
		for _, n := range s.state.Notices {
			if release.RuleOf(s.sit, n.Draft.Content.Text) == release.Never {
				t.Fatal("a kind that is never told went out")
			}
		}
	})
}

// first sends a holding text out where the kind lets it.
func (s *story) first(p release.Person) error {
	events, err := s.try(release.Command{Verb: release.VerbDraft, By: p, Content: s.holding()})
	s.keep(events)
	s.send()
	return err
}

// send takes every step that could bring the draft out, and keeps what works.
func (s *story) send() {
	call := s.by(plain, release.VerbAgree)
	call.Call = &release.Call{Role: release.FireCommander, At: s.now}
	for _, c := range []release.Command{
		s.by(police, release.VerbAgree), call, s.by(deputy, release.VerbApprove), s.by(third, release.VerbRelease),
	} {
		if events, err := s.try(c); err == nil {
			s.keep(events)
		}
	}
}

// odd puts into each blank that is filled what a stranger would.
func odd(c release.Content, minutes int16, pickup, reason, date, drill string) release.Content {
	at := opened.Add(time.Duration(minutes) * time.Minute)
	for _, f := range []struct {
		field any
		value any
	}{
		{&c.Reason, release.ReasonID(reason)}, {&c.Pickup, pickup}, {&c.Next, at},
		{&c.Collect, at}, {&c.Date, date}, {&c.Drill, release.DrillName(drill)},
	} {
		v := reflect.ValueOf(f.field).Elem()
		if !v.IsZero() {
			v.Set(reflect.ValueOf(f.value))
		}
	}
	return c
}
