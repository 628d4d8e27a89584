package provision

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDemoJSON(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "demo.json")
	c := &Campus{
		School:    "ziwei-primary",
		Accounts:  []Account{{Name: "liaison", Role: "liaison", Schools: []string{"ziwei-primary"}, Password: "one", named: true}},
		Devices:   []Device{{School: "ziwei-primary", ID: "b-1", Kind: "button", Username: "ziwei-primary/b-1", Password: "two", Place: "north-gate"}},
		Terminals: []Terminal{{Audience: "police", ID: "desk-1", Topic: "alert/police/desk-1", Username: "police/desk-1", Password: "three"}},
	}
	require.NoError(t, c.Write(path, "http://127.0.0.1:8080", "tcp://127.0.0.1:1883"))

	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"console": "http://127.0.0.1:8080", "mqtt": "tcp://127.0.0.1:1883", "school": "ziwei-primary",
		"accounts": [{"name": "liaison", "role": "liaison", "schools": ["ziwei-primary"], "password": "one"}],
		"devices": [{"school": "ziwei-primary", "id": "b-1", "kind": "button", "username": "ziwei-primary/b-1", "password": "two"}],
		"terminals": [{"audience": "police", "id": "desk-1", "topic": "alert/police/desk-1", "username": "police/desk-1", "password": "three"}]
	}`, string(data))

	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	assertAlone(t, dir, "demo.json")
}

func TestOldDemoJSONGoesFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.json")
	require.NoError(t, Remove(path), "there was none")
	require.NoError(t, os.WriteFile(path, []byte("old and longer than what follows"), 0o644))
	require.NoError(t, Remove(path))
	assert.NoFileExists(t, path)
}

func TestDemoJSONReplacesAnotherWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "demo.json")
	require.NoError(t, os.WriteFile(path, make([]byte, 100_000), 0o644))
	c := demo(t, t.TempDir(), options(0))
	require.NoError(t, c.Write(path, "http://a", "tcp://b"))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, json.Valid(data))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), "not the old file's")
}

func TestDemoJSONThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "demo.json")
	require.NoError(t, os.Mkdir(path, 0o700))
	err := (&Campus{}).Write(path, "http://a", "tcp://b")
	require.ErrorContains(t, err, "write "+path)
	assertAlone(t, dir, "demo.json")
}

func assertAlone(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "no half-written file is left")
	assert.Equal(t, name, entries[0].Name())
}
