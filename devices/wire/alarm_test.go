package wire_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

const pressID = "019a7c3e-5b1f-7c4e-9d2a-3f6b8c0d1e2f"

var arrived = time.Date(2026, time.September, 1, 7, 31, 2, 135_000_000, time.UTC)

// pressed is a plain press, changed as a case says.
func pressed(change func(*devices.Press)) devices.Press {
	p := devices.Press{
		ID: pressID, From: button, Alarm: devices.Emergency, Mode: devices.Live, ReceivedAt: arrived,
	}
	if change != nil {
		change(&p)
	}
	return p
}

func mistyped(fields ...string) devices.Press {
	return pressed(func(p *devices.Press) { p.Mistyped = fields })
}

func TestDecodeAlarm(t *testing.T) {
	const id = `{"id":"` + pressID + `"`
	cases := map[string]struct {
		payload string
		want    devices.Press
	}{
		"only an id": {id + `}`, pressed(nil)},
		"everything": {
			id + `,"kind":"attack","mode":"drill","silent":true,"age_ms":12}`,
			pressed(func(p *devices.Press) {
				p.Alarm, p.Mode, p.Silent, p.Age = devices.Attack, devices.Drill, true, 12*time.Millisecond
			}),
		},
		"upper case id":     {`{"id":"` + strings.ToUpper(pressID) + `"}`, pressed(nil)},
		"escaped name":      {`{"\u0069d":"` + pressID + `"}`, pressed(nil)},
		"escaped value":     {id + `,"kind":"f\u0069re"}`, pressed(func(p *devices.Press) { p.Alarm = devices.Fire })},
		"white space":       {" \t\r\n" + id + " \n}\n ", pressed(nil)},
		"unknown field":     {id + `,"colour":{"r":[1,2]},"colour":null}`, pressed(nil)},
		"name in its case":  {id + `,"Silent":true}`, pressed(nil)},
		"unknown kind":      {id + `,"kind":"earthquake"}`, pressed(nil)},
		"kind in its case":  {id + `,"kind":"FIRE"}`, pressed(nil)},
		"a hub's own kind":  {id + `,"kind":"hub-fault"}`, pressed(nil)},
		"very long kind":    {id + `,"kind":"` + strings.Repeat("k", 2000) + `"}`, pressed(nil)},
		"kind not a word":   {id + `,"kind":7}`, mistyped("kind")},
		"unknown mode":      {id + `,"mode":"exercise"}`, mistyped("mode")},
		"mode not a word":   {id + `,"mode":["drill"]}`, mistyped("mode")},
		"mode null":         {id + `,"mode":null}`, mistyped("mode")},
		"silent as a word":  {id + `,"silent":"true"}`, mistyped("silent")},
		"age as a word":     {id + `,"age_ms":"12"}`, mistyped("age_ms")},
		"age below zero":    {id + `,"age_ms":-1}`, mistyped("age_ms")},
		"age of 31 days":    {id + `,"age_ms":2678400000}`, mistyped("age_ms")},
		"age of 30 days":    {id + `,"age_ms":2592000000}`, pressed(func(p *devices.Press) { p.Age = wire.MaxAge })},
		"age with fraction": {id + `,"age_ms":12.5}`, mistyped("age_ms")},
		"age as 1.2e1":      {id + `,"age_ms":1.2e1}`, pressed(func(p *devices.Press) { p.Age = 12 * time.Millisecond })},
		"age beyond float":  {id + `,"age_ms":1e999}`, mistyped("age_ms")},
		"age beyond int64":  {id + `,"age_ms":99999999999999999999}`, mistyped("age_ms")},
		"everything wrong": {
			id + `,"kind":1,"mode":2,"silent":3,"age_ms":"4"}`,
			mistyped("kind", "mode", "silent", "age_ms"),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, wire.DecodeAlarm(button, []byte(c.payload), arrived))
		})
	}
}

