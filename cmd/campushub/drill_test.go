package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADrillOnTheCommandLine(t *testing.T) {
	p := startDemo(t, t.TempDir(), "--quiet")
	campushub := func(args ...string) (string, int) {
		var out, fault bytes.Buffer
		code := run(t.Context(), append([]string{"drill"}, args...), strings.NewReader(""), &out, &fault)
		return out.String() + fault.String(), code
	}
	said, code := campushub("start", "--dir", p.dir, "--school", p.School, "--button", "b-1")
	require.Zero(t, code, said)
	id, phase, _ := strings.Cut(strings.TrimSpace(said), " ")
	assert.Equal(t, "running", phase)

	said, code = campushub("report", "--dir", p.dir, id)
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "is running")
	said, code = campushub("start", "--dir", p.dir, "--school", p.School)
	assert.Equal(t, 1, code)
	assert.Equal(t, "campushub: the hub refused: drill "+id+" runs at school "+p.School+"\n", said)
	_, code = campushub("start", "--dir", p.dir, "--account", "guard", id)
	assert.Equal(t, 1, code)
	_, code = campushub("list")
	assert.Equal(t, 1, code, "which hub?")

	officer := p.signIn(t, "officer")
	require.Equal(t, http.StatusOK, officer.call(t, http.MethodPost, "/api/v1/drills/"+id+"/stop", `{"reason":"all out"}`, nil))
	said, code = campushub("list", "--dir", p.dir, "--account", "liaison")
	require.Zero(t, code, said)
	assert.Regexp(t, p.School+` +fire +stopped +not-graded +`+id, said)
	said, code = campushub("report", "--dir", p.dir, "--english", id)
	require.Zero(t, code, said)
	assert.Contains(t, said, "Grade: not graded")
}
