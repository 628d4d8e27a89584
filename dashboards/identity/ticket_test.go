package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The memory of what was used is bounded; what is forgotten first has ended, else
// ends first.
func TestUsedTicketsAreForgottenInOrder(t *testing.T) {
	all, now := newTickets(), time.Now()
	first, _ := all.begin("/", now)
	assert.True(t, all.take(first, now))
	for range mostUsed {
		k, _ := all.begin("/", now.Add(time.Minute))
		assert.True(t, all.take(k, now))
		assert.False(t, all.take(k, now))
	}
	assert.Len(t, all.used, mostUsed)
	assert.NotContains(t, all.used, first.State)
	k, _ := all.begin("/", now.Add(time.Hour))
	assert.True(t, all.take(k, now.Add(time.Hour)))
	assert.Len(t, all.used, 1, "the others have ended")
}

// A page's address that no cookie holds is not kept.
func TestALongAddressIsNotKept(t *testing.T) {
	all, now := newTickets(), time.Now()
	for next, want := range map[string]string{"/incidents?page=2": "/incidents?page=2", "/" + string(make([]byte, longestNext)): "/"} {
		_, held := all.begin(next, now)
		k, ok := all.read(held, now)
		assert.True(t, ok)
		assert.Equal(t, want, k.Next)
	}
}
