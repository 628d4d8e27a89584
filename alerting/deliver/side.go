package deliver

import "maps"

// side is one far side of a lane. Its queue's lock guards it.
type side struct {
	name    string
	waiting int            // messages that wait for one of its workers
	under   int            // messages under way
	each    map[string]int // of these, by recipient
}

// side finds a far side; those that have nothing to carry are forgotten for a new
// one.
func (q *queue) side(name string) *side {
	s, ok := q.sides[name]
	if !ok {
		maps.DeleteFunc(q.sides, func(_ string, o *side) bool { return o.waiting == 0 && o.under == 0 })
		s = &side{name: name, each: map[string]int{}}
		q.sides[name] = s
	}
	return s
}

// takes reports whether a message to a recipient may begin. The last worker is for
// whoever has none, so that no recipient who hangs holds up another.
func (s *side) takes(recipient string, workers int) bool {
	return s.under < workers || s.under == workers && s.each[recipient] == 0
}

func (s *side) begin(recipient string) {
	s.under++
	s.each[recipient]++
}

func (s *side) end(recipient string) {
	s.under--
	if s.each[recipient]--; s.each[recipient] == 0 {
		delete(s.each, recipient)
	}
}
