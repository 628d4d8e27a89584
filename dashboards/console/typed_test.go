package console_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
)

// evil is a text of somebody who means harm, known by its number: where it gets
// out of an attribute, of a text or into a script, it runs. It is as long as the
// shortest field takes.
func evil(number string) string { return number + `'"><img src=x onerror=ran=1><script>ran=1</script>` }

// typed is a free text of a person's: the form's field that takes it, and how it is
// stored.
type typed struct {
	field, number string
	store         func(text string) shown
	// on are the pages that are about it, by who reads them. One of them shows the
	// text, but where it is for the record alone: there the answer says that it was
	// taken.
	on   map[string][]string
	says string
}

// everyTyped is every field of the console's forms in which a person writes freely.
func (b busy) everyTyped() []typed {
	officer, police, guard, admin := b.as("officer-1", "zh"), b.as("liaison-1", "zh"), b.as("guard-1", "zh"), b.as("admin-1", "zh")
	deputy := b.as("deputy-1", "zh")
	open := func(device string, kind devices.Alarm) string {
		return "/incidents/" + press(b.hub, device, kind).ID
	}
	for _, form := range [][]string{{"acknowledge"}, {"reset", "reason", "已了解"}, {"resolve", "outcome", "unfounded"}} { // the button is free again
		at := "/incidents/" + b.hidden.ID
		deputy.post(at+"/"+form[0], append(form[1:], "return", at)...)
	}
	asked, told, attack := open("b-4", devices.Fight), open("b-2", devices.Hazard), "/incidents/"+b.attack.ID
	guard.post(asked+"/classify", "kind", "bullying", "return", asked)
	readers := func(at string) map[string][]string {
		return map[string][]string{"officer-1": {at, at + "/review", "/?selected=" + at[len("/incidents/"):]}, "liaison-1": {at, at + "/review"}, "guard-1": {at}}
	}
	posted := func(who *browser, at, verb, field string, more ...string) func(string) shown {
		return func(text string) shown {
			return who.post(at+"/"+verb, append([]string{"return", at, field, text}, more...)...)
		}
	}
	accounts := map[string][]string{"admin-1": {"/accounts", "/accounts/clerk-1"}}
	day := calendar.On(time.Now(), gate(b.t).Zone).String()
	posts := map[string][]string{"officer-1": {"/roster", "/posts", "/posts/day"}, "liaison-1": {"/posts"}, "guard-1": {"/shift"}}
	gates := map[string][]string{"officer-1": {"/gates"}, "liaison-1": {"/gates"}, "admin-1": {"/gates"}}
	hazard := func(page string) map[string][]string {
		return map[string][]string{"guard-1": {"/hazards", page}, "officer-1": {"/hazards", page}, "liaison-1": {"/hazards", page}}
	}
	drill := map[string][]string{"officer-1": {"/drills", "/drills/d-1"}, "guard-1": {"/drills/d-1"}}
	drill2 := map[string][]string{"officer-1": {"/drills", "/drills/d-2"}}
	tokens := map[string][]string{"admin-1": {"/tokens", "/tokens/evil", "/accounts"}}
	dangerous := map[string][]string{"guard-1": {"/hazards"}, "officer-1": {"/hazards"}}
	return []typed{
		{"/incidents/{}/reveal reason", "05", posted(deputy, asked, "reveal", "reason"), readers(asked), ""},
		{"/incidents/{}/note text", "01", posted(officer, attack, "note", "text"), readers(attack), ""},
		{"/incidents/{}/cancel reason", "02", posted(guard, asked, "cancel", "reason"), readers(asked), ""},
		{"/incidents/{}/reset reason", "03", posted(police, asked, "reset", "reason"), readers(asked), ""},
		{"/incidents/{}/refer reason", "04", posted(officer, told, "refer", "reason", "audience", "police"), readers(told), ""},
		{"/incidents/{}/report text", "06", posted(officer, attack, "report", "text", "report", "first", "way", "telephone"), readers(attack), ""},
		{"/incidents/{}/evidence reason", "07", posted(officer, attack, "evidence", "reason"), map[string][]string{"officer-1": {"/audit", attack}, "admin-1": {"/audit"}}, ""},
		{"{} reason", "08", func(text string) shown { return officer.step(b.attack.ID, "withdraw", "reason", text) }, map[string][]string{"officer-1": {attack, attack + "/release"}, "liaison-1": {attack, attack + "/release"}}, `草稿已撤回`},
		{"/hazards text", "09", func(text string) shown { return guard.finds(text, nil) }, dangerous, ""},
		{"/hazards/{}/state reason", "10", func(text string) shown {
			return officer.post(b.bare+"/state", "known", "0", "state", "in-hand", "reason", text)
		}, hazard(b.bare), ""},
		{"/accounts/{}/sign-out reason", "11", posted(admin, "/accounts/clerk-1", "sign-out", "reason"), accounts, ""},
		{"/accounts/{}/suspend reason", "12", posted(admin, "/accounts/clerk-1", "suspend", "reason"), accounts, ""},
		{"/accounts/{}/password reason", "61", posted(admin, "/accounts/clerk-1", "password", "reason"), accounts, ""},
		{"/accounts/{}/restore reason", "13", posted(admin, "/accounts/clerk-1", "restore", "reason"), accounts, ""},
		{"/accounts reason", "62", func(text string) shown {
			return admin.post("/accounts", "name", "evil", "role", "guard", "school", apitest.School, "reason", text)
		}, map[string][]string{"admin-1": {"/accounts", "/accounts/evil"}}, ""},
		{"/accounts name", "63", func(text string) shown {
			return admin.post("/accounts", "name", text, "role", "guard", "school", apitest.School, "reason", "x")
		}, nil, `63&#39;`},
		{"/accounts/{}/change reason", "64", func(text string) shown {
			return admin.post("/accounts/clerk-1/change", "display_name", "王", "role", "officer", "school", apitest.School, "reason", text)
		}, accounts, ""},
		{"/accounts display_name", "65", func(text string) shown {
			return admin.post("/accounts", "name", "evil-2", "display_name", text, "role", "guard", "school", apitest.School, "reason", "x")
		}, map[string][]string{"admin-1": {"/accounts", "/accounts/evil-2"}}, ""},
		{"/accounts/{}/change display_name", "66", func(text string) shown {
			return admin.post("/accounts/clerk-1/change", "display_name", text, "role", "officer", "school", apitest.School, "reason", "x")
		}, accounts, ""},
		{"/drills/{}/stop reason", "14", posted(officer, "/drills/d-1", "stop", "reason"), drill, `data-phase="stopped"`},
		{"/drills/{}/cancel reason", "15", func(text string) shown {
			officer.post("/drills", "id", "d-2", "kind", "fire", "school", apitest.School, "storeys", "4", "minutes", "10", "window", "5", "part", "head-count")
			return officer.post("/drills/d-2/cancel", "reason", text)
		}, drill2, `data-phase="cancelled"`},
		{"/gates/mutes reason", "16", func(text string) shown {
			return officer.post("/gates/mutes", "id", "m-1", "school", apitest.School, "rule", "G1", "device", "g-1", "minutes", "60", "reason", text)
		}, gates, ""},
		{"/roster sheet", "17", func(text string) shown {
			return officer.upload(today(gate(b.t), "day") + day + `,北门护学岗,day,"` + strings.ReplaceAll(text, `"`, `""`) + "\",保安员\n" + day + ",北门护学岗,day,赵六,保安员\n")
		}, posts, ""},
		{"/roster/replace by", "18", func(text string) shown {
			return officer.post("/roster/replace", "at", day+"/north/day/李卫国", "by", text)
		}, posts, ""},
		{"/roster/replace phone", "19", func(text string) shown {
			officer.post("/roster/replace", "at", day+"/north/day/赵六", "by", "冯刚", "phone", text)
			return officer.get("/api/v1/roster")
		}, posts, "19'"},
		{"/shift/check code", "20", func(text string) shown {
			return guard.post("/shift/check", "id", "0192aaaa-0000-7000-8000-000000000009", "school", apitest.School, "post", "north", "code", text)
		}, map[string][]string{"guard-1": {"/shift?post=north&code=" + url.QueryEscape(evil("20"))}}, ""},
		{"/tokens reason", "22", func(text string) shown {
			return admin.post("/tokens", "name", "evil", "role", "officer", "school", apitest.School, "scope", "duty:read", "days", "7", "reason", text)
		}, tokens, ""},
		{"/tokens/{}/revoke reason", "23", posted(admin, "/tokens/evil", "revoke", "reason"), tokens, ""},
		{"/tokens name", "24", func(text string) shown {
			return admin.post("/tokens", "name", text, "role", "officer", "school", apitest.School, "scope", "duty:read", "days", "7", "reason", "x")
		}, nil, `24&#39;`},
		{"/subscriptions/{}/revoke reason", "27", func(text string) shown {
			b.issued()
			return officer.post("/subscriptions/"+apitest.School+"/revoke", "reason", text)
		}, map[string][]string{"admin-1": {"/accounts"}}, ""},
		{"/parent/subscribe code", "28", func(text string) shown {
			return b.browser("zh").post("/parent/subscribe", "code", text, "number", "+8613900000004", "language", "zh")
		}, nil, `28&#39;`},
		{"/parent/subscribe number", "29", func(text string) shown {
			return b.browser("zh").post("/parent/subscribe", "code", "x", "number", text, "language", "zh")
		}, nil, `29&#39;`},
		{"/parent/code digits", "30", func(text string) shown {
			parent := b.browser("zh")
			parent.proves("", "+8613900000005")
			return parent.post("/parent/code", "digits", text)
		}, nil, `30&#39;`},
		{"/sign-in name", "21", func(text string) shown { return b.browser("zh").post("/sign-in", "name", text, "password", "x") }, nil, `21&#39;`},
	}
}

