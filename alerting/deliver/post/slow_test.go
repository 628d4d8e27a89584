package post_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver/post"
)

// A call's gateway may take most of the time that a call has: its answer counts
// for as long as the request waits for it.
func TestAnAnswerIsWaitedForAsLongAsItsRequestHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := post.New(post.Through(func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() {
				if _, err := http.ReadRequest(bufio.NewReader(there)); err != nil {
					return
				}
				time.Sleep(12 * time.Second)
				_, _ = io.WriteString(there, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}()
			return here, nil
		}))
		defer client.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		req, err := post.NewRequest(ctx, http.MethodPost, "http://gateway.test/calls", "application/json", nil)
		require.NoError(t, err)
		began := time.Now()
		_, err = client.Send(req)
		require.NoError(t, err)
		assert.Equal(t, 12*time.Second, time.Since(began))
	})
}
