package reach_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

var message = deliver.Message{Recipient: "desk", Audience: alerting.Police, School: alerting.Place{ID: "ziwei"}}

func known() (people.Contact, people.Gateway) {
	return people.Contact{
			Name: "desk", Audience: alerting.Police, Schools: []string{"lanhua", "ziwei"},
			Paths: []people.Path{
				{Channel: alerting.ChannelMail, Gateway: "mail"},
				{Channel: alerting.ChannelSMS, Address: "+8613900000001", Gateway: "sms"},
				{Channel: alerting.ChannelSMS, Address: "+8613900000002", Gateway: "other"},
			},
		}, people.Gateway{
			Name: "sms", Channel: alerting.ChannelSMS,
		}
}

func find(c people.Contact, g people.Gateway) (reach.Route, error) {
	return reach.Book{
		Contact: func(name string) (people.Contact, bool) { return c, name == c.Name },
		Gateway: func(name string) (people.Gateway, bool) { return g, name == g.Name },
	}.Find(message, alerting.ChannelSMS)
}

func TestTheFirstPathOfTheChannelIsTaken(t *testing.T) {
	c, g := known()
	route, err := find(c, g)
	require.NoError(t, err)
	assert.Equal(t, reach.Route{Contact: c, Gateway: g, Path: c.Paths[1]}, route)
}

func TestWhoeverIsNoLongerToldIsNotFound(t *testing.T) {
	for name, change := range map[string]func(*people.Contact, *people.Gateway){
		"removed":                    func(c *people.Contact, _ *people.Gateway) { c.Name = "another" },
		"of another audience":        func(c *people.Contact, _ *people.Gateway) { c.Audience = alerting.School },
		"of another school":          func(c *people.Contact, _ *people.Gateway) { c.Schools = []string{"lanhua"} },
		"without a path":             func(c *people.Contact, _ *people.Gateway) { c.Paths = c.Paths[:1] },
		"without a gateway":          func(_ *people.Contact, g *people.Gateway) { g.Name = "another" },
		"gateway of another channel": func(_ *people.Contact, g *people.Gateway) { g.Channel = alerting.ChannelVoice },
	} {
		c, g := known()
		change(&c, &g)
		_, err := find(c, g)
		require.Error(t, err, name)
		assert.True(t, deliver.IsPermanent(err), name)
		assert.NotContains(t, err.Error(), "139", "an address is nobody else's business")
	}
}
