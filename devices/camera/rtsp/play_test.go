package rtsp_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera/rtsp"
	"example.org/campushub/firmware-sim/board/ipcam"
)

const password = "4 walls: have ears"

// sink counts what comes.
type sink struct {
	opened, packets int
	closed          []error
}

func (s *sink) Opened(rtsp.Track)                   { s.opened++ }
func (s *sink) Packet(*rtp.Packet, time.Time) error { s.packets++; return nil }
func (s *sink) Closed(err error)                    { s.closed = append(s.closed, err) }

// play has a client play for so long in a bubble's time, and returns its log.
func play(t *testing.T, long time.Duration, dial func(context.Context, string, string) (net.Conn, error), s *sink, secret string) string {
	t.Helper()
	var log bytes.Buffer
	c, err := rtsp.New(rtsp.Config{
		URL: "rtsp://camera/main", Dial: dial,
		Account: func() (rtsp.Credentials, error) { return rtsp.Credentials{User: "viewer", Password: secret}, nil },
	}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	require.NoError(t, c.Run(ctx, s))
	require.NotContains(t, log.String(), secret)
	return log.String()
}

func TestASessionIsOpenedKeptAliveAndEnded(t *testing.T) {
	for name, c := range map[string]ipcam.Config{
		"no account":       {},
		"MD5":              {User: "viewer", Password: password, Algorithm: "MD5"},
		"SHA-256":          {User: "viewer", Password: password, Algorithm: "SHA-256"},
		"both":             {User: "viewer", Password: password},
		"nonces run out":   {User: "viewer", Password: password, NonceLife: 2},
		"no GET_PARAMETER": {User: "viewer", Password: password, NoParameter: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.Timeout = 10 * time.Second
				cam, s := ipcam.New(c), &sink{}
				play(t, 58*time.Second, cam.Dial, s, password)
				synctest.Wait()
				require.Equal(t, 1, s.opened, "one connection all the time: %v", s.closed)
				require.Greater(t, s.packets, 25*56)
				alive, refused, last := 0, 0, ""
				for _, r := range cam.Seen() {
					last = r.Method
					if r.Status == 401 {
						refused++
						continue
					}
					require.Equal(t, 200, r.Status)
					if r.Method == "GET_PARAMETER" || r.Method == "OPTIONS" {
						alive++
					}
					if strings.Contains(r.Authorization, "Digest") {
						require.Equal(t, c.Algorithm != "MD5", strings.Contains(r.Authorization, "SHA-256"))
					}
				}
				require.Equal(t, "TEARDOWN", last)
				require.InDelta(t, 1+11, alive, 1, "every 5 s, and at the beginning")
				if c.User != "" && c.NonceLife == 0 {
					require.Equal(t, 1, refused, "one challenge is enough")
				}
				cam.Off()
			})
		})
	}
}

// Common cameras shut an account for half an hour after some wrong tries.
func TestAWrongPasswordIsNotTriedAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cam, s := ipcam.New(ipcam.Config{User: "viewer", Password: password}), &sink{}
		play(t, 30*time.Minute, cam.Dial, s, "guess what")
		tries := 0
		for _, r := range cam.Seen() {
			if r.Authorization != "" {
				tries++
			}
		}
		require.GreaterOrEqual(t, tries, 3)
		require.LessOrEqual(t, tries, 5)
		for _, err := range s.closed {
			require.ErrorIs(t, err, rtsp.ErrCredentials)
		}
		cam.Off()
	})
}

func TestACameraThatIsAwayIsAskedMoreAndMoreSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, dials := &sink{}, []time.Time{}
		play(t, 10*time.Minute, func(context.Context, string, string) (net.Conn, error) {
			dials = append(dials, time.Now())
			return nil, errors.New("no route to host")
		}, s, password)
		require.InDelta(t, 27, len(dials), 6)
		for i := range len(dials) - 1 {
			require.LessOrEqual(t, dials[i+1].Sub(dials[i]), 30*time.Second)
		}
		require.LessOrEqual(t, dials[1].Sub(dials[0]), time.Second)
	})
}

func TestACameraThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cam, s := ipcam.New(ipcam.Config{}), &sink{}
		time.AfterFunc(20*time.Second, func() { cam.Hang(true) })
		time.AfterFunc(50*time.Second, func() { cam.Hang(false) })
		play(t, 80*time.Second, cam.Dial, s, password)
		require.GreaterOrEqual(t, s.opened, 3, "it was asked anew while it hung")
		require.Greater(t, s.packets, 25*40)
		cam.Off()
	})
}

// queued is a connection that several goroutines may write to at once.
type queued struct {
	net.Conn
	lines chan []byte
	over  chan struct{} // it has ended
	end   sync.Once
}

func (q *queued) write() {
	for {
		select {
		case b := <-q.lines:
			if _, err := q.Conn.Write(b); err != nil {
				q.Close()
				return
			}
		case <-q.over:
			return
		}
	}
}

func (q *queued) Close() error {
	q.end.Do(func() { close(q.over) })
	return q.Conn.Close()
}

func (q *queued) Write(b []byte) (int, error) {
	select {
	case <-q.over: // also where there is room
		return 0, io.ErrClosedPipe
	default:
	}
	select {
	case q.lines <- b:
		return len(b), nil
	case <-q.over:
		return 0, io.ErrClosedPipe
	}
}

// server answers each request by its method with a whole text, or with nothing.
func server(answer func(method string, conn net.Conn, seq string)) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		here, pipe := net.Pipe()
		there := &queued{Conn: pipe, lines: make(chan []byte, 100), over: make(chan struct{})}
		go there.write()
		go func() {
			defer there.Close()
			in := bufio.NewReader(there)
			var method, seq string
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if value, ok := strings.CutPrefix(line, "CSeq: "); ok {
					seq = strings.TrimSpace(value)
				}
				if strings.HasSuffix(line, " RTSP/1.0\r\n") {
					method, _, _ = strings.Cut(line, " ")
				}
				if line == "\r\n" {
					answer(method, there, seq)
				}
			}
		}()
		return here, nil
	}
}

