package endpoints

import "fmt"

// Scenario says what is broken for everybody.
type Scenario struct {
	Name   string
	States map[string]State // by channel; whatever is missing is well
}

// Of is the state of a channel.
func (s Scenario) Of(channel string) State {
	if state, ok := s.States[channel]; ok {
		return state
	}
	return Well
}

// Scenarios are all well, each channel broken in turn, and all but one broken.
func Scenarios() []Scenario {
	all := []Scenario{{Name: "nothing"}}
	for _, c := range Channels() {
		for _, s := range Broken() {
			all = append(all, Scenario{fmt.Sprintf("%s %s", c, s), map[string]State{c: s}})
		}
	}
	for _, alive := range Channels() {
		for _, s := range Broken() {
			all = append(all, allBut(alive, s))
		}
	}
	return all
}

func allBut(alive string, s State) Scenario {
	states := map[string]State{}
	for _, c := range Channels() {
		if c != alive {
			states[c] = s
		}
	}
	return Scenario{fmt.Sprintf("all but the %s %s", alive, s), states}
}

// Pairs are all dead but for two receivers of a kind, of which one hangs.
func Pairs() (all []Scenario) {
	for _, c := range receivers() {
		s := Scenario{fmt.Sprintf("one of two %ss hanging, all else dead", c), map[string]State{}}
		for _, other := range append(Channels(), seconds()...) {
			s.States[other] = Dead
		}
		s.States[c], s.States[Second(c)] = Hanging, Well
		all = append(all, s)
	}
	return all
}
