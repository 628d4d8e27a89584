package rtsp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
)

func TestMessagesAndPacketsAreToldApart(t *testing.T) {
	r := newReader(strings.NewReader("RTSP/1.0 200 OK\r\nCSeq: 1\r\nWWW-Authenticate: Digest a=b,\r\n c=d\r\nWWW-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nv=0\n" +
		"\r\n$\x00\x00\x03abc$\x01\x00\x00OPTIONS * RTSP/1.0\nCSeq: 9\n\n"))
	_, m, err := r.next()
	require.NoError(t, err)
	require.Equal(t, 200, m.status)
	require.Equal(t, []string{"Digest a=b, c=d", "Basic"}, m.header.Values("Www-Authenticate"))
	require.Equal(t, "v=0\n", string(m.body))
	f, m, err := r.next()
	require.NoError(t, err)
	require.Nil(t, m)
	require.Equal(t, frame{0, []byte("abc")}, f)
	f, _, err = r.next()
	require.NoError(t, err)
	require.Equal(t, byte(1), f.channel)
	require.Empty(t, f.data)
	_, m, err = r.next()
	require.NoError(t, err)
	require.Equal(t, "OPTIONS", m.method)
	_, _, err = r.next()
	require.ErrorIs(t, err, io.EOF)
}

func TestWhatIsNoMessageIsRefusedWithinBounds(t *testing.T) {
	for name, text := range map[string]string{
		"HTTP":               "HTTP/1.1 200 OK\r\n\r\n",
		"nothing known":      "hello\r\n\r\n",
		"status":             "RTSP/1.0 2000 OK\r\n\r\n",
		"header":             "RTSP/1.0 200 OK\r\nhello\r\n\r\n",
		"folded first":       "RTSP/1.0 200 OK\r\n hello: a\r\nfolded\r\n\r\n",
		"endless line":       "RTSP/1.0 200 OK\r\nA: " + strings.Repeat("a", 1<<20),
		"endless headers":    "RTSP/1.0 200 OK\r\n" + strings.Repeat("A: b\r\n", 1<<16),
		"endless folding":    "RTSP/1.0 200 OK\r\nA: b\r\n" + strings.Repeat(" "+strings.Repeat("c", 3000)+"\r\n", 60),
		"huge body":          "RTSP/1.0 200 OK\r\nContent-Length: 2000000000\r\n\r\n",
		"negative body":      "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
		"no number of bytes": "RTSP/1.0 200 OK\r\nContent-Length: many\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := newReader(strings.NewReader(text)).next()
			require.ErrorIs(t, err, errMessage)
			require.Less(t, len(err.Error()), 200)
		})
	}
	_, _, err := newReader(strings.NewReader("RTSP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nabc")).next()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 4\r\n\r\nv=0\n$\x00\x00\x03abcGET_PARAMETER rtsp://a/ RTSP/1.0\r\nCSeq: 2\r\n\r\n"))
	f.Add([]byte("RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm=\"a\",\r\n nonce=\"b\"\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newReader(bytes.NewReader(data))
		for {
			frame, m, err := r.next()
			if err != nil {
				require.True(t, errors.Is(err, errMessage) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF), "%v", err)
				return
			}
			if m == nil {
				require.Less(t, len(frame.data), 1<<16)
				continue
			}
			require.LessOrEqual(t, len(m.body), maxBody)
			require.LessOrEqual(t, len(m.header), maxHeaders)
			require.NotEqual(t, m.status == 0, m.method == "", "a response or a request")
			d := digest{account: Credentials{"a", "b"}, cnonce: randomNonce}
			if d.challenge(m.header.Values("Www-Authenticate")) == nil {
				require.NotContains(t, d.answer("PLAY", "rtsp://a/"), "\n")
			}
		}
	})
}

const description = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=a\r\nt=0 0\r\na=control:*\r\n"

func TestTheFirstH264StreamIsChosen(t *testing.T) {
	track, err := describe([]byte(description +
		"m=audio 0 RTP/AVP 0\r\na=control:trackID=9\r\n" +
		"m=video 0 RTP/AVP 98\r\na=rtpmap:98 H265/90000\r\na=control:trackID=1\r\n" +
		"m=video 0 RTP/AVP 96\r\nb=AS:5000\r\na=rtpmap:96 h264/90000\r\na=fmtp:96 profile-level-id=4D400C; packetization-mode=1; sprop-parameter-sets=Z01ADNkBQZ+fARAAAAMAEAAAAwMg8UKkgA==,aOvAhLI=\r\na=control:trackID=2\r\n"))
	require.NoError(t, err)
	require.Equal(t, camera.H264, track.Codec)
	require.Equal(t, uint8(96), track.PayloadType)
	require.Equal(t, "trackID=2", track.control)
	require.Equal(t, byte(0x67), track.SPS[0])
	require.Equal(t, byte(0x68), track.PPS[0])
}

func TestACameraWithoutH264IsRefusedWithAWord(t *testing.T) {
	_, err := describe([]byte(description + "m=video 0 RTP/AVP 98\r\na=rtpmap:98 H265/90000\r\n"))
	require.ErrorIs(t, err, ErrCodec)
	require.ErrorContains(t, err, "H265/90000")
	_, err = describe([]byte(description + "m=audio 0 RTP/AVP 0\r\n"))
	require.ErrorIs(t, err, ErrCodec)
	_, err = describe([]byte("<html>"))
	require.ErrorIs(t, err, errDescription)
}

func FuzzDescribe(f *testing.F) {
	f.Add([]byte(description + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets=Z01ADNkBQZ+fARAAAAMAEAAAAwMg8UKkgA==,aOvAhLI=\r\na=control:trackID=2\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		track, err := describe(data)
		if err != nil {
			return
		}
		require.Equal(t, camera.H264, track.Codec)
		require.Less(t, track.PayloadType, uint8(128))
		require.Less(t, len(track.SPS)+len(track.PPS), len(data))
	})
}

func TestAStreamsAddressStandsBehindTheBase(t *testing.T) {
	for _, c := range []struct{ base, control, want string }{
		{"rtsp://c/live/", "trackID=1", "rtsp://c/live/trackID=1"},
		{"rtsp://c/live", "trackID=1", "rtsp://c/live/trackID=1"},
		{"rtsp://c/live?u=1", "trackID=1", "rtsp://c/live?u=1/trackID=1"},
		{"rtsp://c/live", "rtsp://c:554/live/1", "rtsp://c:554/live/1"},
		{"rtsp://c/live", "/other", "rtsp://c/other"},
		{"rtsp://c/live", "*", "rtsp://c/live"},
		{"rtsp://c/live", "", "rtsp://c/live"},
	} {
		require.Equal(t, c.want, resolve(c.base, c.control))
	}
}
