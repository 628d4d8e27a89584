package identitytest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// grant is a code that was given out, and what was asked for with it.
type grant struct {
	asked   url.Values
	subject string
	until   time.Time
	used    bool
}

// one is the form in which people say who they are.
var one = template.Must(template.New("").Parse(`<!doctype html><html lang="zh"><title>统一身份认证</title>
<form method="post" action="/authorize"><input type="hidden" name="asked" value="{{.}}">
<label>账号 <input id="subject" name="subject"></label> <button id="let">登录</button> <button id="cancel" name="cancel" value="yes">取消</button></form>`))

// challenge is what RFC 7636, 4.2 says of S256: 43 characters of base64url.
var challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// wrong says why a request is not one; the address to return to is checked before.
func (p *Provider) wrong(q url.Values) string {
	for name, all := range q {
		if len(all) != 1 {
			return name + " is there twice" // RFC 6749, 3.1
		}
	}
	switch {
	case q.Get("response_type") != "code":
		return "response_type"
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return "scope"
	case len(q.Get("state")) < 20 || len(q.Get("nonce")) < 20:
		return "state or nonce can be guessed"
	case q.Get("state") == q.Get("nonce"):
		return "the nonce is the state: everybody who sees the address knows it"
	case q.Get("code_challenge_method") != "S256" || !challenge.MatchString(q.Get("code_challenge")):
		return "code_challenge"
	case q.Get("prompt") != "login":
		return "prompt"
	}
	return ""
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("redirect_uri") != p.redirect {
		http.Error(w, "no such client, or it returns elsewhere", http.StatusBadRequest) // and nobody is sent there: RFC 6749, 4.1.2.1
		return
	}
	if why := p.wrong(q); why != "" {
		p.back(w, r, url.Values{"error": {"invalid_request"}, "error_description": {why}, "state": {q.Get("state")}})
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = one.Execute(w, r.URL.RawQuery)
}

func (p *Provider) login(w http.ResponseWriter, r *http.Request) {
	asked, err := url.ParseQuery(r.PostFormValue("asked"))
	if err != nil || asked.Get("redirect_uri") != p.redirect {
		http.Error(w, "asked for nothing", http.StatusBadRequest)
		return
	}
	if r.PostFormValue("cancel") != "" {
		p.back(w, r, url.Values{"error": {"access_denied"}, "state": {asked.Get("state")}})
		return
	}
	code := drawn()
	p.mu.Lock()
	p.codes[code] = &grant{asked: asked, subject: r.PostFormValue("subject"), until: time.Now().Add(time.Minute)}
	p.mu.Unlock()
	p.back(w, r, url.Values{"code": {code}, "state": {asked.Get("state")}})
}

func (p *Provider) back(w http.ResponseWriter, r *http.Request, v url.Values) {
	v.Set("iss", p.Issuer)
	if f := p.now(); f.Back != nil {
		f.Back(v)
	}
	http.Redirect(w, r, p.redirect+"?"+v.Encode(), http.StatusFound)
}

// token gives tokens for a code, once: RFC 6749, 4.1.3 and 5.2, RFC 7636, 4.6.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.ParseForm() != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	if !p.client(r) {
		w.Header().Set("WWW-Authenticate", "Basic")
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	g, why := p.spend(r)
	if why != "" {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": why})
		return
	}
	access := drawn()
	p.mu.Lock()
	p.tokens[access] = g.subject
	p.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": p.idToken(g)})
}

// client knows the hub by its secret, said in one way: RFC 6749, 2.3.1.
func (p *Provider) client(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	inBody := r.PostForm.Has("client_secret")
	if basic == inBody || basic == p.now().Post {
		return false
	}
	if inBody {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	} else {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	}
	return id == ClientID && subtle.ConstantTimeCompare([]byte(secret), []byte(Secret)) == 1
}

// spend uses a code up.
func (p *Provider) spend(r *http.Request) (*grant, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.codes[r.PostForm.Get("code")]
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	switch {
	case r.PostForm.Get("grant_type") != "authorization_code":
		return nil, "grant_type"
	case g == nil:
		return nil, "no such code"
	case g.used:
		return nil, "the code was used before"
	case time.Now().After(g.until):
		return nil, "the code is too old"
	}
	g.used = true // also where what follows is wrong: nobody tries verifiers
	switch {
	case r.PostForm.Get("redirect_uri") != g.asked.Get("redirect_uri"):
		return nil, "redirect_uri"
	case base64.RawURLEncoding.EncodeToString(sum[:]) != g.asked.Get("code_challenge"):
		return nil, "code_verifier"
	}
	return g, ""
}