var (
	forms   = regexp.MustCompile(`(?s)<form [^>]*method="post".*?</form>`)
	actions = regexp.MustCompile(`<form [^>]*?\saction="([^"]*)"|formaction="([^"]*)"`)
	inputs  = regexp.MustCompile(`<(?:input|textarea)\s[^>]*>`)
	used    = regexp.MustCompile(`\{\{template "([^"]*)"[^}]*\}\}`)
	filled  = regexp.MustCompile(`\{\{[^}]*\}\}`)
	known   = regexp.MustCompile(`type="(?:hidden|checkbox|number|date|time|password)"`)
	names   = regexp.MustCompile(`\sname="([^"]*)"`)
)

// writable are the fields of all forms in the templates in which a person writes
// freely, or hands in a sheet: the form's address and the field.
func writable(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("templates/*.html")
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, form := range forms.FindAllString(whole(string(b)), -1) {
			for _, field := range inputs.FindAllString(form, -1) {
				if known.MatchString(field) || strings.Contains(field, `accept="image/*"`) {
					continue
				}
				name := names.FindStringSubmatch(field)
				require.Len(t, name, 2, field)
				to := actions.FindAllStringSubmatch(form, -1)
				require.NotEmpty(t, to, "%s: %s", f, form)
				for _, a := range to {
					out = append(out, filled.ReplaceAllString(a[1]+a[2], "{}")+" "+name[1])
				}
			}
		}
	}
	return out
}

