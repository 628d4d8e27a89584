package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

// drilled is what these tests look at of a drill.
type drilled struct {
	ID, Phase, Incident string
	Windows             []struct {
		Device, Press string
		Until         *time.Time
	}
	Told       []struct{ Device, Recipient, Text, State string }
	Unexpected int
	Reports    []struct {
		Grade, End string
		Pressed    int
		Text       struct{ ZH, EN string }
	}
}

// caller is a signed-in account.
type caller struct {
	t           *testing.T
	base, token string
}

func (r *running) callAs(t *testing.T, role string) caller {
	t.Helper()
	c := caller{t: t, base: r.Console()}
	for _, a := range r.campus.Accounts {
		if string(a.Role) == role {
			var out struct{ Token string }
			require.Equal(t, http.StatusOK, c.call("POST", "/api/v1/session", map[string]any{"name": a.Name, "password": a.Password}, &out))
			c.token = out.Token
		}
	}
	require.NotEmpty(t, c.token)
	return c
}

func (c caller) call(method, path string, body, into any) int {
	c.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(c.t, err)
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(raw))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	if into != nil && res.StatusCode < 300 {
		require.NoError(c.t, json.NewDecoder(res.Body).Decode(into))
	}
	return res.StatusCode
}

func (c caller) drill(id string) (d drilled) {
	c.t.Helper()
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/drills/"+id, nil, &d))
	return d
}

func (c caller) do(id, verb string, body map[string]any) (d drilled) {
	c.t.Helper()
	if body == nil {
		body = map[string]any{}
	}
	require.Equal(c.t, http.StatusOK, c.call("POST", "/api/v1/drills/"+id+"/"+verb, body, &d), verb)
	return d
}

// planned is a drill with b-1 in its window from the start.
func (c caller) planned(filed ...string) string {
	c.t.Helper()
	var d drilled
	require.Equal(c.t, http.StatusCreated, c.call("POST", "/api/v1/drills", map[string]any{
		"kind": "fire", "for_s": 600, "schools": []any{map[string]any{"id": school, "storeys": 4}}, "filed": append([]string{}, filed...),
		"windows": []any{map[string]any{"school": school, "device": "b-1"}}, "parts": []string{"unit", "evacuation", "head-count"},
	}, &d))
	return d.ID
}

const school = "ziwei-primary"

// filedOnly takes the demonstration's own rule away: the police are told of a
// drill that they accepted.
func filedOnly(yaml string) string {
	return strings.Replace(yaml, "drills: {police: always}", "drills: {police: filed}", 1)
}

func eventually(t *testing.T, holds func() bool, why string) {
	t.Helper()
	require.Eventually(t, holds, patience, 5*time.Millisecond, why)
}

// heard waits until a terminal was told something.
func heard(t *testing.T, s *campus.Campus, terminal string, want func(wire.Alert) bool) wire.Alert {
	t.Helper()
	term, err := s.Terminal(terminal)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	told, err := term.Await(ctx, want)
	require.NoError(t, err, "%s has heard %v", terminal, term.Told())
	return told.Alert
}

// windowed waits until a button knows that the next press is a drill's, or that
// it is none.
func windowed(t *testing.T, s *campus.Campus, device string, open bool) {
	t.Helper()
	eventually(t, func() bool {
		status, err := s.Status(device)
		return err == nil && status.DrillUntil.IsZero() != open
	}, "the button knows of the window")
}

func pressOf(device string, mode devices.Mode) func(wire.Alert) bool {
	return func(a wire.Alert) bool { return a.Device == device && a.Mode == mode && a.Press != "" }
}

func saying(words string) func(wire.Alert) bool {
	return func(a wire.Alert) bool { return strings.Contains(a.Text.ZH, words) }
}

// A filed drill: the first press of the button that it names is a drill for
// everybody, the second is live and ends it; so does any other button.
func TestOnlyTheFirstPressOfTheNamedButtonIsADrill(t *testing.T) {
	r := start(t, filedOnly)
	s := r.school(t)
	officer, liaison := r.callAs(t, "officer"), r.callAs(t, "liaison")
	id := officer.planned("desk-1")
	heard(t, s, "police/desk-1", saying("【演练报备】"))
	liaison.do(id, "accept", map[string]any{"station": "desk-1"})
	d := officer.do(id, "start", nil)
	require.NotNil(t, d.Windows[0].Until)
	windowed(t, s, "b-1", true)
	heard(t, s, "guards/gatehouse-1", saying("演练开始"))

	require.NoError(t, s.Press("b-1"))
	for _, terminal := range []string{"police/desk-1", "school/office-1", "guards/gatehouse-1"} {
		a := heard(t, s, terminal, pressOf("b-1", devices.Drill))
		assert.True(t, strings.HasPrefix(a.Text.ZH, "【演练】") && strings.HasSuffix(a.Text.ZH, "【演练】"), a.Text.ZH)
	}
	eventually(t, func() bool { return officer.drill(id).Windows[0].Press != "" }, "the drill has its press")
	require.Equal(t, "running", officer.drill(id).Phase)
	eventually(t, func() bool {
		light, err := s.Indicator("b-1")
		return err == nil && light == devices.IndicatorStored
	}, "a drill press is stored like any other")

	desk, err := s.Terminal("police/desk-1")
	require.NoError(t, err)
	require.Eventually(t, func() bool { // a finger lets go before it presses again
		if slices.ContainsFunc(desk.Told(), func(d campus.Told) bool { return pressOf("b-1", devices.Live)(d.Alert) }) {
			return true
		}
		return s.Press("b-1") != nil
	}, patience, 3*campus.Finger)
	live := heard(t, s, "police/desk-1", pressOf("b-1", devices.Live))
	drills := map[string]bool{}
	for _, d := range desk.Told() {
		if pressOf("b-1", devices.Drill)(d.Alert) {
			drills[d.Alert.Press] = true
		}
	}
	assert.Len(t, drills, 1, "one press was a drill")
	assert.NotContains(t, live.Text.ZH, "演练")
	for _, terminal := range []string{"school/office-1", "guards/gatehouse-1"} {
		a := heard(t, s, terminal, saying("非演练"))
		assert.Equal(t, devices.Live, a.Mode)
	}
	eventually(t, func() bool { return officer.drill(id).Phase == "preempted" }, "the drill is over")
	report := officer.drill(id).Reports[0]
	assert.Equal(t, []any{"not-graded", "real", 1}, []any{report.Grade, report.End, report.Pressed})
	eventually(t, func() bool {
		for _, told := range officer.drill(id).Told {
			if told.Recipient == "gatehouse-1" && told.Text == "GRD-06" && told.State == "received" {
				return true
			}
		}
		return false
	}, "the terminal's own receipt counts for the drill's text")
}

