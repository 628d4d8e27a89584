package console

import (
	"net/http"
	"net/url"

	"rsc.io/qr"

	"example.org/campushub/alerting/people"
)

// postCode is the picture of a post's QR code, to be printed and hung there. It
// leads to the address under which the officer has opened the page: that is
// what telephones at the gate must reach, too.
func (c *Console) postCode(w http.ResponseWriter, r *http.Request, a people.Account) {
	school, post := r.URL.Query().Get("school"), r.PathValue("id")
	code, _, err := c.api.Service().PostCode(a, school, post)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	picture, err := qr.Encode(shiftLink(r, post, code), qr.M)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	picture.Scale = 8
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store") // whoever has it can check in
	_, _ = w.Write(picture.PNG())
}

// shiftLink is what the code says.
func shiftLink(r *http.Request, post, code string) string {
	u := url.URL{Scheme: "http", Host: r.Host, Path: "/shift", RawQuery: url.Values{"post": {post}, "code": {code}}.Encode()}
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		u.Scheme = "https"
	}
	return u.String()
}