// whole is a file's templates with those in them that it defines itself.
func whole(file string) string {
	return used.ReplaceAllStringFunc(file, func(use string) string {
		_, rest, ok := strings.Cut(file, `{{define "`+used.FindStringSubmatch(use)[1]+`"}}`)
		if !ok {
			return use
		}
		body, _, _ := strings.Cut(rest, "{{define ")
		return body
	})
}

// complete holds that every free text is tried, and nothing else.
func complete(t *testing.T, fields []typed) {
	t.Helper()
	tried, there := map[string]bool{}, map[string]bool{}
	for _, f := range fields {
		tried[f.field] = true
	}
	for _, field := range writable(t) {
		there[field] = true
		assert.True(t, tried[field], "nobody has written anything evil into %s", field)
	}
	for field := range tried {
		assert.True(t, there[field], "%s is in no form", field)
	}
}

// workerStands is true once a page has the worker that it asks for, and no other one
// is on its way out.
const workerStands = `(async () => {
	const wanted = document.getElementById("app")?.dataset.worker;
	if (!wanted) return true;
	const worker = (await navigator.serviceWorker.getRegistration("/"))?.active;
	return worker?.state === "activated" && worker.scriptURL === new URL(wanted, location).href;
})()`

// What a person writes into any field is text to whoever reads it: nothing of it
// runs, in a browser whose content policy is off, so that the escaping stands alone.
func TestNothingThatSomebodyWroteRuns(t *testing.T) {
	b := startBusy(t)
	fields := b.everyTyped()
	complete(t, fields)
	readers := map[string]map[string][]string{} // by account and page, the numbers of what it may show
	for _, f := range fields {
		done := f.store(evil(f.number))
		assert.Contains(t, []int{http.StatusOK, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity}, done.status, f.field)
		if f.says != "" {
			says(t, done.html, f.says, f.field)
		}
		for who, pages := range f.on {
			for _, at := range pages {
				if readers[who] == nil {
					readers[who] = map[string][]string{}
				}
				readers[who][at] = append(readers[who][at], f.number)
			}
		}
	}
	shows := map[string]bool{}
	tab := b.tabOf("liaison-1", "#groups")
	browsertest.Call(tab.Tab, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
	at, err := url.Parse(b.http.URL)
	require.NoError(t, err)
	for who, pages := range readers {
		for _, k := range b.as(who, "zh").client.Jar.Cookies(at) {
			browsertest.Call(tab.Tab, network.SetCookie, network.SetCookieParams{Name: k.Name, Value: k.Value, URL: b.http.URL})
		}
		for path, numbers := range pages {
			tab.do(chromedp.Navigate(b.http.URL + path))
			tab.await(`document.readyState === "complete"`, path)
			tab.await(workerStands, "Chromium loses a page that is asked for while the worker of the account before is replaced")
			tab.run(`document.querySelectorAll("details").forEach((d) => (d.open = true))`)
			clean := seen[bool](tab, `window.ran === undefined && !document.querySelector("[onerror], img[src=x]") && ![...document.scripts].some((s) => s.textContent.includes("ran="))`)
			assert.True(t, clean, "%s as %s: something ran", path, who)
			text := seen[string](tab, `document.body.textContent + " " + [...document.querySelectorAll("input, option")].map((e) => e.value).join(" ")`)
			for _, n := range numbers {
				shows[n] = shows[n] || strings.Contains(text, evil(n))
			}
		}
	}
	for _, f := range fields {
		assert.True(t, f.says != "" || shows[f.number], "%s is stored nowhere, or shown by no page as it was written", f.field)
	}
	tab.run(`document.body.insertAdjacentHTML("beforeend", ` + "`" + evil("99") + "`" + `)`)
	tab.await(`window.ran === 1`, "what is not escaped does run")
}
