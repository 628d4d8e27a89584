package delivertest

import (
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// Another is the recipient beside the message's.
const Another = "another recipient"

// Book knows the recipient of a message by one gateway and Another by the other,
// both at one address. Whatever the other gateway is called, here it has a name of
// its own.
func Book(m deliver.Message, address string, one, another people.Gateway) reach.Book {
	another.Name = "the gateway of " + Another
	by := map[string]people.Gateway{m.Recipient: one, Another: another}
	return reach.Book{
		Contact: func(name string) (people.Contact, bool) {
			g, ok := by[name]
			return people.Contact{
				Name: name, Audience: m.Audience, Schools: []string{m.School.ID},
				Paths: []people.Path{{Channel: g.Channel, Gateway: g.Name, Address: address}},
			}, ok
		},
		Gateway: func(name string) (people.Gateway, bool) {
			for _, g := range by {
				if g.Name == name {
					return g, true
				}
			}
			return people.Gateway{}, false
		},
	}
}
