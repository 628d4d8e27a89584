package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
	"example.org/campushub/cmd/internal/config"
)

func (r userRig) token(args ...string) (code int, said string) {
	r.t.Helper()
	var out bytes.Buffer
	args = append([]string{"token", args[0], "--config", r.config}, args[1:]...)
	code = run(r.t.Context(), args, strings.NewReader(""), &out, &out)
	return code, out.String()
}

func (r userRig) tokens() (all []listedToken) {
	r.t.Helper()
	code, said := r.token("list", "--json")
	require.Zero(r.t, code, said)
	require.NoError(r.t, json.Unmarshal([]byte(said), &all))
	return all
}

var aTokenText = regexp.MustCompile(`(?m)^token \(shown once\): (chub_[0-9a-f]{64})$`)

func TestATokenIsAddedListedAndRevoked(t *testing.T) {
	r := startUsers(t)
	assert.Empty(t, r.tokens(), "a hub that never ran has none")
	school := r.listed("liaison").Schools[0]
	code, said := r.token("add", "gate-system", "--role", "officer", "--school", school, "--scope", "incidents:read", "--scope", "duty:read", "--days", "30", "--reason", "门禁对接", "--by", "wang")
	require.Zero(t, code, said)
	assert.Contains(t, said, "gate-system may incidents:read, duty:read at "+school+" as officer until ")
	text := aTokenText.FindStringSubmatch(said)
	require.Len(t, text, 2, said)

	all := r.tokens()
	require.Len(t, all, 1)
	assert.Equal(t, []string{"incidents:read", "duty:read"}, all[0].Scopes)
	assert.Equal(t, people.TokenActive, all[0].State)
	assert.Equal(t, "wang", all[0].By)
	assert.Nil(t, all[0].Used)
	assert.WithinDuration(t, time.Now().AddDate(0, 0, 30), all[0].Until, time.Minute)
	_, said = r.token("list")
	assert.Regexp(t, `(?m)^gate-system +officer +\S+ +incidents:read duty:read +active +\S.* never +wang$`, said)
	assert.NotContains(t, said, text[1])

	code, said = r.token("revoke", "gate-system", "--reason", "停用", "--by", "wang")
	require.Zero(t, code, said)
	assert.Equal(t, people.TokenRevoked, r.tokens()[0].State)
	code, said = r.token("revoke", "gate-system", "--reason", "停用")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "revoked already")

	var got []string
	for _, c := range r.changes() {
		got = append(got, c.Account+" "+string(c.Did)+" "+c.By+" "+c.Why)
	}
	assert.Equal(t, []string{"program:gate-system token-revoked wang 停用", "program:gate-system token-made wang 门禁对接"}, got)
	assert.Equal(t, []string{school}, r.changes()[1].Grant.Schools)
}

func TestWhatIsWrongWithATokenIsSaidAndNothingIsMade(t *testing.T) {
	r := startUsers(t)
	school := r.listed("liaison").Schools[0]
	add := func(name, role, school, scope string, more ...string) []string {
		return append([]string{"add", name, "--role", role, "--school", school, "--scope", scope, "--reason", "x"}, more...)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a name":          {add("Gate", "officer", school, "duty:read"), "A name is 1 to 40 of"},
		"a role":          {add("gate", "parent", school, "duty:read"), "want liaison, officer, guard, admin"},
		"a school":        {add("gate", "officer", school+"x", "duty:read"), `There is no school "` + school + `x"`},
		"a scope":         {add("gate", "officer", school, "duty:close"), `no scope "duty:close": want incidents:read`},
		"another's scope": {add("gate", "liaison", school, "incidents:raise"), `The role liaison has no scope "incidents:raise"`},
		"too long":        {add("gate", "officer", school, "duty:read", "--days", "367"), "1 to 366 days"},
		"not at all":      {add("gate", "officer", school, "duty:read", "--days", "0"), "1 to 366 days"},
		"none to revoke":  {[]string{"revoke", "gate", "--reason", "x"}, `there is no token "gate"`},
		"an empty reason": {[]string{"add", "gate", "--role", "officer", "--school", school, "--scope", "duty:read", "--reason", " "}, "Say why"},
	} {
		code, said := r.token(c.args...)
		assert.Equal(t, 1, code, "%s: %s", name, said)
		assert.Contains(t, said, c.want, name)
		assert.NotContains(t, said, people.TokenPrefix, name)
	}
	assert.Empty(t, r.tokens())
	assert.Empty(t, r.changes())

	cfg, err := config.Load(r.config)
	require.NoError(t, err)
	require.Empty(t, r.changes())
	breakChain(t, officePath(cfg))
	code, said := r.token(add("gate", "officer", school, "duty:read")...)
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "nothing was changed")
	assert.NotContains(t, said, people.TokenPrefix, "a token that is not kept is not shown")
	assert.Empty(t, r.tokens())
}
