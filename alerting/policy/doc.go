// Package policy turns an incident and the people of its school into a plan:
// who is told, by which channel, after how long and within which budget; and
// says what each audience may read.
//
// Everything is a value or a function of its arguments: the package starts no
// goroutine, does no I/O and never looks at a running incident twice. The
// built-in defaults are a table; whoever is not in it is told nothing.
package policy
