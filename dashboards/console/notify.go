package console

import (
	"net/http"
	"net/url"
)

// workerFile is the script that a browser keeps: it has a page for when there is no
// hub, and shows web push.
const workerFile = "worker.js"

// worker serves the script under an address of its own, which never changes:
// a browser looks there for a newer one.
func (a *assets) worker(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", assetTypes[".js"])
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(a.files[workerFile])
}

// Worker is where the reader's browser gets the script. It holds no words: the
// title of what it shows stands in its address, and so does what its page is to be
// like. Another release has another address: then the page is fetched anew.
func (p *page) Worker() string {
	q := url.Values{"lang": {p.Lang()}, "title": {p.Say("notify.title")}, "audience": {string(p.Account.Role.Audience())}, "release": {p.release}}
	return "/worker.js?" + q.Encode()
}
