package console_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// How the posts stood in the last day is drawn and said, all kinds together,
// for whoever sees how they stand now.
func TestThePostsLastDayIsDrawn(t *testing.T) {
	h, _ := startDuty(t)
	officer := h.as("officer-1", "en")
	says(t, officer.get("/posts").html, `href="/posts/day"`)
	day := officer.get("/posts/day")
	assert.Equal(t, http.StatusOK, day.status)
	says(t, day.html, "Posts below their minimum: 2 at last, 2 at most")
	says(t, day.html, "Posts that were to be occupied: 8 at last, 8 at most")
	says(t, day.html, "People missed: 6 at last, 6 at most")
	says(t, day.html, "Recorded since")
	lacks(t, day.html, "http-equiv")
	says(t, h.as("liaison-1", "zh").get("/posts/day").html, "缺岗岗位: 最近 2，最多 2")
	for _, nobody := range []string{"guard-1", "parent-1", "staff-1", "district-1", "admin-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(nobody, "en").get("/posts/day").status, nobody)
	}
	lacks(t, officer.get("/gates").html, "Posts below")
}

// That no post was uncovered says nothing where no roster said who should be
// there.
func TestADayWithoutARosterIsNotDrawnAsCovered(t *testing.T) {
	h, _ := startDutyAfter(t, walked{unrostered: true})
	day := h.as("officer-1", "en").get("/posts/day").html
	says(t, day, "Posts below their minimum: no roster")
	says(t, day, ">no roster</td>")
	lacks(t, day, "Posts below their minimum: 0")
	says(t, h.as("liaison-1", "zh").get("/posts/day").html, "缺岗岗位: 没有值班表")
}

// Nor where the posts could not be seen.
func TestADayOnWhichPostsCouldNotBeSeenIsNotDrawnAsCovered(t *testing.T) {
	h, _ := startDutyAfter(t, walked{unseen: true})
	day := h.as("officer-1", "en").get("/posts/day").html
	says(t, day, "Posts below their minimum: cannot tell, reader or link lost")
	says(t, day, ">cannot tell, reader or link lost</td>")
	lacks(t, day, "Posts below their minimum: 0")
}
