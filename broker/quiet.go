package broker

import (
	"context"
	"log/slog"
)

// quiet passes the MQTT library's log on at the debug level, without the
// packets that it likes to attach: a CONNECT has the password in it.
type quiet struct{ to slog.Handler }

func (q quiet) Enabled(ctx context.Context, _ slog.Level) bool {
	return q.to.Enabled(ctx, slog.LevelDebug)
}

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	plain := slog.NewRecord(r.Time, slog.LevelDebug, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if _, isError := a.Value.Any().(error); isError || a.Value.Kind() != slog.KindAny {
			plain.AddAttrs(a)
		}
		return true
	})
	return q.to.Handle(ctx, plain)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.to.WithAttrs(attrs)} }
func (q quiet) WithGroup(name string) slog.Handler       { return quiet{q.to.WithGroup(name)} }
