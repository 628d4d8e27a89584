package office_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

func TestASchoolsSheetIsRead(t *testing.T) {
	got, err := office.ReadParents("ziwei", strings.NewReader("\ufeff姓名,班级,电话,邮箱,语言\n"+
		"某,三2,139 0000 0001,,\n某,三2,,Parent@Example.org,EN\n某,三2,+8613900000001,,\n"))
	require.NoError(t, err)
	assert.Equal(t, []people.Parent{
		{School: "ziwei", Channel: alerting.ChannelSMS, Address: "+8613900000001", Language: "zh"},
		{School: "ziwei", Channel: alerting.ChannelMail, Address: "parent@example.org", Language: "en"},
	}, got, "no name, no class, and nobody twice")
}

func TestEveryBadRowIsReportedAndNoneIsTaken(t *testing.T) {
	got, err := office.ReadParents("ziwei", strings.NewReader("phone,mail,language\n"+
		"13900000001,,zh\n12,,\n,somebody,\n13900000002,,fr\n,,\n"))
	assert.Empty(t, got)
	var faults office.RowFaults
	require.ErrorAs(t, err, &faults)
	lines := []int{}
	for _, f := range faults {
		lines = append(lines, f.Line)
	}
	assert.Equal(t, []int{3, 4, 5, 6}, lines)
	assert.NotContains(t, err.Error(), "somebody", "an address is nobody else's business")
	for _, bad := range []string{"", "name\nx\n", "phone,phone\n1,2\n", "phone\n"} {
		_, err := office.ReadParents("ziwei", strings.NewReader(bad))
		require.Error(t, err, bad)
	}
}

func FuzzReadParents(f *testing.F) {
	f.Add("phone,mail\n13900000001,a@b.org\n")
	f.Add("电话\n\"1\n")
	f.Fuzz(func(t *testing.T, sheet string) {
		got, err := office.ReadParents("ziwei", strings.NewReader(sheet))
		require.NotEqual(t, err == nil, len(got) == 0)
	})
}

func TestAPostingIsFrozenAndGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s := open(t, path)
	list := []people.Parent{
		{Channel: alerting.ChannelSMS, Address: "+1", Language: "zh"}, {Channel: alerting.ChannelSMS, Address: "+2", Language: "en"},
		{Channel: alerting.ChannelMail, Address: "a@b", Language: "zh"},
	}
	require.NoError(t, s.ReplaceParents(t.Context(), "ziwei", list))
	start := time.UnixMilli(time.Now().UnixMilli()).UTC()
	opened, err := s.OpenPostings(t.Context(), "n-1", "ziwei", nil, start)
	require.NoError(t, err)
	require.Len(t, opened, 2)
	texts := opened[1]
	assert.Equal(t, 2, texts.Total)
	require.NoError(t, s.ReplaceParents(t.Context(), "ziwei", list[:1]))

	texts.Progress, err = texts.Add(1, 0, start.Add(time.Second))
	require.NoError(t, err)
	require.NoError(t, s.Settle(t.Context(), texts, []release.Recipient{{Channel: alerting.ChannelSMS, Address: "+1"}}))
	require.NoError(t, s.Close())

	s = open(t, path)
	again, err := s.OpenPostings(t.Context(), "n-1", "ziwei", nil, start.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, texts, again[1], "as it was")
	left, err := s.Left(t.Context(), again[1])
	require.NoError(t, err)
	assert.Equal(t, []notice.Addressee{{Address: "+2", Language: "en"}}, left)
	n, err := s.CountParents(t.Context(), "ziwei")
	require.NoError(t, err)
	assert.Equal(t, map[alerting.Channel]int{alerting.ChannelSMS: 1}, n)

	again[1].Done = start.Add(time.Minute)
	require.NoError(t, s.Settle(t.Context(), again[1], nil))
	left, err = s.Left(t.Context(), again[1])
	require.NoError(t, err)
	assert.Empty(t, left, "no address stays once it is done")
}
