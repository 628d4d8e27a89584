package office_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/alerting/subscribe"
)

func TestASubscriptionSurvivesARestartAndLeavesNothingBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s := open(t, path)
	now := time.Now().UTC().Truncate(time.Millisecond)
	c := subscribe.DrawCode("ziwei", "officer-1", now)
	require.NoError(t, s.IssueSubscriptionCode(t.Context(), c))
	who, err := s.Subscribe(t.Context(), subscribe.Wish{School: "ziwei", Number: "+8613900000001", Language: "zh"}, now)
	require.NoError(t, err)
	kept := subscribe.TokenHash{1}
	require.NoError(t, s.StartSession(t.Context(), kept, who.ID, now.Add(time.Hour)))
	require.NoError(t, s.Close())

	s = open(t, path)
	code, ok, err := s.SubscriptionCode(t.Context(), "ziwei")
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, c, code)
	again, until, ok, err := s.Session(t.Context(), kept, now)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, who, again)
	assert.Equal(t, now.Add(time.Hour), until)
	_, _, ok, err = s.Session(t.Context(), kept, now.Add(time.Hour))
	require.NoError(t, err)
	assert.False(t, ok, "ended")

	require.NoError(t, s.Unsubscribe(t.Context(), who.ID, "", now))
	require.NoError(t, s.Unsubscribe(t.Context(), who.ID, "", now), "twice is no error")
	_, _, ok, err = s.Session(t.Context(), kept, now)
	require.NoError(t, err)
	assert.False(t, ok)
	n, err := s.CountSubscribers(t.Context(), "ziwei")
	require.NoError(t, err)
	assert.Zero(t, n)
	_, err = s.Subscribe(t.Context(), subscribe.Wish{Number: "+8613900000001", Language: "zh"}, now)
	require.ErrorIs(t, err, alerting.ErrNotFound, "without a school nobody begins")
}

func TestNoMoreSubscribeThanANoticeCanGoTo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	list := make([]people.Parent, release.MaxRecipients)
	for k := range list {
		list[k] = people.Parent{Channel: alerting.ChannelSMS, Address: fmt.Sprintf("+1%09d", k), Language: "zh"}
	}
	require.NoError(t, s.ReplaceParents(t.Context(), "ziwei", list))
	w := subscribe.Wish{School: "ziwei", Number: "+8613900000001", Language: "zh"}
	_, err := s.Subscribe(t.Context(), w, time.Now())
	require.ErrorIs(t, err, alerting.ErrConflict)
	_, found, err := s.Subscriber(t.Context(), w.Number)
	require.NoError(t, err)
	assert.False(t, found, "nothing of it is kept")
	require.NoError(t, s.ReplaceParents(t.Context(), "ziwei", list[1:]))
	_, err = s.Subscribe(t.Context(), w, time.Now())
	require.NoError(t, err)
	require.ErrorIs(t, s.ReplaceParents(t.Context(), "ziwei", list), alerting.ErrConflict, "nor does a list push the number over it")
}

func TestARestoreSignsParentsOutToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s := open(t, path)
	now := time.Now()
	who, err := s.Subscribe(t.Context(), subscribe.Wish{School: "ziwei", Number: "+8613900000001", Language: "zh"}, now)
	require.NoError(t, err)
	require.NoError(t, s.StartSession(t.Context(), subscribe.TokenHash{1}, who.ID, now.Add(time.Hour)))
	require.NoError(t, s.Close())
	n, err := office.EndSessions(t.Context(), path)
	require.NoError(t, err)
	assert.Equal(t, int64(1), n)
}
