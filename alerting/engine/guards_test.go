package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

func TestALostButtonIsToldAtItsPlaceAndElsewhereWhereNobodyStands(t *testing.T) {
	gate := alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}
	for name, c := range map[string]struct {
		place string
		want  []string
	}{
		"somebody stands there": {"north-gate", []string{"post-1"}},
		"somebody elsewhere":    {"south-gate", []string{"post-1", "post-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				d := directory()
				of := []string{school}
				d = people.New(people.Lists{Schools: d.Schools(), Devices: d.Devices(), Terminals: []people.Terminal{
					{Audience: alerting.Guards, ID: "post-1", Schools: of}, {Audience: alerting.Guards, ID: "post-2", Schools: of},
				}})
				r := startFor(t, journal.Config{Path: path}, d, func(e *engine.Engine) {
					e.FollowGuards(func(at, place string, now time.Time) []policy.Named {
						assert.Equal(t, school, at)
						assert.Equal(t, time.Now(), now)
						if place != c.place {
							return nil
						}
						return []policy.Named{{Duty: people.DutyRostered, Contact: "mqtt/post-1"}}
					})
				})
				defer r.stop()
				lost := engine.Condition{School: school, Kind: "button-lost", Object: "b-1", Place: gate}
				require.NoError(t, r.Found(lost))
				time.Sleep(time.Second)
				assert.ElementsMatch(t, c.want, r.recipients())
				lost.Facts = []string{alerting.FactLasting}
				require.NoError(t, r.Found(lost))
				time.Sleep(10 * time.Minute)
				assert.Subset(t, c.want, r.recipients(), "graver, it stays with those")
				i := r.Unresolved()
				require.Len(t, i, 1)
				assert.Equal(t, alerting.High, i[0].Severity)
			})
		})
	}
}
