package telemetry

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	influxhttp "github.com/influxdata/influxdb-client-go/v2/api/http"
)

// verdict is what InfluxDB's answer to a batch means.
type verdict int

const (
	stored   verdict = iota // every point is in
	rejected                // some points are not, and never will be; the others may be
	refused                 // no point is in, and none ever will be
	tooLarge                // the batch is more than InfluxDB takes at once
	later                   // nothing is known of any point: the same batch again
)

// answer is a verdict with what it rests on.
type answer struct {
	verdict verdict
	reason  string        // one of few words, for a metric
	detail  string        // InfluxDB's own words
	wait    time.Duration // as long as InfluxDB asked for
}

// judge reads what the client returned for a batch of n points.
//
// InfluxDB 1.8 answers 400 and "partial write: … dropped=N" where it left N
// points out for good: a field of another type, a point older than the
// retention policy, a limit of series. The rest of that shard is written; what
// became of points in other shards the answer does not say. InfluxDB 2 answers
// 400 or 422, and may have written nothing or the rest. Either way a batch
// that was not taken whole is sent in halves until each point is known to be
// in or out: a point that is in already is replaced by itself.
//
// A 400 that is not InfluxDB's own, from a proxy perhaps, says nothing of the
// points. Neither does a 401, 403 or 404: that is for whoever runs it to mend,
// and the points wait.
func judge(err error, n int) answer {
	if err == nil {
		return answer{verdict: stored}
	}
	e, ok := errors.AsType[*influxhttp.Error](err)
	if !ok || e.StatusCode == 0 {
		return answer{verdict: later, reason: reasonConnection, detail: err.Error()}
	}
	a := answer{verdict: later, reason: statusWord(e.StatusCode), detail: e.Error(), wait: time.Duration(e.RetryAfter) * time.Second}
	if e.Header.Get("X-Influxdb-Version") == "" && e.Header.Get("X-Influxdb-Build") == "" {
		return a
	}
	switch e.StatusCode {
	case http.StatusRequestEntityTooLarge:
		a.verdict, a.reason = tooLarge, reasonTooLarge
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		a.verdict, a.reason = rejected, why(a.detail)
		if dropped(a.detail) == n {
			a.verdict = refused
		}
	}
	return a
}

// reasons are the words that a rejection is counted by, and what InfluxDB
// says then.
var reasons = []struct{ word, said string }{
	{"type conflict", "field type conflict"},
	{"retention", "beyond retention policy"},
	{"unparsable", "unable to parse"},
	{"series limit", "max-series-per-database"},
	{"series limit", "max-values-per-tag"},
}

func why(detail string) string {
	for _, r := range reasons {
		if strings.Contains(detail, r.said) {
			return r.word
		}
	}
	return reasonOther
}

// The reasons that have no words of InfluxDB's own.
const (
	reasonConnection = "connection"
	reasonSpool      = "spool"
	reasonTooLarge   = "too large"
	reasonOther      = "other"
)

// rejectionReasons are all that points are set aside for.
func rejectionReasons() []string {
	out := []string{reasonTooLarge, reasonOther}
	for _, r := range reasons {
		out = append(out, r.word)
	}
	return out
}

// laterStatuses are the answers that a write is tried again after and that are
// counted by their number; any further one is counted as other.
var laterStatuses = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestTimeout,
	http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

func statusWord(status int) string {
	if slices.Contains(laterStatuses, status) {
		return strconv.Itoa(status)
	}
	return reasonOther
}

// failureReasons are all that a write is tried again for.
func failureReasons() []string {
	out := []string{reasonConnection, reasonSpool, reasonOther}
	for _, status := range laterStatuses {
		out = append(out, strconv.Itoa(status))
	}
	return out
}

// dropped is the number behind "dropped=", -1 where there is none.
func dropped(detail string) int {
	_, after, ok := strings.Cut(detail, "dropped=")
	if !ok {
		return -1
	}
	end := strings.IndexFunc(after, func(c rune) bool { return c < '0' || c > '9' })
	if end < 0 {
		end = len(after)
	}
	n, err := strconv.Atoi(after[:end])
	if err != nil {
		return -1
	}
	return n
}

// Times between attempts.
const (
	firstPause   = 200 * time.Millisecond
	longestPause = 30 * time.Second
	longestAsked = 5 * time.Minute // of what InfluxDB may ask for by Retry-After
)

// pause is how long to wait after the n-th failure in a row, from 1: twice as
// long each time, and between half and all of that by spread from 0 to 1. What
// InfluxDB asked for is waited at the least.
func pause(n int, asked time.Duration, spread float64) time.Duration {
	full := longestPause
	if n < 9 {
		full = min(firstPause<<(n-1), longestPause)
	}
	own := full/2 + time.Duration(spread*float64(full/2))
	return max(own, min(asked, longestAsked))
}
