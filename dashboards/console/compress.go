package console

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"

	"example.org/campushub/dashboards/api"
)

// worthIt is the shortest page or asset, in bytes, that is sent compressed: what
// fits into one packet is not a packet less.
const worthIt = 1400

// newCompression sends pages and assets gzipped to who takes that: over a telephone's
// network their size is what is waited for. Pages hold no secret that whoever
// measures their length could guess (a command from elsewhere is refused by its
// origin, not for want of a token).
func newCompression() (func(http.Handler) http.HandlerFunc, error) {
	return gzhttp.NewWrapper(
		gzhttp.EnableZstd(false),
		gzhttp.CompressionLevel(gzip.BestSpeed), // the same processors tell alarms
		gzhttp.MinSize(worthIt),
		gzhttp.ContentTypes([]string{"text/html", "text/css", "text/javascript", "image/svg+xml"}),
	)
}

// compressed leaves the API's answers and its streams, whose every byte is
// awaited, as they are.
func (c *Console) compressed(h http.Handler) http.Handler {
	smaller := c.compression(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asItComes(r.URL.Path) {
			h.ServeHTTP(w, r)
			return
		}
		smaller(w, r)
	})
}

// asItComes reports whether an answer is the API's, or a stream: of these every byte
// is awaited, and some have no end. Who comes back from the identity provider waits
// for it, and must keep no page waiting.
func asItComes(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == parentStream || path == api.IdentityReturn
}
