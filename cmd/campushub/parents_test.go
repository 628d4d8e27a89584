package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
)

func TestParentsAreImportedWholeOrNotAtAll(t *testing.T) {
	c, err := provision.Demo(t.TempDir(), provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	sheet := filepath.Join(t.TempDir(), "parents.csv")
	try := func(school, rows string) (int, string) {
		require.NoError(t, os.WriteFile(sheet, []byte(rows), 0o600))
		var out bytes.Buffer
		code := run(t.Context(), []string{"parents", "import", "--config", c.Config, "--school", school, sheet}, strings.NewReader(""), &out, &out)
		return code, out.String()
	}
	code, said := try(c.School, "电话\n13900000001\n13900000002\n")
	assert.Zero(t, code, said)
	assert.Contains(t, said, "2 ways to parents of "+c.School)
	code, said = try(c.School, "电话\n13900000001\n12\nx\n")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "line 3: phone")
	assert.Contains(t, said, "line 4: phone")
	code, _ = try("nowhere", "电话\n13900000001\n")
	assert.Equal(t, 1, code)
}
