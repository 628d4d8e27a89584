package main

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// take takes the bundle of an incident's evidence into a file.
func (s session) take(t *testing.T, id string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/api/v1/incidents/"+id+"/evidence", strings.NewReader(`{"reason":"案件移交"}`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "evidence.zip")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

// forged is a bundle with other words in every file.
func forged(t *testing.T, path, old, words string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer z.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		part, err := w.Create(f.Name)
		require.NoError(t, err)
		_, err = part.Write(bytes.ReplaceAll(b, []byte(old), []byte(words)))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	to := filepath.Join(t.TempDir(), "forged.zip")
	require.NoError(t, os.WriteFile(to, out.Bytes(), 0o600))
	return to
}

// A stranger checks a bundle alone; whoever has the journal also learns that
// this very bundle was taken from it, after a kill -9, too.
func TestABundleOfEvidenceIsChecked(t *testing.T) {
	dir := t.TempDir()
	h := startDemo(t, dir, "--quiet", "--extra-buttons", "1")
	out, err := publish(t, h.handout, "311", "x-1", "campus/ziwei-primary/x-1/alarm", `{"id":"`+uuid.NewString()+`","kind":"fire"}`)
	require.NoError(t, err, out)
	liaison := h.signIn(t, "liaison")
	id := liaison.incidents(t)[0].ID
	require.Equal(t, http.StatusOK, liaison.call(t, http.MethodPost, "/api/v1/incidents/"+id+"/note", `{"text":"Smoke from the kitchen"}`, nil))
	bundle := liaison.take(t, id)
	h.kill()

	code, said, errs := command(t, "incident", "verify", bundle)
	require.Zero(t, code, "%s%s", said, errs)
	assert.Contains(t, said, "incident "+id+" of ziwei-primary, taken ")
	assert.Contains(t, said, "for: 案件移交")
	assert.Regexp(t, `(?m)^4 files, \d+ events of the audit chain, 0 without their content, 0 withheld$`, said)
	assert.Regexp(t, `(?m)^the bundle holds; not held against a journal; SHA-256 of its manifest [0-9a-f]{64}$`, said)
	code, said, _ = command(t, "incident", "verify", bundle, "--dir", dir)
	require.Zero(t, code, said)
	assert.Regexp(t, `the bundle holds; the journal noted at 20\S+Z that it was taken`, said)

	for words, want := range map[[2]string]string{
		{"Smoke from the kitchen", "Smoke from the cellar"}: "fault: audit.json: was changed",
		{"案件移交", "家访"}:                                      "fault: the journal does not know that it was taken",
	} {
		code, said, _ = command(t, "incident", "verify", forged(t, bundle, words[0], words[1]), "--config", filepath.Join(dir, "campus.yaml"))
		assert.Equal(t, 1, code)
		assert.Contains(t, said, want)
		assert.Contains(t, said, "the bundle does NOT hold")
	}
	code, _, errs = command(t, "incident", "verify", filepath.Join(dir, "campus.yaml"))
	assert.NotZero(t, code)
	assert.Contains(t, errs, "open bundle")
}
