package duty_test

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // zones with summer time

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

func node(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	return doc.Content[0]
}

func setup(t testing.TB, text string) duty.Setup {
	t.Helper()
	s, faults := duty.ReadSetup(node(t, text), "")
	require.Empty(t, faults)
	s.School = "ziwei-primary"
	return s
}

func days(t testing.TB, text string) *calendar.Calendar {
	t.Helper()
	s, faults := calendar.ReadSchool(node(t, text), "")
	require.Empty(t, faults)
	c, faults := calendar.Build(nil, s)
	require.Empty(t, faults)
	return c
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	require.NoError(t, err)
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// posts is a list of posts of the sorts, each called by its sort.
func posts(kinds ...string) string {
	out := "posts:\n"
	for _, k := range kinds {
		out += fmt.Sprintf("  - {id: %s, kind: %s, place: %s, name: {zh: 岗, en: post}}\n", k, k, k)
	}
	return out
}

// told writes shifts as "post window 07:20-08:35 gate 07:40".
func told(shifts []duty.Shift, z *time.Location) []string {
	out := []string{}
	for _, s := range shifts {
		line := fmt.Sprintf("%s %s %s-%s %s", s.PostID, s.Window, s.From.In(z).Format("15:04"), s.To.In(z).Format("15:04"), s.Critical.In(z).Format("15:04:05"))
		if s.OnCall {
			line += " on call"
		}
		out = append(out, line)
	}
	return out
}
