package hub_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dispatchBoard is how the one post stands.
type dispatchBoard struct {
	Present, Away, Missing int
	People                 []struct{ Name, Status, Incident string }
}

func (c caller) dispatchBoard() dispatchBoard {
	c.t.Helper()
	var got struct {
		Schools []struct {
			Posts []struct{ Shifts []dispatchBoard }
		}
	}
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/posts", nil, &got))
	return got.Schools[0].Posts[0].Shifts[0]
}

// of is what the board says of a person: status and incident.
func (b dispatchBoard) of(name string) [2]string {
	for _, p := range b.People {
		if p.Name == name {
			return [2]string{p.Status, p.Incident}
		}
	}
	return [2]string{}
}

// A guard goes from the post to an incident elsewhere, another is sent there by
// name; both are back by what they do, and never missed.
func TestTheBoardSaysWhoWentToAnIncident(t *testing.T) {
	r := start(t, manned)
	r.checkedIn(t)
	officer, guard := r.callAs(t, "officer"), r.callAs(t, "guard")
	var raised struct{ ID string }
	require.Less(t, guard.call("POST", "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": school, "place": "south-gate", "kind": "attack", "mode": "live",
	}, &raised), 300)
	require.NotEmpty(t, raised.ID)
	require.Equal(t, http.StatusOK, guard.call("POST", "/api/v1/incidents/"+raised.ID+"/arrive", map[string]any{"party": "school"}, nil))
	eventually(t, func() bool { return officer.dispatchBoard().Away == 1 }, "the guard has gone")
	b := officer.dispatchBoard()
	assert.Equal(t, [2]string{"called-away", raised.ID}, b.of("李卫国"))
	assert.Equal(t, [2]int{1, 0}, [2]int{b.Present, b.Missing})

	away := func(incident string) map[string]any { return map[string]any{"name": "王建国", "incident": incident} }
	assert.Equal(t, http.StatusNotFound, officer.call("POST", "/api/v1/posts/aways", away("none"), nil))
	require.Equal(t, http.StatusNoContent, officer.call("POST", "/api/v1/posts/aways", away(raised.ID), nil))
	b = officer.dispatchBoard()
	assert.Equal(t, [2]string{"called-away", raised.ID}, b.of("王建国"))
	assert.Equal(t, [3]int{0, 2, 0}, [3]int{b.Present, b.Away, b.Missing})

	require.NoError(t, r.stop())
	r = serve(t, r.campus)
	officer = r.callAs(t, "officer")
	liaison := r.callAs(t, "liaison")
	assert.Equal(t, 2, officer.dispatchBoard().Away, "on the disk")
	require.NoError(t, r.school(t).Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	eventually(t, func() bool { return officer.dispatchBoard().of("王建国") == [2]string{"present"} }, "back by a card")
	require.Equal(t, http.StatusOK, liaison.call("POST", "/api/v1/incidents/"+raised.ID+"/resolve", map[string]any{"outcome": "real"}, nil))
	assert.Equal(t, http.StatusConflict, officer.call("POST", "/api/v1/posts/aways", away(raised.ID), nil), "it is resolved")
	assert.Equal(t, [2]string{"called-away"}, officer.dispatchBoard().of("李卫国"), "nobody has seen them at the post")
	require.Equal(t, http.StatusNoContent, officer.call("POST", "/api/v1/posts/aways", map[string]any{"name": "李卫国", "back": true}, nil))
	assert.Equal(t, [2]string{"present"}, officer.dispatchBoard().of("李卫国"), "the officer has")
}
