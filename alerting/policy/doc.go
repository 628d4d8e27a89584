// Package policy turns an incident and the people of its school into a plan:
// who is told, by which channel, after how long and within which budget; says
// what each audience may read; and explains both.
//
// The policy is data. defaults.yaml has all of it, in the format that a
// school's own policy uses: Read lays the one over the other, strictly, and
// Check holds the result against the people. Compile then makes the plan of
// every kind beforehand. An alarm copies it: nothing is decoded, looked up in
// YAML or matched on its way. Whoever is in no line is told nothing.
//
// Everything is a value or a function of its arguments: the package starts no
// goroutine, does no I/O and never looks at a running incident twice.
package policy
