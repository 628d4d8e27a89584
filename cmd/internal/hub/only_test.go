package hub

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMetricsOfTheirOwnAddressAreForTheNetworksThatAreNamed(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	status := func(from []netip.Prefix, remote string) int {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-For", "10.1.2.3") // says nothing here
		w := httptest.NewRecorder()
		only(from, page).ServeHTTP(w, r)
		return w.Code
	}
	from := []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("fd00::1/128")}
	for remote, want := range map[string]int{
		"10.1.2.3:5": 200, "[::ffff:10.1.2.3]:5": 200, "[fd00::1]:5": 200, "127.0.0.1:5": 200, "[::1]:5": 200,
		"10.1.3.3:5": 403, "[fd00::2]:5": 403, "nobody": 403,
	} {
		assert.Equal(t, want, status(from, remote), remote)
		assert.Equal(t, 200, status(nil, remote), "everybody where no network is named")
	}
}
