package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// frames writes server-sent events, each flushed and under a deadline of its
// own.
type frames struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	deadline time.Duration
	metrics  *metrics
}

func newFrames(w http.ResponseWriter, deadline time.Duration, m *metrics) *frames {
	return &frames{w: w, control: http.NewResponseController(w), deadline: deadline, metrics: m}
}

// begin sends the headers. The server's own read and write timeouts are for
// short requests and end here.
func (f *frames) begin() error {
	h := f.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would collect frames otherwise
	if err := f.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	return f.write([]byte("retry: 1000\n\n"))
}

// event writes one frame; id < 0 writes none.
func (f *frames) event(name string, id int64, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.Grow(len(body) + 64)
	if id >= 0 {
		b.WriteString("id: ")
		b.WriteString(strconv.FormatInt(id, 10))
		b.WriteByte('\n')
	}
	b.WriteString("event: ")
	b.WriteString(name)
	b.WriteString("\ndata: ")
	b.Write(body)
	b.WriteString("\n\n")
	f.metrics.frames.WithLabelValues(name).Inc()
	return f.write(b.Bytes())
}

// comment keeps the connection alive and lets its reader notice silence.
func (f *frames) comment(text string) error { return f.write([]byte(": " + text + "\n\n")) }

func (f *frames) write(b []byte) error {
	if err := f.control.SetWriteDeadline(time.Now().Add(f.deadline)); err != nil {
		return err
	}
	if _, err := f.w.Write(b); err != nil {
		return err
	}
	return f.control.Flush()
}
