package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

// What the commands print of a journal is text that people read: one press is
// one, times are the school's own and say their offset, and a chain is whole or
// broken.
func TestRecordsAreToldInWords(t *testing.T) {
	dir := t.TempDir()
	h := startDemo(t, dir, "--quiet", "--extra-buttons", "1")
	out, err := publish(t, h.handout, "311", "x-1", "campus/ziwei-primary/x-1/alarm", `{"id":"`+uuid.NewString()+`","kind":"fire"}`)
	require.NoError(t, err, out)
	id := h.signIn(t, "liaison").incidents(t)[0].ID
	h.kill()
	config := filepath.Join(dir, "campus.yaml")
	says := func(args ...string) string {
		code, out, errs := command(t, args...)
		require.Zero(t, code, errs)
		return out
	}
	const at = `20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+08:00`

	assert.Regexp(t, `(?m)^`+at+` +ziwei-primary .* fire +critical +live +open +1 +`+id+`$`, says("incident", "list", "--config", config))
	shown := says("incident", "show", "--config", config, id)
	assert.Regexp(t, `fire critical live +open +1 press +`+at, shown)
	assert.Regexp(t, `(?m)^\d\d:\d\d:\d\d\.\d{3} \+08:00 +x-1 +opened +按键报警$`, shown)
	assert.Regexp(t, `20\d\d-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d +ziwei-primary`, says("incident", "list", "--dir", dir), "by this machine's clock, and it says so")

	assert.Regexp(t, `(?m)^ziwei-primary: whole, \d+ events?$`, says("verify", "--dir", dir))
	assert.Contains(t, says("verify", "--dir", dir, "--json"), `"BrokenAt": 0`)
	spoil(t, filepath.Join(dir, "journal.db"))
	code, out, _ := command(t, "verify", "--config", config)
	assert.Equal(t, 1, code)
	assert.Regexp(t, `(?m)^ziwei-primary: broken at event \d+: .+; \d+ events? before it hold`, out)
	assert.NotContains(t, out, "{")
}

// spoil changes what was said in the first stored event.
func spoil(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "UPDATE events SET payload = CAST('{}' AS BLOB) WHERE seq = (SELECT min(seq) FROM events)")
	require.NoError(t, err)
}

func TestCountsAreWords(t *testing.T) {
	_, out, _ := command(t, "check", "--config", "../internal/config/testdata/good/minimal.yaml")
	assert.True(t, strings.HasSuffix(out, "minimal.yaml is good: 1 school, 0 devices, 1 terminal, 0 accounts\n"), out)
	assert.Contains(t, out, "warning: ")
	assert.Contains(t, out, "told over lan alone")
	code, out, _ := command(t, "check", "--config", "../internal/config/testdata/bad/nothing.yaml")
	assert.Equal(t, 1, code)
	assert.True(t, strings.HasSuffix(out, "\n1 fault\n"), out)
}
