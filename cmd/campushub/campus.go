package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

// drive runs the virtual devices until ctx ends, and does what every line that is
// typed asks for.
func drive(ctx context.Context, in io.Reader, out io.Writer, hub string, c *provision.Campus, rounds []campus.Patrol, log *slog.Logger) error {
	hours, err := provision.OpenHours()
	if err != nil {
		return err
	}
	day := virtual(hub, c, log)
	day.Hours, day.Open, day.Seed, day.Patrols = hours.Of, hours.School, uint64(time.Now().Unix()), rounds
	school, err := campus.New(day)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return school.Run(ctx) })
	lines := typed(in)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return g.Wait()
			}
			obey(school, out, strings.TrimSpace(line))
		case <-ctx.Done():
			return g.Wait()
		}
	}
}

// obey presses a button, or has people do something at the gate.
func obey(school *campus.Campus, out io.Writer, line string) {
	becomes, ok := deeds[campus.Deed(line)]
	if !ok {
		press(school, out, line)
		return
	}
	if err := school.Do(provision.Walked, campus.Deed(line)); err != nil {
		fmt.Fprintln(out, "  "+err.Error())
		return
	}
	fmt.Fprintln(out, "  "+provision.Walked+": "+becomes)
}

// deeds are what people can do at the gate, and what becomes of it.
var deeds = map[campus.Deed]string{
	campus.Rush:  "for two minutes more come in than its width takes; G7 tells of a crowd before the second is over (and G2 of a gate that is held open, outside of its hours)",
	campus.Fill:  "the place before it fills up; G8 tells after one minute that it is nearly full, G8-full after two and a half that it is, and both are over after five",
	campus.Blind: "the counter of the place before it sees nothing for four minutes; G8-blind tells after two and a half that it is to be mended",
	campus.Late:  "nobody opens it for its next hours on a school day, 07:40 and 15:30, until eight minutes after they began; G13 tells as they begin",
}

// press presses one button; b-1 where none is named.
func press(school *campus.Campus, out io.Writer, button string) {
	if button == "" {
		button = "b-1"
	}
	if err := school.Press(button); err != nil {
		fmt.Fprintln(out, "  "+err.Error())
		return
	}
	fmt.Fprintln(out, "  "+button+" pressed")
}

// typed gives the lines of in; the channel is closed at its end. Its goroutine
// ends with in: a read of a terminal cannot be called back.
func typed(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

// virtual lists the devices that the demonstration drives: all but the extra
// buttons, which are for a stranger's client.
func virtual(hub string, c *provision.Campus, log *slog.Logger) campus.Config {
	cfg := campus.Config{Hub: hub, Log: log}
	for _, d := range c.Devices {
		if d.Extra {
			continue
		}
		cfg.Devices = append(cfg.Devices, campus.DeviceCredential{
			Address: devices.Address{School: d.School, Device: d.ID}, Kind: d.Kind,
			Username: d.Username, Password: d.Password, Power: d.Power, Post: d.Place, Gate: d.Gate,
		})
	}
	for _, t := range c.Terminals {
		cfg.Terminals = append(cfg.Terminals, campus.TerminalCredential{
			Audience: string(t.Audience), ID: t.ID, Username: t.Username, Password: t.Password,
		})
	}
	return cfg
}