func TestAnotherButtonIsLiveAndEndsTheDrill(t *testing.T) {
	r := start(t, filedOnly)
	s := r.school(t)
	officer := r.callAs(t, "officer")
	id := officer.planned()
	officer.do(id, "start", nil)
	windowed(t, s, "b-1", true)

	require.NoError(t, s.Press("b-1"))
	heard(t, s, "school/office-1", pressOf("b-1", devices.Drill))
	require.NoError(t, s.Press("b-2"))
	heard(t, s, "police/desk-1", pressOf("b-2", devices.Live))
	heard(t, s, "guards/gatehouse-1", saying("非演练"))
	eventually(t, func() bool { return officer.drill(id).Phase == "preempted" }, "the drill is over")
	desk, err := s.Terminal("police/desk-1")
	require.NoError(t, err)
	for _, told := range desk.Told() {
		assert.NotEqual(t, devices.Drill, told.Alert.Mode, "an unfiled drill reaches no police: %s", told.Alert.Text.ZH)
	}
}

// The drill is stopped before its button was pressed: the device is told, and
// its next press is live.
func TestAStoppedDrillLeavesNoWindowOpen(t *testing.T) {
	r := start(t, unchanged)
	s := r.school(t)
	officer := r.callAs(t, "officer")
	id := officer.planned()
	officer.do(id, "start", nil)
	windowed(t, s, "b-1", true)
	officer.do(id, "arrive", map[string]any{"part": "unit"})
	officer.do(id, "arrive", map[string]any{"part": "evacuation"})
	officer.do(id, "count", map[string]any{"expected": 400, "missing": 0})
	d := officer.do(id, "stop", map[string]any{"reason": "all out"})
	assert.Equal(t, "excellent", d.Reports[0].Grade)
	assert.Contains(t, d.Reports[0].Text.ZH, "总评:优秀")
	assert.Equal(t, "returned", officer.do(id, "return", nil).Phase)
	heard(t, s, "guards/gatehouse-1", saying("解除"))
	windowed(t, s, "b-1", false)

	require.NoError(t, s.Press("b-1"))
	heard(t, s, "police/desk-1", pressOf("b-1", devices.Live))
}

// The hub stops in the middle of a drill. It goes on after the start; the
// window is told to nobody a second time, and a live press ends the drill.
func TestADrillOutlivesTheHubAndItsWindowDoesNot(t *testing.T) {
	r := start(t, unchanged)
	officer := r.callAs(t, "officer")
	id := officer.planned()
	officer.do(id, "start", nil)
	require.NoError(t, r.stop())

	again := serve(t, r.campus)
	s := again.school(t) // its firmware has started anew too
	officer = again.callAs(t, "officer")
	assert.Equal(t, "running", officer.drill(id).Phase)
	assert.NotNil(t, officer.drill(id).Windows[0].Until)
	require.NoError(t, s.Press("b-1"))
	heard(t, s, "police/desk-1", pressOf("b-1", devices.Live))
	heard(t, s, "guards/gatehouse-1", saying("非演练"))
	eventually(t, func() bool { return officer.drill(id).Phase == "preempted" }, "the drill is over")
}

// A person says that it is none: the live incident is there before the answer.
func TestAPersonsWordReachesThePoliceAtOnce(t *testing.T) {
	r := start(t, filedOnly)
	s := r.school(t)
	officer, staff := r.callAs(t, "officer"), r.callAs(t, "staff")
	id := officer.planned()
	officer.do(id, "start", nil)
	windowed(t, s, "b-1", true)
	require.NoError(t, s.Press("b-1"))
	drill := heard(t, s, "school/office-1", pressOf("b-1", devices.Drill))

	assert.Equal(t, "preempted", staff.do(id, "real", nil).Phase)
	live := heard(t, s, "police/desk-1", func(a wire.Alert) bool { return a.Mode == devices.Live && a.Press != "" })
	assert.Equal(t, "fire", live.Kind)
	heard(t, s, "guards/gatehouse-1", saying("非演练"))
	var i struct {
		Mode    string
		Stored  bool
		DrillOf string `json:"drill_of"`
	}
	require.Equal(t, http.StatusOK, r.callAs(t, "liaison").call("GET", "/api/v1/incidents/"+live.Incident, nil, &i))
	assert.Equal(t, []any{"live", true, drill.Incident}, []any{i.Mode, i.Stored, i.DrillOf}, "linked to the drill")
}
