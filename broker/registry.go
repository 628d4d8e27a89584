package broker

import (
	"slices"
	"sync"
	"time"
)

// registry knows the live connections: by client id, by user, and, where
// they have subscribed, by topic.
//
// A route outlives its sessions by nothing: it goes when the last one goes.
type registry struct {
	hub         Hub
	connections int // allowed for one identity

	mu      sync.RWMutex // guards what is below; never held while the hub is called
	clients map[string]*session
	users   map[string]*user
	routes  map[string][]*session // live subscriptions by topic, oldest first; slices are never changed in place
}

// user is one identity that has connections.
type user struct {
	// telling orders what the hub is told of this identity: Up and Down
	// alternate although several connections begin and end at once. Send
	// never takes it, so that the hub may send from within Up.
	telling  sync.Mutex
	up       bool       // guarded by telling
	sessions []*session // oldest first; guarded by registry.mu
}

func newRegistry(hub Hub, connections int) *registry {
	return &registry{
		hub: hub, connections: connections,
		clients: make(map[string]*session),
		users:   make(map[string]*user),
		routes:  make(map[string][]*session),
	}
}

// claim takes s in, unless its client id is in use by another identity. A
// connection of the same identity and client id is replaced: s.replaces.
// Where the identity has too many connections, the oldest is returned too.
func (r *registry) claim(s *session) (surplus *session, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	present := r.clients[s.clientID]
	if present != nil && present.principal.User != s.principal.User {
		return nil, false
	}
	s.replaces = present
	r.clients[s.clientID] = s
	u := r.users[s.principal.User]
	if u == nil {
		u = &user{}
		r.users[s.principal.User] = u
	}
	if len(u.sessions) >= r.connections && present == nil {
		surplus = u.sessions[0]
	}
	u.sessions = append(u.sessions, s)
	return surplus, true
}

// subscribed makes s a live subscription of its own topic.
func (r *registry) subscribed(s *session, at time.Time) {
	r.tell(s, at, func(topic string) bool {
		if s.isEnded() {
			return false
		}
		live := without(r.routes[topic], s)
		r.routes[topic] = append(live, s)
		return true
	})
}

// unsubscribed ends the live subscription of s, if it has one.
func (r *registry) unsubscribed(s *session, at time.Time) {
	r.tell(s, at, func(topic string) bool {
		r.drop(topic, s)
		return false
	})
}

// release forgets a connection that has ended or has been replaced.
func (r *registry) release(s *session, at time.Time) {
	s.end()
	r.unsubscribed(s, at)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clients[s.clientID] == s {
		delete(r.clients, s.clientID)
	}
	u := r.users[s.principal.User]
	if u == nil {
		return
	}
	if u.sessions = without(u.sessions, s); len(u.sessions) == 0 {
		delete(r.users, s.principal.User)
	}
}

// tell changes the routes and tells the hub what that means for the
// identity. change runs under r.mu and reports whether it added a
// subscription.
func (r *registry) tell(s *session, at time.Time, change func(topic string) bool) {
	topic := s.principal.Topic()
	r.mu.RLock()
	u := r.users[s.principal.User]
	r.mu.RUnlock()
	if u == nil {
		return // released before: nothing is subscribed any more
	}
	u.telling.Lock()
	defer u.telling.Unlock()
	r.mu.Lock()
	added := change(topic)
	live := len(r.routes[topic]) > 0
	r.mu.Unlock()
	if u.up && (added || !live) {
		u.up = false
		r.hub.Down(s.principal, at)
	}
	if added {
		u.up = true
		r.hub.Up(s.principal, at)
	}
}

// drop takes s out of the live subscriptions. r.mu is held.
func (r *registry) drop(topic string, s *session) {
	if live := without(r.routes[topic], s); len(live) > 0 {
		r.routes[topic] = live
	} else {
		delete(r.routes, topic)
	}
}

// live returns the live subscriptions of topic. The slice is not to be changed.
func (r *registry) live(topic string) []*session {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.routes[topic]
}

// of returns the connections of a user.
func (r *registry) of(name string) []*session {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if u := r.users[name]; u != nil {
		return slices.Clone(u.sessions)
	}
	return nil
}

// without returns a new slice that has all of list but s.
func without(list []*session, s *session) []*session {
	kept := make([]*session, 0, len(list)+1)
	for _, other := range list {
		if other != s {
			kept = append(kept, other)
		}
	}
	return kept
}
