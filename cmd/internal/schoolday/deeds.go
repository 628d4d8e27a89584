package schoolday

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/scenario"
)

// act does what the scenario has somebody do.
func (p *people) act(ctx context.Context, d scenario.Deed) error {
	switch d.What {
	case scenario.BringsRoster:
		return p.bringRoster(ctx, time.Now())
	case scenario.CallsRoll:
		return p.callRoll(ctx)
	case scenario.BeginsDrill:
		return p.beginDrill(ctx, d.Device)
	case scenario.EndsDrill:
		return p.endDrill(ctx, d.Device)
	case scenario.SignsFor:
		id, err := p.incident(ctx, d.Device)
		if err != nil {
			return err
		}
		return p.post(ctx, alerting.RoleLiaison, "/api/v1/incidents/"+id+"/acknowledge", map[string]any{}, nil)
	case scenario.Closes:
		return p.closeFor(ctx, d.Device)
	case scenario.TellsParents:
		return p.tellParents(ctx, d.Device, time.Now())
	}
	return errors.New("nobody knows how that is done")
}

// bringRoster has the officer bring the demonstration's own sheet, for today
// and the days beside it.
func (p *people) bringRoster(ctx context.Context, now time.Time) error {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return err
	}
	today := calendar.On(now, zone)
	days := calendar.Span{From: today.Add(-1), To: today.Add(1)}
	q := url.Values{"from": {days.From.String()}, "to": {days.To.String()}}
	var got struct{ Taken bool }
	err = p.send(ctx, alerting.RoleOfficer, "/api/v1/roster?"+q.Encode(), "application/octet-stream", []byte(provision.Roster(days)), &got)
	if err == nil && !got.Taken {
		err = errors.New("the sheet was not taken")
	}
	return err
}

// callRoll has the officer ask those who are at the posts as soon as somebody is.
func (p *people) callRoll(ctx context.Context) (err error) {
	id := map[string]any{"id": uuid.NewString()}
	return errors.Join(until(ctx, "the roll is called", func() bool {
		err = p.post(ctx, alerting.RoleOfficer, "/api/v1/roll-calls", id, nil)
		return err == nil
	}), err)
}

// station is the desk of the police.
const station = "desk-1"

// drillParts are everybody that can take part.
func drillParts() []string {
	return []string{"unit", "mutual-aid", "evacuation", "head-count", "police"}
}

// beginDrill files a drill with the station, which accepts it, and starts it.
func (p *people) beginDrill(ctx context.Context, button string) error {
	var d struct{ ID string }
	school := p.hub.campus.School
	err := p.post(ctx, alerting.RoleOfficer, "/api/v1/drills", map[string]any{
		"kind": "fire", "for_s": 600, "schools": []any{map[string]any{"id": school, "storeys": 4}},
		"windows": []any{map[string]any{"school": school, "device": button}}, "parts": drillParts(), "filed": []string{station},
	}, &d)
	if err != nil {
		return err
	}
	p.drills[button] = d.ID
	if err := p.post(ctx, alerting.RoleLiaison, "/api/v1/drills/"+d.ID+"/accept", map[string]any{"station": station}, nil); err != nil {
		return err
	}
	return p.post(ctx, alerting.RoleOfficer, "/api/v1/drills/"+d.ID+"/start", map[string]any{}, nil)
}

// endDrill stamps every part when the button was pressed, counts everybody and
// lets the school go back: then there is a report.
func (p *people) endDrill(ctx context.Context, button string) error {
	path := "/api/v1/drills/" + p.drills[button]
	err := until(ctx, "the drill's button was pressed", func() bool {
		var d struct{ Windows []struct{ Press string } }
		return p.get(ctx, alerting.RoleOfficer, path, &d) == nil && len(d.Windows) == 1 && d.Windows[0].Press != ""
	})
	if err != nil {
		return err
	}
	for _, part := range drillParts() {
		verb, body := "/arrive", map[string]any{"part": part}
		if part == "head-count" {
			verb, body = "/count", map[string]any{"expected": 78, "missing": 0}
		}
		if err := p.post(ctx, alerting.RoleOfficer, path+verb, body, nil); err != nil {
			return err
		}
	}
	if err := p.post(ctx, alerting.RoleOfficer, path+"/stop", map[string]any{"reason": "everybody is counted"}, nil); err != nil {
		return err
	}
	return p.post(ctx, alerting.RoleOfficer, path+"/return", map[string]any{}, nil)
}

// incident waits for what a button has raised.
func (p *people) incident(ctx context.Context, button string) (id string, err error) {
	err = until(ctx, "the press is on the board", func() bool {
		var all struct {
			Incidents []struct {
				ID, Device string
				Mode       devices.Mode
			}
		}
		if p.get(ctx, alerting.RoleLiaison, "/api/v1/incidents?limit=100", &all) != nil {
			return false
		}
		for _, i := range all.Incidents {
			if i.Device == button && i.Mode == devices.Live {
				id = i.ID
			}
		}
		return id != ""
	})
	return id, err
}

// closeFor has the liaison close what a button has raised, which nobody had
// looked at on a page: the deliveries to the pages come to nothing.
func (p *people) closeFor(ctx context.Context, button string) error {
	id, err := p.incident(ctx, button)
	if err != nil {
		return err
	}
	reset := map[string]any{"reason": "looked after"}
	if err := p.post(ctx, alerting.RoleLiaison, "/api/v1/incidents/"+id+"/reset", reset, nil); err != nil {
		return err
	}
	closed := map[string]any{"reason": "looked after", "outcome": alerting.OutcomeAccidental}
	return p.post(ctx, alerting.RoleLiaison, "/api/v1/incidents/"+id+"/resolve", closed, nil)
}

// tellParents releases the holding text and waits until it was handed to all.
func (p *people) tellParents(ctx context.Context, button string, now time.Time) error {
	id, err := p.incident(ctx, button)
	if err != nil {
		return err
	}
	path := "/api/v1/incidents/" + id + "/release"
	var said struct {
		Release struct{ Draft struct{ Hash string } }
	}
	err = p.post(ctx, alerting.RoleOfficer, path, map[string]any{"step": "draft", "text": "PAR-01", "next": now.Add(30 * time.Minute).UTC()}, &said)
	if err != nil {
		return err
	}
	err = p.post(ctx, alerting.RoleOfficer, path, map[string]any{"step": "release", "hash": said.Release.Draft.Hash}, nil)
	if err != nil {
		return err
	}
	return until(ctx, "every letter is handed", func() bool {
		var gate struct {
			Sent []struct{ Figures []struct{ Handed int } }
		}
		err := p.get(ctx, alerting.RoleOfficer, path, &gate)
		return err == nil && len(gate.Sent) == 1 && len(gate.Sent[0].Figures) == 1 && gate.Sent[0].Figures[0].Handed == letters
	})
}
