package main

import (
	"io"
	"log/slog"
)

// logTo is where a command's log goes.
type logTo struct{ io.Writer }

// typing is what a person types while a command runs.
type typing struct{ io.Reader }

// logger writes text for people; debug adds what a developer wants to see.
func (l logTo) logger(name string) *slog.Logger {
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(name)) // the command line allows the four names alone
	return slog.New(slog.NewTextHandler(l.Writer, &slog.HandlerOptions{Level: level}))
}
