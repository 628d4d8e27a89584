package rules

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

const (
	// CostLimit is what one evaluation may cost, in CEL's own units: a call or a
	// look-up is about 1. The dearest built-in rule costs less than 30.
	CostLimit = 5_000
	// within is the longest that one evaluation may take, should a machine be so
	// slow that CostLimit is not reached by then.
	within = time.Second

	longestExpression = 16 << 10 // characters
	deepest           = 60       // parentheses and calls within each other
	interruptEvery    = 64       // rounds of a loop
)

// ErrCost says that a rule would have cost more than CostLimit.
var ErrCost = errors.New("costs more than a rule may")

// program is one compiled expression.
type program struct {
	run   cel.Program
	names []string // the inputs that it reads
}

// issue is something that is wrong with an expression, where in it.
type issue struct {
	line, column int // from 1
	message      string
}

// compile checks an expression: it must be true or false.
func compile(text string) (*program, []issue) {
	ast, found := environment.Compile(text)
	if found.Err() != nil {
		var out []issue
		for _, e := range found.Errors() {
			out = append(out, issue{e.Location.Line(), e.Location.Column() + 1, firstLine(e.Message)})
		}
		return nil, out
	}
	if ast.OutputType() != cel.BoolType {
		return nil, []issue{{1, 1, fmt.Sprintf("is %s: want true or false", ast.OutputType())}}
	}
	run, err := environment.Program(ast, cel.CostLimit(CostLimit), cel.InterruptCheckFrequency(interruptEvery))
	if err != nil {
		return nil, []issue{{1, 1, firstLine(err.Error())}}
	}
	p := &program{run: run}
	for _, ref := range ast.NativeRep().ReferenceMap() {
		if ref.Name != "" {
			p.names = append(p.names, ref.Name)
		}
	}
	return p, nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// holds evaluates the expression. It returns an error for one that cannot be
// evaluated, such as a missing key, and ErrCost for one that was stopped.
func (p *program) holds(in map[string]any) (bool, error) {
	ctx, stop := context.WithTimeout(context.Background(), within)
	defer stop()
	v, _, err := p.run.ContextEval(ctx, in)
	switch {
	case err != nil && (strings.Contains(err.Error(), "cost limit") || ctx.Err() != nil):
		return false, fmt.Errorf("%w: stopped at %d", ErrCost, CostLimit)
	case err != nil:
		return false, fmt.Errorf("evaluate: %s", firstLine(err.Error()))
	}
	return v == types.True, nil
}
