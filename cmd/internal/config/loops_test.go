package config

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An address has many spellings, and each of them comes back to the hub.
func TestAListenerIsKnownByEverySpellingOfItsAddress(t *testing.T) {
	for to, listen := range map[string]string{
		"http://127.0.0.1:8080":             "127.0.0.1:8080",
		"http://127.1:8080/in":              "127.0.0.1:8080",
		"http://127.0.1:8080":               "127.0.0.1:8080",
		"http://0x7f000001:8080":            "0.0.0.0:8080",
		"http://0x7F.1:8080":                ":8080",
		"http://0177.0.0.1:8080":            "127.0.0.1:8080",
		"http://2130706433:8080":            "127.0.0.1:8080",
		"http://0:8080":                     "127.0.0.1:8080",
		"http://[::1]:8080":                 "[::]:8080",
		"http://[::ffff:127.0.0.1]:8080":    "127.0.0.1:8080",
		"http://[::ffff:7f00:1]:8080":       "127.0.0.1:8080",
		"http://[::ffff:192.0.2.7]:8080":    "192.0.2.7:8080",
		"http://192.0.519:8080":             "192.0.2.7:8080",
		"http://[fe80::1%25eth0]:8080":      "[fe80::1]:8080",
		"http://[2001:DB8:0:0:0:0:0:1]:443": "[2001:db8::1]:443",
		"http://LOCALHOST.:8080":            "localhost:8080",
		"http://hub.localhost:8080":         "0.0.0.0:8080",
		"http://Hub.Example.:8080":          "hub.example:8080",
		"https://127.1":                     "127.0.0.1:443",
	} {
		u, err := url.Parse(to)
		require.NoError(t, err, to)
		assert.True(t, leadsTo(u, listen), "%s leads to %s", to, listen)
	}
	for to, listen := range map[string]string{
		"http://127.1:8081":               "127.0.0.1:8080", // another port
		"http://192.0.2.8:8080":           "0.0.0.0:8080",
		"http://192.0.520:8080":           "192.0.2.7:8080",
		"http://127.0.0.0.1:8080":         "127.0.0.1:8080", // names, as for every resolver
		"http://0x7f000001ff:8080":        "127.0.0.1:8080",
		"http://256.1:8080":               "127.0.0.1:8080",
		"http://127.0.0.256:8080":         "127.0.0.1:8080",
		"http://0177.0.0.8.example:8080":  "127.0.0.1:8080",
		"http://08.1:8080":                "8.0.0.1:8080",
		"http://127..1:8080":              "127.0.0.1:8080",
		"http://[::ffff:192.0.2.8]:8080":  "192.0.2.7:8080",
		"http://127.1:8080":               "127.0.0.1:0",
		"http://platform.example:8080/in": "127.0.0.1:8080",
	} {
		u, err := url.Parse(to)
		require.NoError(t, err, to)
		assert.False(t, leadsTo(u, listen), "%s leads to %s", to, listen)
	}
}