const h264 = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=a\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:1\r\n"

// good answers as a camera does.
func good(method, seq string) string {
	text := "RTSP/1.0 200 OK\r\nCSeq: " + seq + "\r\nSession: 1;timeout=60\r\n"
	switch method {
	case "DESCRIBE":
		return text + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(h264), h264)
	case "SETUP":
		return text + "Transport: RTP/AVP/TCP;unicast;interleaved=4-5\r\n\r\n"
	}
	return text + "\r\n"
}

func TestWhateverACameraDoesCostsItsOwnPictureAlone(t *testing.T) {
	packet, err := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96}, Payload: make([]byte, 60_000)}).Marshal()
	require.NoError(t, err)
	large := append([]byte{'$', 4, byte(len(packet) >> 8), byte(len(packet))}, packet...)
	for name, c := range map[string]struct {
		at, says string
		behind   []byte // and this, again and again, behind the answer
		err      string
	}{
		"says nothing":            {at: "OPTIONS", err: "i/o timeout"},
		"says nothing at the end": {at: "PLAY", err: "i/o timeout"},
		"plays nothing":           {err: "i/o timeout"},
		"speaks HTTP":             {at: "OPTIONS", says: "HTTP/1.1 400 Bad Request\r\n\r\n", err: "nobody can read"},
		"has no such stream":      {at: "DESCRIBE", says: "RTSP/1.0 404 Not Found\r\n\r\n", err: "404"},
		"sends elsewhere":         {at: "DESCRIBE", says: "RTSP/1.0 302 Found\r\nLocation: rtsp://evil/\r\n\r\n", err: "302"},
		"plays over UDP":          {at: "SETUP", says: "RTSP/1.0 200 OK\r\nSession: 1\r\nTransport: RTP/AVP;unicast;client_port=1-2\r\n\r\n", err: "something else"},
		"has no session":          {at: "SETUP", says: "RTSP/1.0 200 OK\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n", err: "without a session"},
		"describes nothing":       {at: "DESCRIBE", says: "RTSP/1.0 200 OK\r\n\r\n", err: "no H.264"},
		"asks for a password":     {at: "DESCRIBE", says: "RTSP/1.0 401 No\r\nWWW-Authenticate: Basic realm=\"a\"\r\n\r\n", err: "no digest"},
		"ends the session":        {behind: []byte("TEARDOWN rtsp://camera RTSP/1.0\r\nCSeq: 1\r\n\r\n"), err: "ended the session"},
		"floods":                  {behind: large, err: "more than 64 Mbit/s"},
		"sends garbage packets":   {behind: []byte("$\x04\x00\x03abc"), err: "packets that nobody can read"},
		"sends garbage":           {behind: []byte("garbage\r\n"), err: "nobody can read"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial := server(func(method string, conn net.Conn, seq string) {
					if method == c.at {
						_, _ = io.WriteString(conn, strings.Replace(c.says, "\r\n", "\r\nCSeq: "+seq+"\r\n", 1))
						return
					}
					_, _ = io.WriteString(conn, good(method, seq))
					for method == "PLAY" && c.behind != nil {
						if _, err := conn.Write(c.behind); err != nil {
							return
						}
					}
				})
				s := &sink{}
				play(t, 15*time.Second, dial, s, password)
				require.NotEmpty(t, s.closed)
				require.ErrorContains(t, s.closed[0], c.err)
			})
		})
	}
}

// What a camera asks is answered, and a session that it forgot is opened anew.
func TestACameraMayAskAndForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, alive := 0, 0
		packet, err := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96}, Payload: []byte{1}}).Marshal()
		require.NoError(t, err)
		dial := server(func(method string, conn net.Conn, seq string) {
			if seq == "77" { // it is an answer
				asked++
				return
			}
			switch method {
			case "PLAY":
				go func() {
					for {
						if _, err := conn.Write(append([]byte{'$', 4, 0, byte(len(packet))}, packet...)); err != nil {
							return
						}
						time.Sleep(time.Second)
					}
				}()
				_, _ = io.WriteString(conn, good(method, seq)+"GET_PARAMETER rtsp://camera RTSP/1.0\r\nCSeq: 77\r\n\r\n")
				return
			case "OPTIONS":
				if alive++; alive > 2 { // the second keep-alive
					_, _ = io.WriteString(conn, "RTSP/1.0 454 Session Not Found\r\nCSeq: "+seq+"\r\n\r\n")
					alive = 0
					return
				}
			}
			_, _ = io.WriteString(conn, good(method, seq))
		})
		s := &sink{}
		play(t, 95*time.Second, dial, s, password)
		time.Sleep(2 * time.Second) // until the camera has seen that nobody is left
		require.Equal(t, 2, s.opened)
		require.Equal(t, 2, asked, "each of its questions has an answer")
		require.Len(t, s.closed, 1)
		require.ErrorContains(t, s.closed[0], "454")
	})
}

func TestAnAddressHasNoAccountInIt(t *testing.T) {
	for _, bad := range []string{"rtsp://viewer:secret@camera/main", "http://camera/secret", "rtsp:///secret", "camera/secret", "rtsp://camera/secret\r\nA: b", "rtsp://cam era/secret", "rtsp://camera/#secret"} {
		_, err := rtsp.New(rtsp.Config{URL: bad}, slog.New(slog.DiscardHandler))
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "secret")
	}
}
