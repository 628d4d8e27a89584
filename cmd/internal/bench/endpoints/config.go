package endpoints

import "text/template"

// The sections of a configuration, one entry for each audience. A text goes
// over the mobile network and a call over the internet, so that a telephone's
// two begin together, as a desk's first two do.
var (
	webhookText = template.Must(template.New("webhook").Parse(
		`  - {name: platform-{{.Audience}}, audience: {{.Audience}}, schools: [{{.School}}], url: "{{.Webhook}}", secret_file: platform.key}
`))
	gatewayText = template.Must(template.New("gateway").Parse(
		`  - {name: texts-{{.Audience}}, channel: sms, via: cellular, url: "{{.Text}}", from: 校园联防, segments: 2,
     callback_file: platform.key, request: {body: '{"to":"{to}","text":"{text}","reference":"{id}"}'}}
  - {name: calls-{{.Audience}}, channel: voice, via: internet, url: "{{.Call}}", callback_file: platform.key,
     request: {body: '{"to":"{to}","text":"{text}","reference":"{id}"}'}}
`))
	contactText = template.Must(template.New("contact").Parse(
		`  - name: {{.Audience}}-desk
    title: {zh: 值班室, en: Duty desk}
    audience: {{.Audience}}
    duties: [{{.Duty}}]
    schools: [{{.School}}]
    named: {{.Named}}
    paths:
      - {channel: mqtt, address: {{.Terminal}}}
      - {channel: webhook, address: platform-{{.Audience}}}
      - {channel: console, address: {{.Account}}}
  - name: {{.Audience}}-telephone
    title: {zh: 值班电话, en: Duty telephone}
    audience: {{.Audience}}
    duties: [{{.Duty}}]
    schools: [{{.School}}]
    named: {{.Named}}
    paths:
      - {channel: sms, address: "+8613900000001", gateway: texts-{{.Audience}}}
      - {channel: voice, address: "+8613900000001", gateway: calls-{{.Audience}}}
`))
)
