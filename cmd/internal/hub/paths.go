package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/board"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/broker"
	"example.org/campushub/dashboards/api"
)

// newPaths connects the path check; the checker is nil where it is off.
func (h *Hub) newPaths() error {
	cfg := h.cfg.Hub.PathCheck
	if cfg.Off {
		return nil
	}
	device, err := newPathDevice(h.broker, h.cfg.Hub.MQTT)
	if err != nil {
		return err
	}
	h.pathDevice = device
	h.paths = pathcheck.New(pathcheck.Config{Every: cfg.Every, Outside: cfg.Outside}, pathcheck.Deps{
		People: h.people, Press: device, Store: h.office, On: connections{h.broker, h.lanes.board},
		Raise:  func(school string) bool { return h.engine.RaiseFault(school, "path-check", alerting.PathCheckDevice) },
		Uplink: uplink{h.engine}, Open: h.inhabited, Limits: h.wayLost,
		Outside: outside(cfg.Outside), Log: h.log, Metrics: h.registry,
	})
	h.engine.FollowPaths(watched{h.paths, h.trials})
	return nil
}

// wayLost is from when a school's way to the police counts as lost.
func (h *Hub) wayLost(school string) pathcheck.Limits {
	l := policy.Of(h.people()).Lost(school)
	return pathcheck.Limits{Lost: l.Uplink, Lasting: l.UplinkLasting}
}

// checkedPaths is the checker as the API sees it; nil where it is off.
func (h *Hub) checkedPaths() api.Paths {
	if h.paths == nil {
		return nil
	}
	return h.paths
}

// connections says who is connected now.
type connections struct {
	broker *broker.Broker
	board  *board.Board
}

// Terminal reports whether a terminal has a live subscription.
func (c connections) Terminal(user string) bool { return c.broker.Connected("alert/" + user) }

// Console reports whether an account has a page open.
func (c connections) Console(account string) bool { return c.board.Connected(account) }

// outside asks for the head of an address; any answer of the right server
// proves that the school reaches the world. nil where there is none.
func outside(address string) func(ctx context.Context) error {
	if address == "" {
		return nil
	}
	client := &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, MaxResponseHeaderBytes: maxHead},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, http.NoBody)
		if err != nil {
			return fmt.Errorf("look at %s: %w", address, err)
		}
		res, err := client.Do(req)
		if errors.Is(err, context.DeadlineExceeded) {
			return errors.New("no answer in time")
		}
		if err != nil {
			return fmt.Errorf("look outside: %w", err)
		}
		return res.Body.Close()
	}
}

// uplinkObject is what an incident names as its own that is about the way to the
// police, and not about the devices of a school.
const uplinkObject = "path"

// uplink has the engine raise and end what the path check found.
type uplink struct{ engine *engine.Engine }

// Lost never blocks.
func (u uplink) Lost(school string, since time.Time, lasting bool) error {
	c := uplinkOf(school)
	c.Since = since
	if lasting {
		c.Facts = []string{alerting.FactLasting}
	}
	return u.engine.Found(c)
}

// Back never blocks.
func (u uplink) Back(school string) error { return u.engine.Ended(uplinkOf(school)) }

func uplinkOf(school string) engine.Condition {
	return engine.Condition{School: school, Kind: "uplink-lost", Object: uplinkObject}
}
