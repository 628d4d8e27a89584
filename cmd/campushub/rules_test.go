package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const recordings = "../../alerting/rules/testdata/recordings/"

func TestRulesAreTestedOnRecordings(t *testing.T) {
	code, out, errs := command(t, "rules", "test", recordings+"g1-fires.yaml", recordings+"g1-quiet.yaml")
	assert.Zero(t, code, errs)
	assert.Contains(t, out, "2026-09-01 22:10:30 g-1 G1 raised")
	assert.Contains(t, out, "nothing is raised")
	assert.Equal(t, 2, strings.Count(out, "as expected"))
}

// changed writes a recording that says something else.
func changed(t *testing.T, from, to string) string {
	t.Helper()
	data, err := os.ReadFile(recordings + "g1-fires.yaml")
	require.NoError(t, err)
	require.Contains(t, string(data), from)
	file := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(data), from, to)), 0o600))
	return file
}

func TestAWrongExpectationFails(t *testing.T) {
	code, out, _ := command(t, "rules", "test", changed(t, "22:10:30 g-1", "22:10:31 g-1"))
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "MISSING    2026-09-01 22:10:31 g-1 G1 raised")
	assert.Contains(t, out, "UNEXPECTED 2026-09-01 22:10:30 g-1 G1 raised")
}

func TestAHostileRecordingEndsAndIsReported(t *testing.T) {
	list := "[" + strings.TrimSuffix(strings.Repeat("0,", 2000), ",") + "]"
	loop := strings.ReplaceAll("L.all(a, L.all(b, L.all(c, a + b + c == 0)))", "L", list)
	rule := "level: primary\n  rules: [{id: evil, title: {zh: 恶意, en: hostile}, kind: hazard, when: '" + loop + "'}]"
	code, out, _ := command(t, "rules", "test", changed(t, "level: primary", rule))
	assert.Equal(t, 1, code, "nobody expected it")
	assert.Contains(t, out, "evil broken  hostile (hazard): costs more than a rule may: stopped at 5000")
	assert.Contains(t, out, "2026-09-01 22:10:30 g-1 G1 raised", "the others go on")
}

func TestABadRecordingSaysWhere(t *testing.T) {
	file := changed(t, "+5m g-1", "soon g-1")
	code, out, _ := command(t, "rules", "test", file)
	assert.Equal(t, 1, code)
	assert.Contains(t, out, file+":8:1: readings: want a date and a time")

	code, _, errs := command(t, "rules", "test", filepath.Join(t.TempDir(), "none.yaml"))
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "no such file")
}

func TestTheBuiltInRulesAreListed(t *testing.T) {
	code, out, _ := command(t, "rules", "list")
	assert.Zero(t, code)
	assert.Contains(t, out, "G16")
}
