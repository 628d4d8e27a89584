package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
)

// inputs are what a rule may ask for, and of which type. docs/gates.md says
// what each means.
var inputs = map[string]*cel.Type{
	"gate.type": cel.StringType, "gate.width": cel.DoubleType, "gate.area": cel.IntType, "gate.apart": cel.BoolType,
	"school.level": cel.StringType, "school.roll": cel.IntType, "school.open": cel.BoolType,
	"school.lessons": cel.BoolType, "school.lesson_day": cel.BoolType, "school.closed_day": cel.BoolType,
	"school.lived_in": cel.BoolType, "school.boarded": cel.BoolType,
	"window.open": cel.BoolType, "window.first": cel.BoolType, "window.begins_in": cel.IntType,
	"window.began": cel.IntType, "window.left": cel.IntType, "window.ended": cel.IntType,
	"clock.minute": cel.IntType, "clock.night": cel.BoolType,
	"contact.known": cel.BoolType, "contact.open": cel.BoolType, "contact.held": cel.IntType, "contact.changes": cel.IntType,
	"contact.released": cel.BoolType, "contact.in_window": cel.BoolType, "contact.forced": cel.BoolType,
	"release.known": cel.BoolType, "release.ago": cel.IntType, "tamper.on": cel.BoolType,
	"barrier.known": cel.BoolType, "barrier.up": cel.BoolType, "vehicles.passing": cel.IntType,
	"bollards.known": cel.BoolType, "bollards.up": cel.BoolType,
	"counter.known": cel.BoolType, "counter.watched": cel.IntType, "counter.entered": cel.IntType, "counter.left": cel.IntType,
	"counter.rate": cel.DoubleType, "counter.unreleased": cel.IntType, "counter.drift_days": cel.IntType,
	"waiting.known": cel.BoolType, "waiting.people": cel.IntType, "area.silent": cel.IntType,
	"exit.known": cel.BoolType, "exit.blocked": cel.BoolType,
	"post.known": cel.BoolType, "post.manned": cel.BoolType, "post.below": cel.BoolType,
	valuesInput: cel.MapType(cel.StringType, cel.DoubleType),
}

// Inputs lists the names of what a rule may ask for.
func Inputs() []string { return slices.Sorted(maps.Keys(inputs)) }

// sensorsOf are the sensors whose inputs are among names: what stands before
// the dot, or the values of them all.
func sensorsOf(names []string) []string {
	var out []string
	for _, n := range names {
		if s, _, ok := strings.Cut(n, "."); (ok || n == valuesInput) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

// environment is what every expression is checked against.
var environment = newEnvironment()

func newEnvironment() *cel.Env {
	opts := []cel.EnvOption{cel.ParserExpressionSizeLimit(longestExpression), cel.ParserRecursionLimit(deepest)}
	for _, name := range Inputs() {
		opts = append(opts, cel.Variable(name, inputs[name]))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil { // the list above is wrong, not what anybody wrote
		panic(fmt.Sprintf("rules: %v", err))
	}
	return env
}
