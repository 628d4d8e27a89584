package alerting

import "slices"

// MaxLinks bounds the links of one incident; further ones are refused.
const MaxLinks = 100

// decideLink lets two incidents of a school be shown together. Each side gets
// an event of its own, and nothing of them is merged. A side that has the link
// already gets none, so that a repeat completes what a crash cut in half.
func decideLink(cur *Incident, in Input, e Event) ([]Event, error) {
	other, err := otherOf(cur, in)
	if err != nil {
		return nil, err
	}
	if cur.Confidential != other.Confidential {
		return nil, refuse(ErrConflict, "a confidential incident is linked to no open one: the link would show it")
	}
	e.Type, e.Text = EventLinked, ""
	return bothSides(cur, other, e, func(a, b *Incident) (bool, error) {
		if slices.Contains(a.Links, b.ID) {
			return false, nil
		}
		if len(a.Links) >= MaxLinks {
			return false, refuse(ErrConflict, "incident %s has %d links already", a.ID, MaxLinks)
		}
		return true, nil
	})
}

// decideUnlink takes them apart, at any time. It also says that two incidents
// which are shown together for their time alone do not belong together.
func decideUnlink(cur *Incident, in Input, e Event) ([]Event, error) {
	other, err := otherOf(cur, in)
	if err != nil {
		return nil, err
	}
	e.Type, e.Text = EventUnlinked, ""
	return bothSides(cur, other, e, func(a, b *Incident) (bool, error) {
		return slices.Contains(a.Links, b.ID) || !slices.Contains(a.Unlinked, b.ID), nil
	})
}

func otherOf(cur *Incident, in Input) (*Incident, error) {
	switch {
	case in.Command.Other == "":
		return nil, refuse(ErrInvalid, "incident: say which one")
	case in.Command.Other == cur.ID:
		return nil, refuse(ErrInvalid, "incident: it is the same one")
	case in.Other == nil || in.Other.ID != in.Command.Other:
		return nil, refuse(ErrNotFound, "incident %s", in.Command.Other)
	case in.Other.School != cur.School:
		return nil, refuse(ErrInvalid, "incident: it is another school's")
	}
	return in.Other, nil
}

// bothSides makes the event for each side that wants one. A side that has seen
// the command's id before, as that of another command, is not said to have been
// changed by it again.
func bothSides(cur, other *Incident, e Event, wants func(a, b *Incident) (bool, error)) ([]Event, error) {
	var out []Event
	for _, side := range [][2]*Incident{{cur, other}, {other, cur}} {
		ok, err := wants(side[0], side[1])
		if err != nil {
			return nil, err
		}
		if ok {
			own := e
			own.Incident, own.Other = side[0].ID, side[1].ID
			if slices.Contains(side[0].Commands, e.Command) {
				own.Command = ""
			}
			out = append(out, own)
		}
	}
	return out, nil
}
