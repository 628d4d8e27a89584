package telemetry

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	influxhttp "github.com/influxdata/influxdb-client-go/v2/api/http"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func said(status int, message string, own bool) error {
	e := &influxhttp.Error{StatusCode: status, Code: http.StatusText(status), Message: message, Header: http.Header{}}
	if own {
		e.Header.Set("X-Influxdb-Version", "1.8.10")
	}
	return e
}

func TestAnswers(t *testing.T) {
	cases := map[string]struct {
		err    error
		want   verdict
		reason string
	}{
		"taken":                  {nil, stored, ""},
		"no connection":          {influxhttp.NewError(errors.New("connection refused")), later, "connection"},
		"hangs":                  {context.DeadlineExceeded, later, "connection"},
		"busy":                   {said(429, "", true), later, "429"},
		"away":                   {said(503, "", false), later, "503"},
		"its disk is full":       {said(500, "write: no space left on device", true), later, "500"},
		"no such database":       {said(404, `database not found: "x"`, true), later, "404"},
		"wrong password":         {said(401, "authorization failed", true), later, "401"},
		"a proxy's own 400":      {said(400, "Bad Request", false), later, "400"},
		"one of another type":    {said(400, `partial write: field type conflict: input field "v" … dropped=1`, true), rejected, "type conflict"},
		"all of another type":    {said(400, `partial write: field type conflict: … dropped=10`, true), refused, "type conflict"},
		"types differ within":    {said(400, "field type conflict", true), rejected, "type conflict"},
		"too old":                {said(400, "partial write: points beyond retention policy dropped=10", true), refused, "retention"},
		"not a point":            {said(400, "partial write: unable to parse 'x': … dropped=0", true), rejected, "unparsable"},
		"no more series":         {said(400, "partial write: max-values-per-tag limit exceeded … dropped=3", true), rejected, "series limit"},
		"InfluxDB 2 unprocessed": {said(422, "unprocessable entity: failure writing points to database: partial write: field type conflict", true), rejected, "type conflict"},
		"something new":          {said(400, "who knows", true), rejected, "other"},
		"too long":               {said(413, "Request Entity Too Large", true), tooLarge, "too large"},
	}
	for name, c := range cases {
		a := judge(c.err, 10)
		assert.Equal(t, c.want, a.verdict, name)
		assert.Equal(t, c.reason, a.reason, name)
	}
}

func TestPausesGrowAndAreBounded(t *testing.T) {
	assert.Equal(t, 100*time.Millisecond, pause(1, 0, 0))
	assert.Equal(t, 200*time.Millisecond, pause(1, 0, 1))
	assert.Equal(t, 400*time.Millisecond, pause(2, 0, 1))
	for _, n := range []int{9, 60, 64, 1000} {
		assert.Equal(t, longestPause, pause(n, 0, 1))
	}
	assert.Equal(t, time.Minute, pause(1, time.Minute, 0))
	assert.Equal(t, longestAsked, pause(1, 24*time.Hour, 0))
}

// picky is an InfluxDB that takes no line with "bad" in it, and loses the
// connection at the line "cut".
type picky struct {
	in       map[string]int
	requests int
	cut      bool
}

func (p *picky) WriteRecord(_ context.Context, lines ...string) error {
	p.requests++
	bad := 0
	for line := range strings.SplitSeq(strings.TrimSpace(lines[0]), "\n") {
		switch {
		case strings.HasPrefix(line, "bad"):
			bad++
		case line == "cut" && p.cut:
			return influxhttp.NewError(errors.New("EOF"))
		default:
			p.in[line]++
		}
	}
	if bad > 0 {
		return said(400, "partial write: field type conflict: … dropped=1", true)
	}
	return nil
}

func points(s string) (out [][]byte) {
	for f := range strings.FieldsSeq(s) {
		out = append(out, []byte(f))
	}
	return out
}

func TestTheRejectedAreFoundAndTheOthersAreIn(t *testing.T) {
	p := &picky{in: map[string]int{}}
	out, err := deliver(t.Context(), p, points("a b bad1 c d e bad2 f g"), time.Second)
	require.NoError(t, err)
	assert.Equal(t, 2, out.points())
	for _, r := range out {
		assert.True(t, strings.HasPrefix(string(r.points[0]), "bad"))
	}
	for _, one := range points("a b c d e f g") {
		assert.Contains(t, p.in, string(one))
	}
}

func TestACutInTheMiddleDeliversTheWholeBatchAgain(t *testing.T) {
	p := &picky{in: map[string]int{}, cut: true}
	out, err := deliver(t.Context(), p, points("a bad b c cut"), time.Second)
	_, isLater := asLater(err)
	assert.True(t, isLater)
	assert.Empty(t, out, "nothing is set aside twice")
}

func TestAsideIsBounded(t *testing.T) {
	a := aside{t.TempDir() + "/rejected.txt"}
	big := [][]byte{make([]byte, asideBytes/2+1)}
	for range 6 {
		require.NoError(t, a.put(big, "type conflict"))
	}
	assert.FileExists(t, a.path)
	assert.FileExists(t, a.path+".old")
}
