package post

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEachFarSideKeepsAClientOfItsOwn(t *testing.T) {
	p := NewPools()
	defer p.Close()
	one := p.To("one")
	assert.Same(t, one, p.To("one"))
	assert.NotSame(t, one, p.To("another"))
	for n := range 3 * mostFarSides {
		once := p.To(fmt.Sprint(n))
		assert.Same(t, once, p.To(fmt.Sprint(n)))
	}
	assert.Len(t, p.by, mostFarSides)
}
