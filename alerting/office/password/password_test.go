package password

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cheap keeps the tests quick; the cost is not what they test.
var cheap = Params{MemoryKiB: 64, Passes: 1, Parallelism: 1}

func checker(t *testing.T, concurrent, waiting int) *Checker {
	t.Helper()
	c, err := NewChecker(cheap, concurrent, waiting)
	require.NoError(t, err)
	return c
}

func TestAPasswordOpensItsOwnHashOnly(t *testing.T) {
	stored, err := Hash("正确的密码", cheap)
	require.NoError(t, err)
	again, err := Hash("正确的密码", cheap)
	require.NoError(t, err)
	assert.NotEqual(t, stored, again, "every hash has its own salt")
	assert.True(t, strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$"))

	c := checker(t, 1, 0)
	assert.NoError(t, c.Check(t.Context(), stored, "正确的密码"))
	assert.ErrorIs(t, c.Check(t.Context(), stored, "错误的密码"), ErrWrong)
	assert.ErrorIs(t, c.Check(t.Context(), "", "正确的密码"), ErrWrong, "an unknown account")
	assert.ErrorIs(t, c.Check(t.Context(), "", "nobody has this one"), ErrWrong, "the stand-in opens for nobody")
	assert.ErrorIs(t, c.Check(t.Context(), "plain text", "plain text"), ErrMalformed)
}

// The reference is the argon2 command of the reference implementation:
// echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1.
func TestAHashOfAnotherProgramIsUnderstood(t *testing.T) {
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	c := checker(t, 1, 0)
	assert.NoError(t, c.Check(t.Context(), reference, "password"))
	assert.ErrorIs(t, c.Check(t.Context(), reference, "Password"), ErrWrong)
}

func TestMalformedHashesAreRefused(t *testing.T) {
	for _, s := range []string{
		"", "x", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=4000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=1,p=1x$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$",
		"$argon2id$v=19$m=64,t=1,p=1$$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
	} {
		assert.False(t, Valid(s), "%q", s)
	}
}

func TestTooManyChecksAreRefusedAndAWaitingOneHeedsItsContext(t *testing.T) {
	c := checker(t, 1, 1)
	c.slots <- struct{}{} // one is running
	c.waiting.Add(1)

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Check(ctx, "", "x") }()
	for c.waiting.Load() < 2 {
		runtime.Gosched() // until the other one stands in line
	}
	assert.ErrorIs(t, c.Check(t.Context(), "", "x"), ErrBusy)
	cancel()
	err := <-done
	assert.ErrorIs(t, err, ErrBusy)
	assert.ErrorIs(t, err, context.Canceled)

	<-c.slots
	c.waiting.Add(-1)
	assert.ErrorIs(t, c.Check(t.Context(), "", "x"), ErrWrong, "free again")
}

func FuzzParse(f *testing.F) {
	stored, err := Hash("seed", cheap)
	require.NoError(f, err)
	f.Add(stored)
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=1,t=1,p=255$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parse(s)
		if err != nil {
			return
		}
		require.Equal(t, s, h.String())
		require.LessOrEqual(t, h.MemoryKiB, uint32(maxMemoryKiB))
		require.LessOrEqual(t, h.Passes, uint32(maxPasses))
	})
}
