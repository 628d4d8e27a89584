package endpoints

import "text/template"

// The sections of a configuration, one entry for each audience. A text goes
// over the mobile network and a call over the internet, so that a telephone's
// two begin together, as a desk's first two do.
var (
	webhookText = template.Must(template.New("webhook").Parse(
		`  - {name: platform{{.Suffix}}-{{.Audience}}, audience: {{.Audience}}, schools: [{{.School}}], url: "{{.Webhook}}", secret_file: platform.key}
`))
	gatewayText = template.Must(template.New("gateway").Parse(
		`  - {name: texts{{.Suffix}}-{{.Audience}}, channel: sms, via: cellular, url: "{{.Text}}", from: 校园联防, segments: 2,
     callback_file: platform.key, request: {body: '{"to":"{to}","text":"{text}","reference":"{id}"}'}}
  - {name: calls{{.Suffix}}-{{.Audience}}, channel: voice, via: internet, url: "{{.Call}}", callback_file: platform.key,
     request: {body: '{"to":"{to}","text":"{text}","reference":"{id}"}'}}
`))
	contactText = template.Must(template.New("contact").Parse(
		`  - name: {{.Audience}}-desk{{.Suffix}}
    title: {zh: 值班室, en: Duty desk}
    audience: {{.Audience}}
    duties: [{{.Duty}}]
    schools: [{{.School}}]
    named: {{.Named}}
    paths:
{{- if not .Suffix}}
      - {channel: mqtt, address: {{.Terminal}}}
{{- end}}
      - {channel: webhook, address: platform{{.Suffix}}-{{.Audience}}}
{{- if not .Suffix}}
      - {channel: console, address: {{.Account}}}
{{- end}}
  - name: {{.Audience}}-telephone{{.Suffix}}
    title: {zh: 值班电话, en: Duty telephone}
    audience: {{.Audience}}
    duties: [{{.Duty}}]
    schools: [{{.School}}]
    named: {{.Named}}
    paths:
      - {channel: sms, address: "+8613900000001", gateway: texts{{.Suffix}}-{{.Audience}}}
      - {channel: voice, address: "+8613900000001", gateway: calls{{.Suffix}}-{{.Audience}}}
`))
)
