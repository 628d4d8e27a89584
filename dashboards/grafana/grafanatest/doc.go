// Package grafanatest opens the pages as a reader does: it asks a real InfluxDB
// and a real Prometheus every question of every panel, annotation and variable,
// with the variables filled in and over the span that the page opens with.
//
// It owns how Grafana fills in a question. It starts nothing and judges
// nothing: it says what was answered, and what was not.
package grafanatest
