package config

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// changeOne changes the nth value below v and reports whether there is one.
func changeOne(t *testing.T, v reflect.Value, n *int) bool {
	t.Helper()
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if changeOne(t, v.Field(i), n) {
				return true
			}
		}
		return false
	}
	if *n--; *n >= 0 {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("other")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	default:
		require.Fail(t, "a value that this test cannot change", "%s", v.Type())
	}
	return true
}

// Whatever is said of the hub itself needs a restart: a field that is added to
// it and forgotten here fails.
func TestEveryChangeOfTheHubItselfIsNamed(t *testing.T) {
	running := loaded(t, "testdata/good/full.yaml")
	assert.Empty(t, running.NeedsRestart(running))
	tried := 0
	for part, of := range map[string]func(*Config) any{
		"hub": func(c *Config) any { return &c.Hub }, "telemetry": func(c *Config) any { return &c.Telemetry },
	} {
		for nth := 0; ; nth++ {
			next, n := *running, nth
			if !changeOne(t, reflect.ValueOf(of(&next)).Elem(), &n) {
				break
			}
			tried++
			named := running.NeedsRestart(&next)
			require.Len(t, named, 1, "value %d of %s", nth, part)
			assert.Contains(t, named[0], part)
		}
	}
	assert.GreaterOrEqual(t, tried, 15)
}
