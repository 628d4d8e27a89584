// Package prometheustest runs a real Prometheus for tests, with the rules of
// this repository: it starts it, ends it and asks it.
//
// It owns one process and its folder. The program is Debian's, which
// .ci/packages installs.
package prometheustest
