package config

import (
	"strings"

	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/people"
)

// request reads what an SMS or voice gateway is sent.
func (r *reader) request(o, gateway object) people.Request {
	if o.fields == nil {
		return people.Request{}
	}
	out := people.Request{
		Method:   o.text("method", "POST").s,
		Form:     word(o, "form", []people.Form{people.FormJSON, people.FormURL}, people.FormJSON),
		Body:     o.need("body").s,
		AnswerID: o.text("answer_id", "").s,
	}
	for _, item := range o.items("headers") {
		if h, ok := r.object(item, "name", "value"); ok {
			out.Headers = append(out.Headers, people.Header{Name: h.need("name").s, Value: h.need("value").s})
		}
	}
	if a := o.section("accepted", "field", "values", "busy"); a.fields != nil {
		out.Accepted = people.Accepted{Field: a.need("field").s, Values: r.texts(a, "values"), Busy: r.texts(a, "busy")}
	}
	r.checkRequest(o, gateway, out)
	return out
}

func (r *reader) texts(o object, key string) []string {
	var out []string
	for _, item := range o.items(key) {
		if t := r.text(item); t.ok {
			out = append(out, t.s)
		}
	}
	return out
}

// checkRequest reports a request that could not be sent, or whose callbacks
// could not be understood. A body that is missing has been reported already.
func (r *reader) checkRequest(o, gateway object, q people.Request) {
	if q.Body == "" {
		return
	}
	if err := carrier.Check(q); err != nil {
		r.fault(o.value, "%v", err)
		return
	}
	all := q.Body
	for _, h := range q.Headers {
		all += h.Value
	}
	for key, used := range map[string]bool{
		"user":        strings.Contains(all, "{user}") || strings.Contains(all, "{basic}"),
		"secret_file": strings.Contains(all, "{secret}") || strings.Contains(all, "{basic}"),
	} {
		if used && !gateway.has(key) {
			r.fault(gateway.field(key), "is missing: the request holds it")
		}
	}
	if gateway.has("callback_file") && !carrier.Names(q) && q.AnswerID == "" {
		r.fault(o.value, "nothing ties a callback to its message: want {id} in the body, or answer_id")
	}
}
