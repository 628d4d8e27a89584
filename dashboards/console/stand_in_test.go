package console_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// A desk of which nobody is named sees on its page where help is needed, and
// what it may do; the board, which others can see, keeps the place to itself.
func TestTheDeskThatStandsInReadsWhereAndNoMore(t *testing.T) {
	d := apitest.Campus()
	var accounts []people.Account
	for _, a := range d.AccountsOf(apitest.School) {
		a.Named = false
		accounts = append(accounts, a)
	}
	d = people.New(people.Lists{Schools: d.Schools(), Devices: d.Devices(), Terminals: d.TerminalsOf(apitest.School), Accounts: accounts})
	h := startAt(t, d, nil, nil, nil)
	school, _ := d.School(apitest.School)
	p := alerting.Report{
		ID: uuid.NewString(), School: apitest.School, Place: school.Places[0], Kind: "welfare", Mode: devices.Live,
		Facts: []string{alerting.FactLifeInDanger}, By: alerting.Actor{Name: "guard-1", Role: alerting.RoleGuard},
	}
	i, err := h.engine.Raise(t.Context(), p)
	require.NoError(t, err)

	desk := h.as("liaison-1", "zh")
	board := desk.get("/").html
	says(t, board, "保密事件")
	page := desk.get("/incidents/" + i.ID).html
	for _, words := range []string{"北门", "保密事件", "由你处置", "/acknowledge"} {
		says(t, page, words)
	}
	for _, words := range []string{policy.KindText("welfare").ZH, alerting.FactText(alerting.FactLifeInDanger).ZH, "/classify", "/verify", "/link"} {
		lacks(t, board, words)
		lacks(t, page, words)
	}
	says(t, desk.post("/incidents/"+i.ID+"/acknowledge", "return", "/incidents/"+i.ID).html, "已签收")
	assert.Equal(t, http.StatusNotFound, h.as("guard-1", "zh").get("/incidents/"+i.ID).status)
	lacks(t, page, "/review")
	assert.Equal(t, http.StatusForbidden, desk.get("/incidents/"+i.ID+"/review").status, "whoever answers in their place has no report")
	assert.Equal(t, http.StatusForbidden, desk.post("/incidents/"+i.ID+"/evidence", "reason", "x").status)
}

// A guard's page of an attack says where and what, and that the rest stays with
// police and school.
func TestAGuardsPageHasNeitherFactsNorNotes(t *testing.T) {
	h := start(t)
	id := raised(h, "attack")
	officer, guard := h.as("officer-1", "zh"), h.as("guard-1", "zh")
	officer.post("/incidents/"+id+"/verify", "return", "/", "verify", "real", "facts", "injured")
	officer.post("/incidents/"+id+"/note", "return", "/", "text", "伤者是五年级的小明")
	guard.post("/incidents/"+id+"/note", "return", "/", "text", "我已关门")
	path := "/incidents/" + id
	for _, words := range []string{"小明", "属实；" + alerting.FactText("injured").ZH, `name="withdrawn" value="injured"`} {
		says(t, officer.get(path).html, words)
		for _, at := range []string{path, "/", "/?selected=" + id} {
			lacks(t, guard.get(at).html, words, at)
		}
	}
	for _, words := range []string{"北门", policy.KindText("attack").ZH, "我已关门", "由警方和学校掌握"} {
		says(t, guard.get(path).html, words)
	}
	lacks(t, officer.get(path).html, "由警方和学校掌握")
}
