package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTenFaultsAreAllReported(t *testing.T) {
	const file = "testdata/bad/ten.yaml"
	_, err := Load(file)
	faults, ok := errors.AsType[Faults](err)
	require.True(t, ok, "Load returns Faults")

	type place struct {
		path string
		line int
	}
	var got []place
	for _, f := range faults {
		assert.Equal(t, file, f.File)
		assert.NotEmpty(t, f.Message)
		assert.Positive(t, f.Column)
		got = append(got, place{f.Path, f.Line})
	}
	assert.Equal(t, []place{
		{"hub.http.lisen", 3},
		{"hub.stop_within", 4},
		{"schools[0].id", 6},
		{"schools[0].zone", 8},
		{"schools[0].callback", 9},
		{"schools[0].places[1].id", 12},
		{"schools[0].devices[0].place", 14},
		{"schools[0].devices[1].id", 15},
		{"schools[0].devices[1].secret_file", 15},
		{"webhooks[0].url", 17},
	}, got)
}

// Every file and folder of testdata/bad has a .want beside it: what Load says
// of it, with the path below testdata/bad.
func TestBadConfigurationsSayWhatIsWrong(t *testing.T) {
	entries, err := os.ReadDir("testdata/bad")
	require.NoError(t, err)
	var tried int
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".want" {
			continue
		}
		tried++
		t.Run(e.Name(), func(t *testing.T) {
			path := filepath.Join("testdata/bad", e.Name())
			want, err := os.ReadFile(strings.TrimSuffix(path, ".yaml") + ".want")
			require.NoError(t, err)
			c, err := Load(path)
			assert.Nil(t, c)
			got := strings.ReplaceAll(err.Error(), "testdata/bad/", "")
			assert.Equal(t, string(want), got+"\n")
		})
	}
	assert.Greater(t, tried, 5)
}

func TestGoodConfigurationsLoad(t *testing.T) {
	entries, err := os.ReadDir("testdata/good")
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	for _, e := range entries {
		_, err := Load(filepath.Join("testdata/good", e.Name()))
		assert.NoError(t, err, e.Name())
	}
}

func TestFileThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "campus.yaml")
	_, err := Load(path)
	assert.Equal(t, Faults{{File: path, Message: "no such file or directory"}}, err)
}

func TestFolderWithoutConfiguration(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(dir)
	require.ErrorContains(t, err, dir+": holds no *.yaml")
}

func TestFileThatIsTooLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "campus.yaml")
	require.NoError(t, os.WriteFile(path, make([]byte, maxFile+1), 0o600))
	_, err := Load(path)
	require.ErrorContains(t, err, "is longer than 8388608 bytes")
}
