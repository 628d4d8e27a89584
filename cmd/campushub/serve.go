package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/hub"
)

type serveCmd struct {
	Config string `required:"" help:"The configuration: a YAML file, or a folder of them." placeholder:"campus.yaml"`
	Level  string `default:"info" help:"How much to log: debug, info, warn or error." enum:"debug,info,warn,error"`
}

// Run serves until it is told to stop. SIGHUP reloads the configuration; a bad
// one changes nothing.
func (c serveCmd) Run(ctx context.Context, stderr logTo) error {
	log := stderr.logger(c.Level)
	settle(log)
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		log.Warn("configuration falls short", "component", "hub", "of", w.String())
	}
	h, err := hub.New(ctx, cfg, log, version)
	if err != nil {
		return err
	}
	log.Info("ready", "component", "hub", "name", h.Name(), "console", h.Console(), "mqtt", h.MQTT())
	stop := reloadOnHangup(h, c.Config)
	defer stop()
	return h.Run(ctx)
}

// reloadOnHangup reloads at every SIGHUP until stop is called.
func reloadOnHangup(h *hub.Hub, path string) (stop func()) {
	hangup := make(chan os.Signal, 1) // one more waits; further ones mean the same
	signal.Notify(hangup, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-hangup:
				h.ReloadFile(path)
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(hangup); close(done) }
}
