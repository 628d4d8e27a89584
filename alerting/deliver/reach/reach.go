// Package reach finds how a contact is reached over a channel, at every send
// anew: whoever has been revoked, or has lost the path, is told nothing.
//
// It starts no goroutine, keeps nothing, and never decides who is told.
package reach

import (
	"fmt"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
)

// Book looks contacts and gateways up by name, as they are now.
type Book struct {
	Contact func(name string) (people.Contact, bool)
	Gateway func(name string) (people.Gateway, bool)
}

// Route is how one message reaches its contact.
type Route struct {
	Contact people.Contact
	Path    people.Path
	Gateway people.Gateway
}

// Find gives the first path over the channel of the contact that the message
// is for. Its error is permanent: nobody is asked about whoever is no longer
// told.
func (b Book) Find(m deliver.Message, c alerting.Channel) (Route, error) {
	contact, ok := b.Contact(m.Recipient)
	if !ok || contact.Audience != m.Audience || !slices.Contains(contact.Schools, m.School.ID) {
		return Route{}, deliver.Permanent(fmt.Errorf("contact %s: no longer told of this school's incidents", m.Recipient))
	}
	path, ok := PathOf(contact, c)
	if !ok {
		return Route{}, deliver.Permanent(fmt.Errorf("contact %s: no path over %s any more", contact.Name, c))
	}
	gateway, ok := b.Gateway(path.Gateway)
	if !ok || gateway.Channel != c {
		return Route{}, deliver.Permanent(fmt.Errorf("contact %s: there is no %s gateway %q any more", contact.Name, c, path.Gateway))
	}
	return Route{Contact: contact, Path: path, Gateway: gateway}, nil
}

// FarSide names the gateway that carries the message over a channel now; "" where
// nobody is reached any more.
func (b Book) FarSide(m deliver.Message, c alerting.Channel) string {
	r, _ := b.Find(m, c)
	return r.Gateway.Name
}

// PathOf is a contact's first path over a channel.
func PathOf(contact people.Contact, c alerting.Channel) (people.Path, bool) {
	i := slices.IndexFunc(contact.Paths, func(p people.Path) bool { return p.Channel == c })
	if i < 0 {
		return people.Path{}, false
	}
	return contact.Paths[i], true
}
