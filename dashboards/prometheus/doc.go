// Package prometheus holds the recording and alerting rules for a Prometheus
// that looks at hubs: recording.yml and alerting.yml. It reads them for whoever
// runs such a Prometheus in a test, starts nothing, and no alarm depends on it.
//
// testdata has the rules' own tests: what each alert fires on, and that
// nothing else fires then or on a quiet day. That every metric named here is
// one that a hub exposes is held by a test of cmd/internal/hub.
package prometheus
