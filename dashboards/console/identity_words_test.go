package console

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/dashboards/identity"
)

// notVouchedFor is what the page for signing in says where the identity provider's
// way does not lead in.
func notVouchedFor() []string {
	out := []string{"account", "off"}
	for _, u := range unvouched {
		out = append(out, u.word)
	}
	return out
}

// Whatever the identity provider's side refuses by has a page.
func TestEveryReasonNotToVouchHasAPage(t *testing.T) {
	for _, why := range identity.Reasons() {
		assert.NotEmpty(t, unvouched[why].word, why)
		assert.NotZero(t, unvouched[why].status, why)
	}
}
