package api

import "example.org/campushub/alerting"

// Stamp says who did something, and when.
type Stamp struct {
	By   string `json:"by"`
	Role string `json:"role"`
	At   string `json:"at" format:"date-time"`
}

// Dispatch is one stage of the police's force.
type Dispatch struct {
	Stage string `json:"stage" enum:"sent,left"`
	By    string `json:"by"`
	At    string `json:"at" format:"date-time"`
}

// Arrival says that a party is on site.
type Arrival struct {
	Party  string `json:"party" enum:"school,mutual-aid,police,fire-service,ambulance"`
	At     string `json:"at" format:"date-time"`
	By     string `json:"by"`
	OnPost bool   `json:"on_post" doc:"Was there already: counts as arrived at 0 s."`
}

// Call is the stamp of a telephone call.
type Call struct {
	To      string `json:"to" enum:"110,119,120,122,school,guardian,guards,staff,district"`
	At      string `json:"at" format:"date-time"`
	By      string `json:"by"`
	Role    string `json:"role"`
	Reached bool   `json:"reached"`
}

func viewDispatch(d alerting.Dispatch) Dispatch {
	return Dispatch{Stage: string(d.Stage), By: d.By, At: stamp(d.At)}
}

func viewArrival(a alerting.Arrival) Arrival {
	return Arrival{Party: string(a.Party), At: stamp(a.At), By: a.By, OnPost: a.OnPost}
}

func viewCall(c alerting.Call) Call {
	return Call{To: string(c.To), At: stamp(c.At), By: c.By, Role: string(c.Role), Reached: c.Reached}
}

// Referral says who had an audience told.
type Referral struct {
	Audience string `json:"audience" enum:"police,school,guards,staff,district"`
	By       string `json:"by"`
	Role     string `json:"role"`
	At       string `json:"at" format:"date-time"`
}

func viewReferral(r alerting.Referred) Referral {
	return Referral{Audience: string(r.Audience), By: r.By, Role: string(r.Role), At: stamp(r.At)}
}
