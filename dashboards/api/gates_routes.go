package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// RuleMute is a gate rule that is muted, or was.
type RuleMute struct {
	ID       string  `json:"id"`
	School   string  `json:"school"`
	Device   string  `json:"device" doc:"The gate; empty: every gate of the school."`
	Rule     string  `json:"rule"`
	By       string  `json:"by" doc:"The account."`
	Reason   string  `json:"reason"`
	From     string  `json:"from" format:"date-time"`
	Until    string  `json:"until" format:"date-time"`
	Holds    bool    `json:"holds" doc:"Whether it holds now."`
	LiftedAt *string `json:"lifted_at" doc:"When somebody ended it before its time; null where nobody did."`
	LiftedBy string  `json:"lifted_by"`
}

type muteInput struct {
	Body struct {
		ID      string `json:"id" format:"uuid" doc:"The same id again is the same mute."`
		School  string `json:"school,omitempty" maxLength:"63" doc:"Needed only by whoever has several."`
		Device  string `json:"device,omitempty" maxLength:"63" doc:"One gate; every gate of the school without it."`
		Rule    string `json:"rule" minLength:"1" maxLength:"32"`
		Minutes int    `json:"minutes" minimum:"1" maximum:"480"`
		Reason  string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

type muteOutput struct{ Body RuleMute }

type liftInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body *struct {
		School string `json:"school,omitempty" maxLength:"63" doc:"Needed only by whoever has several."`
	}
}

type mutesInput struct {
	School string `query:"school" maxLength:"63" doc:"Needed only by whoever has several."`
}

// GateRule is a rule of a school's gates.
type GateRule struct {
	ID     string        `json:"id"`
	Title  alerting.Text `json:"title"`
	Of     []string      `json:"of" nullable:"false" doc:"The types of gate that it looks at."`
	Always bool          `json:"always" doc:"Nobody may turn it off or mute it."`
}

type mutesOutput struct {
	Body struct {
		Now   string     `json:"now"`
		Rules []GateRule `json:"rules" nullable:"false"`
		Mutes []RuleMute `json:"mutes" nullable:"false" doc:"The latest first, at most 100; those that have ended too."`
	}
}

// GateStand is how a gate stood when it was last heard of.
type GateStand struct {
	Device string         `json:"device"`
	Place  alerting.Place `json:"place"`
	Leaf   string         `json:"leaf" enum:",door,barrier" doc:"What of it is open or shut; empty where it has neither, or was never heard of."`
	Open   *bool          `json:"open" doc:"Of a barrier: it is up. Null without a leaf."`
	Since  *string        `json:"since" doc:"When it was opened or shut, or first heard of."`
	Said   *string        `json:"said" doc:"When it measured what it last said; null where it never said anything."`
}

type gatesOutput struct {
	Body struct {
		Now   string      `json:"now" format:"date-time"`
		Gates []GateStand `json:"gates" nullable:"false" doc:"Whether one is lost stands in /api/v1/devices."`
	}
}

func (s *Server) mountGates(h huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Security: signedIn(), MaxBodyBytes: jsonBody,
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403, 404}, errors...),
		}
	}
	stands := op("list-gates", http.MethodGet, "/api/v1/gates", "How the gates of a school stand", 422)
	stands.Security = open(ScopeReadDevices)
	huma.Register(h, stands, s.listGates)
	huma.Register(h, op("list-rule-mutes", http.MethodGet, "/api/v1/gates/mutes", "The rules of a school's gates, and who muted which of them, until when and why", 422, 503), s.listMutes)
	mute := op("mute-gate-rule", http.MethodPost, "/api/v1/gates/mutes", "Mute a rule of one gate, or of a school's gates, for a time", 409, 422, 503)
	mute.Description = "For officers. A muted rule raises nothing new; what it has raised stays, and is over when its sensors say so. It ends by itself. " +
		"Rules that no school may turn off cannot be muted (409), and nothing of a button can."
	huma.Register(h, mute, s.muteRule)
	huma.Register(h, op("lift-rule-mute", http.MethodPost, "/api/v1/gates/mutes/{id}/lift", "End a mute before its time", 422, 503), s.liftMute)
}