func TestMalformedAlarmIsStillAPress(t *testing.T) {
	const id = `{"id":"` + pressID + `"`
	cases := map[string]string{
		"empty":              "",
		"not JSON":           "help",
		"not an object":      `["` + pressID + `"]`,
		"a bare string":      `"` + pressID + `"`,
		"cut short":          id,
		"something after it": id + `}x`,
		"two objects":        id + `}` + id + `}`,
		"comma at the end":   id + `,}`,
		"not UTF-8":          id + ",\"note\":\"\xff\"}",
		"byte order mark":    "\ufeff" + id + `}`,
		"control character":  id + ",\"note\":\"a\x01\"}",
		"bad escape":         id + `,"note":"\x"}`,
		"leading zero":       id + `,"age_ms":012}`,
		"id twice":           id + `,"id":"` + pressID + `"}`,
		"mode twice":         id + `,"mode":"live","mode":"drill"}`,
		"escaped id twice":   id + `,"i\u0064":"` + pressID + `"}`,
		"too deep":           id + `,"note":` + strings.Repeat("[", wire.MaxDepth) + strings.Repeat("]", wire.MaxDepth) + `}`,
		"too large":          id + `,"note":"` + strings.Repeat("n", wire.MaxPayload) + `"}`,
		"no id":              `{}`,
		"id not a UUID":      `{"id":"press-1"}`,
		"id with braces":     `{"id":"{` + pressID + `}"}`,
		"id without dashes":  `{"id":"` + strings.ReplaceAll(pressID, "-", "") + `"}`,
		"id of other digits": `{"id":"` + strings.Replace(pressID, "0", "g", 1) + `"}`,
		"id a number":        `{"id":1}`,
		"nil UUID":           `{"id":"00000000-0000-0000-0000-000000000000"}`,
		"max UUID":           `{"id":"FFFFFFFF-ffff-FFFF-ffff-ffffffffffff"}`,
	}
	seen := map[string]string{}
	for name, payload := range cases {
		t.Run(name, func(t *testing.T) {
			p := wire.DecodeAlarm(button, []byte(payload), arrived)
			assert.True(t, p.Malformed)
			assert.Regexp(t, `^m-[0-9a-f]{32}$`, p.ID)
			assert.Equal(t, devices.Emergency, p.Alarm)
			assert.Equal(t, devices.Live, p.Mode)
			assert.Equal(t, button, p.From)
			assert.Equal(t, arrived, p.ReceivedAt)
			assert.Empty(t, seen[p.ID], "another payload has the same id")
			seen[p.ID] = name
			assert.Equal(t, p, wire.DecodeAlarm(button, []byte(payload), arrived), "a repetition is the same press")
			assert.NotEqual(t, p.ID, wire.DecodeAlarm(gate, []byte(payload), arrived).ID, "another device's is another press")
		})
	}
}

func TestPressWithoutReadableIDKeepsWhatElseItSays(t *testing.T) {
	p := wire.DecodeAlarm(button, []byte(`{"id":"?","kind":"attack","mode":"drill","silent":true,"age_ms":5}`), arrived)
	assert.True(t, p.Malformed)
	assert.Equal(t, devices.Attack, p.Alarm)
	assert.Equal(t, devices.Drill, p.Mode)
	assert.True(t, p.Silent)
	assert.Equal(t, 5*time.Millisecond, p.Age)
}

func TestEncodeAlarmBoundsTheAge(t *testing.T) {
	for age, want := range map[time.Duration]time.Duration{
		-time.Second:            0,
		1500 * time.Microsecond: time.Millisecond,
		40 * 24 * time.Hour:     wire.MaxAge,
	} {
		payload := wire.EncodeAlarm(pressed(func(p *devices.Press) { p.Age = age }))
		p := wire.DecodeAlarm(button, payload, arrived)
		assert.Equal(t, want, p.Age)
		assert.Empty(t, p.Mistyped)
	}
}
