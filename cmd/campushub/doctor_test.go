package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
)

func TestDoctorsExitCodeSaysWhetherAnythingIsBad(t *testing.T) {
	c, err := provision.Demo(t.TempDir(), provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	call := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), append([]string{"doctor", "--config", c.Config}, args...), strings.NewReader(""), &out, &out)
		return code, out.String()
	}
	code, said := call()
	assert.Zero(t, code, said)
	code, said = call("--json")
	assert.Zero(t, code)
	var found []struct{ Level, About string }
	require.NoError(t, json.Unmarshal([]byte(said), &found))
	assert.Greater(t, len(found), 5)

	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(c.Config), "journal.db"), []byte("no database"), 0o600))
	code, said = call()
	assert.Equal(t, 1, code, said)
	assert.Contains(t, said, "bad   journal: ")
}