func (s *Server) listGates(ctx context.Context, in *mutesInput) (*gatesOutput, error) {
	a := accountOf(ctx)
	school, err := s.service.gatesOf(a, in.School)
	if err != nil {
		return nil, s.rosterProblem(err)
	}
	stands, err := s.service.GateStands(a, school)
	if err != nil {
		return nil, s.rosterProblem(err)
	}
	out := &gatesOutput{}
	out.Body.Now, out.Body.Gates = stamp(time.Now()), []GateStand{}
	for _, d := range s.people().DevicesOf(school) {
		if d.Kind == devices.KindGate {
			stand, heard := stands[d.Address.Device]
			out.Body.Gates = append(out.Body.Gates, gateStandOf(d, stand, heard))
		}
	}
	return out, nil
}

func gateStandOf(d people.Device, s rules.Stand, heard bool) GateStand {
	out := GateStand{Device: d.Address.Device, Place: d.Place}
	if !heard {
		return out
	}
	out.Leaf, out.Since, out.Said = string(s.Leaf), stampOrNil(s.Since), stampOrNil(s.Said)
	if s.Leaf != "" {
		out.Open = &s.Open
	}
	return out
}

func (s *Server) listMutes(ctx context.Context, in *mutesInput) (*mutesOutput, error) {
	now, a := time.Now(), accountOf(ctx)
	all, err := s.service.GateRules(a, in.School)
	if err != nil {
		return nil, s.rosterProblem(err)
	}
	mutes, err := s.service.Mutes(ctx, a, in.School)
	if err != nil {
		return nil, s.rosterProblem(err)
	}
	held, err := s.service.Held(a, in.School, now)
	if err != nil {
		return nil, s.rosterProblem(err)
	}
	out := &mutesOutput{}
	out.Body.Now, out.Body.Rules = stamp(now), mapped(all, gateRuleOf)
	out.Body.Mutes = mapped(mutes, func(m rules.Mute) RuleMute { return ruleMuteOf(m, held) })
	return out, nil
}

func (s *Server) muteRule(ctx context.Context, in *muteInput) (*muteOutput, error) {
	b := in.Body
	m, err := s.service.Mute(ctx, accountOf(ctx), rules.Mute{ID: b.ID, School: b.School, Device: b.Device, Rule: b.Rule, Reason: b.Reason},
		time.Duration(b.Minutes)*time.Minute, time.Now())
	if err != nil {
		return nil, s.rosterProblem(err)
	}
	return &muteOutput{ruleMuteOf(m, []rules.Mute{m})}, nil
}

func (s *Server) liftMute(ctx context.Context, in *liftInput) (*struct{}, error) {
	school := ""
	if in.Body != nil {
		school = in.Body.School
	}
	return nil, s.rosterProblem(s.service.Lift(ctx, accountOf(ctx), school, in.ID, time.Now()))
}

func gateRuleOf(r *rules.Rule) GateRule {
	return GateRule{ID: r.ID, Title: r.Title, Of: mapped(r.Of, func(t rules.GateType) string { return string(t) }), Always: r.Always}
}

func ruleMuteOf(m rules.Mute, held []rules.Mute) RuleMute {
	return RuleMute{
		ID: m.ID, School: m.School, Device: m.Device, Rule: m.Rule, By: m.By, Reason: m.Reason, From: stamp(m.From), Until: stamp(m.Until),
		Holds:    slices.ContainsFunc(held, func(o rules.Mute) bool { return o.ID == m.ID }),
		LiftedAt: stampOrNil(m.Lifted), LiftedBy: m.LiftedBy,
	}
}
