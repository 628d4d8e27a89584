package people

import "example.org/campushub/alerting"

// Gateway is a service that carries messages to contacts: a mail server, an
// SMS or voice gateway, a group's robot.
type Gateway struct {
	Name    string // unique among gateways
	Channel alerting.Channel
	URL     string // without secrets; "smtp://host:587" or "smtps://host:465" for mail
	Via     alerting.Via
	User    string
	Secret  []byte // password, token or signing key
	From    string // sender: a mail address, or an SMS signature
}
