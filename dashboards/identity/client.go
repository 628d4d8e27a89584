package identity

import (
	"io"
	"net/http"
	"time"
)

// longestAnswer bounds what is read of one answer, in bytes. Overflow: it is cut,
// and so not understood.
const longestAnswer = 1 << 20

// newClient is the hub's way to a provider: bounded in time and size, and led
// nowhere else: an answer that redirects is no answer.
func newClient() *http.Client {
	return &http.Client{
		Timeout: answerWithin,
		Transport: bounded{&http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: answerWithin, MaxIdleConnsPerHost: 2, IdleConnTimeout: 90 * time.Second, ForceAttemptHTTP2: true,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type bounded struct{ *http.Transport }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.Transport.RoundTrip(r)
	if err == nil {
		res.Body = cut{io.LimitReader(res.Body, longestAnswer), res.Body}
	}
	return res, err
}

type cut struct {
	io.Reader
	io.Closer
}
